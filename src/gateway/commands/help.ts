/** What people can say here and what each of it does, in as many messages as the platform needs. */
import { clip } from '../../core/clip.ts';
import { isAgentError, UserError } from '../../core/errors.ts';
import type { ServerCommand } from '../../core/library.ts';
import { code, escaped } from '../../render/plain.ts';
import type { InboxRow } from '../../store/types.ts';
import { fits } from '../outbound/long-text.ts';
import type { Shard } from '../shard.ts';
import type { Command } from './command.ts';
import { isRunnable } from './server.ts';
import { threadStateOf } from './thread-state.ts';

/** Names of the server's own commands that are listed. */
const mostNames = 30;
/** Of what the server says of one of its commands, characters. */
const longestDescription = 100;

export const help: Command = {
  name: 'help',
  argument: '[command]',
  description: 'What you can say here, and what each of it does',
  right: 'view',
  async run({ shard, notices, commands }, { row, text }) {
    const own = commands.map(lineOf);
    const servers = (await serverCommands(shard, row, commands)).map(serverLine);
    const wanted = text.trim().replace(/^[!/]/, '').toLowerCase();
    if (wanted !== '') return notices.say(row, about(wanted, [...own, ...servers]));
    const head = 'Any message goes to the agent; these are for me:';
    const tail = servers.length === 0 ? [] : ['', 'Commands of the agent server:', '', ...shown(servers)];
    await notices.sayPages(row, pages(shard, row, [head, '', ...shown(own), ...tail]));
  },
};

interface Line {
  readonly name: string;
  readonly markdown: string;
}

function lineOf({ name, argument, description }: Pick<Command, 'name' | 'argument' | 'description'>): Line {
  return {
    name,
    markdown: `- ${code(argument === undefined ? `!${name}` : `!${name} ${argument}`)} ${description}`,
  };
}

function serverLine({ name, description }: ServerCommand): Line {
  return {
    name,
    markdown: `- ${code(`!${name}`)} ${escaped(clip(description, longestDescription))}`.trimEnd(),
  };
}

const shown = (lines: readonly Line[]) => lines.map(({ markdown }) => markdown);

function about(wanted: string, lines: readonly Line[]): string {
  const found = lines.find(({ name }) => name.toLowerCase() === wanted);
  if (found === undefined)
    throw new UserError(`There is no command ${code(`!${clip(wanted, 40)}`)}. \`!help\` lists them.`);
  return found.markdown.slice('- '.length);
}

/** As many messages as the platform needs: a line is never cut. */
function pages(shard: Shard, row: InboxRow, lines: readonly string[]): readonly string[] {
  const all: string[] = [];
  let page = '';
  for (const line of lines) {
    const longer = page === '' ? line : `${page}\n${line}`;
    if (page === '' || fits(shard, row, longer)) page = longer;
    else {
      all.push(page);
      page = line;
    }
  }
  return [...all, page];
}

/** Help does not wait for a server that is away. */
async function serverCommands(
  shard: Shard,
  row: InboxRow,
  ours: readonly Command[],
): Promise<readonly ServerCommand[]> {
  try {
    const { project } = await threadStateOf(shard, row);
    const { commands } = await shard.agent.offers(project.directory);
    return commands.filter((command) => isRunnable(command, ours)).slice(0, mostNames);
  } catch (error) {
    // A thread without a project has no commands of a server.
    if (!isAgentError(error) && !(error instanceof UserError)) throw error;
    return [];
  }
}
