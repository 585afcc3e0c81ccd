/**
 * Runs inside our own agent server, as its plugin, and imports nothing of ours. With the project's configuration
 * off, the server reads no instructions of the project either, and those are no configuration: they go back in.
 * And what reading asks for, searching must not show: its rules know the words that are searched for, not the files.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Around {
  readonly directory: string;
  readonly worktree: string;
}

interface Configuration {
  instructions?: string[];
}

interface Found {
  output: string;
  metadata?: { matches?: number };
}

/** As the server itself looks for them: the first name that is found, in each directory up to the worktree. */
const names = ['AGENTS.md', 'CLAUDE.md', 'CONTEXT.md'];

/** Files that reading asks for: the same as in the rules of `permission.ts`. */
const secretFile = /\.env(?:\..*)?$/;
const noSecret = /\.env\.example$/;

export async function dragomanCompanion({ directory, worktree }: Around) {
  return {
    async config(configuration: Configuration) {
      configuration.instructions = [
        ...(configuration.instructions ?? []),
        ...instructionsOf(directory, worktree),
      ];
    },
    async 'tool.definition'({ toolID }: { readonly toolID: string }, tool: { description: string }) {
      if (toolID === 'grep')
        tool.description += '\n- Files with secrets, such as .env, are not searched: read one to see it.';
    },
    async 'tool.execute.after'({ tool }: { readonly tool: string }, result: Found) {
      if (tool === 'grep') leaveSecretsOut(result);
    },
  };
}

function instructionsOf(directory: string, worktree: string): readonly string[] {
  const places: string[] = [];
  const inside = worktree !== '/' && `${directory}/`.startsWith(`${worktree}/`);
  for (let place = directory; ; place = dirname(place)) {
    places.push(place);
    if (!inside || place === worktree || place === dirname(place)) break;
  }
  for (const name of names) {
    const found = places.map((place) => join(place, name)).filter((file) => existsSync(file));
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * Its blocks begin with `<path>:`, and each hit below is `  Line <n>: …`. Nothing tells that something was left
 * out, for who may ask often enough whether a text is in a file has read it.
 */
function leaveSecretsOut(result: Found): void {
  const [head = '', ...lines] = result.output.split('\n');
  const kept: string[] = [];
  let secret = false;
  let hits = 0;
  for (const line of lines) {
    const file = /^(\S.*):$/.exec(line)?.[1];
    if (file !== undefined) secret = secretFile.test(file) && !noSecret.test(file);
    if (secret) continue;
    if (line.startsWith('  Line ')) hits += 1;
    kept.push(line);
  }
  if (kept.length === lines.length) return;
  result.output =
    hits === 0
      ? 'No files found'
      : [head.replace(/^Found \d+/, `Found ${hits}`), ...kept].join('\n').trimEnd();
  if (result.metadata !== undefined) result.metadata.matches = hits;
}
