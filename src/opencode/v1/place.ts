/** Where a server says that a project is: the directory that it works in, and the git worktree around it. */
import { AgentRefusedError } from '../../core/errors.ts';
import type { Calls } from './calls.ts';

export interface Place {
  /** As it was asked for. */
  readonly directory: string;
  /** All of it may be read without asking; undefined: there is no git here. */
  readonly worktree: string | undefined;
  /** Where the server would work instead of the directory that was asked for. */
  readonly elsewhere: string | undefined;
}

/** Rejects as calls do. */
export async function readPlace(calls: Calls, directory: string): Promise<Place> {
  const path = await calls('read where it works', (client, options) =>
    client.path.get({ directory }, options),
  );
  const { directory: told, worktree } = path as Partial<typeof path>;
  return {
    directory,
    worktree: worktree === undefined || worktree === '' || worktree === '/' ? undefined : worktree,
    elsewhere: told !== undefined && isDecoded(directory, told) ? told : undefined,
  };
}

/** It takes `%2F` in a path for a slash (measured). That it names a link by what the link leads to is no fault. */
function isDecoded(asked: string, told: string): boolean {
  return mayBeDecoded(asked) && told !== asked && told.length < asked.length;
}

function mayBeDecoded(directory: string): boolean {
  return /%[0-9a-f]{2}/i.test(directory);
}

export function elsewhereSentence({ directory, elsewhere }: Place): string {
  return `The agent server reads the project’s directory ${directory} as ${elsewhere}, and would work there.`;
}

/** Throws AgentRefusedError where the server would work elsewhere than it is asked to. */
export async function refuseElsewhere(calls: Calls, directory: string): Promise<void> {
  if (!mayBeDecoded(directory)) return;
  const place = await readPlace(calls, directory);
  if (place.elsewhere !== undefined) throw new AgentRefusedError(elsewhereSentence(place));
}
