/** Finds the command that somebody means, in either form, and carries it out where they may. */
import type { CommandAction } from '../../core/action.ts';
import type { ButtonEvent, CommandEvent, FormEvent, MessageEvent } from '../../core/channel.ts';
import { clip } from '../../core/clip.ts';
import { isAgentError, UserError } from '../../core/errors.ts';
import { near } from '../../lib/spelling.ts';
import { code } from '../../render/plain.ts';
import type { InboxRow } from '../../store/types.ts';
import type { Command, CommandDeps } from './command.ts';
import { serverCommand } from './server.ts';
import { threadStateOf } from './thread-state.ts';

/** What people command. Each resolves to the reason where nothing was done. */
export interface Commands {
  called(row: InboxRow, event: CommandEvent): Promise<string | undefined>;
  /**
   * A message may hold a command as `!name`; undefined: it holds none, and is a prompt. A name that is near to one
   * of ours counts as one, so that its slip is told.
   */
  find(row: InboxRow, event: MessageEvent): Promise<Pick<CommandEvent, 'name' | 'text'> | undefined>;
  /** A button of a command's answer. */
  pressed(row: InboxRow, event: ButtonEvent | FormEvent, action: CommandAction): Promise<string | undefined>;
}

/** Names that are told where one is not known. */
const mostNear = 3;

export function createCommands(deps: CommandDeps): Commands {
  return {
    called: (row, event) => called(deps, row, event),
    find: (row, event) => find(deps, row, event),
    pressed: (row, event, action) => pressed(deps, row, event, action),
  };
}

async function find(
  deps: CommandDeps,
  row: InboxRow,
  { text }: MessageEvent,
): Promise<Pick<CommandEvent, 'name' | 'text'> | undefined> {
  const [, name, rest = ''] = /^\s*!(\S+)(?:\s+([\s\S]*))?$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  // How the server names its commands is not ours to say: `git:commit`, `v1.2`, `提交`.
  const known = own(deps, name) ?? (await ofServer(deps, row, name));
  const isSlip = /^[a-z][\w/-]*$/i.test(name) && nearest(deps, name).length > 0;
  return known !== undefined || isSlip ? { name, text: rest } : undefined;
}

async function called(deps: CommandDeps, row: InboxRow, event: CommandEvent): Promise<undefined> {
  const command = own(deps, event.name) ?? (await ofServer(deps, row, event.name));
  if (command === undefined) throw unknown(deps, event.name);
  await deps.guard.demand(event, command.right);
  await command.run(deps, { row, text: event.text, replyTo: event.replyTo });
}

async function pressed(
  deps: CommandDeps,
  row: InboxRow,
  event: ButtonEvent | FormEvent,
  { name, verb, argument }: CommandAction,
): Promise<string | undefined> {
  const command = own(deps, name);
  if (command?.pressed === undefined) return `no command ${name} with buttons`;
  await deps.guard.demand(event, command.right);
  await command.pressed(deps, { row, verb, argument });
  return undefined;
}

function own({ commands }: CommandDeps, name: string): Command | undefined {
  return commands.find((command) => command.name === name.toLowerCase());
}

/** Where the server does not tell, the text is kept as a prompt and waits with the others. */
async function ofServer({ shard }: CommandDeps, row: InboxRow, name: string): Promise<Command | undefined> {
  try {
    const { project } = await threadStateOf(shard, row);
    const { commands } = await shard.agent.offers(project.directory);
    const found = commands.find((command) => command.name === name);
    return found === undefined ? undefined : serverCommand(found);
  } catch (error) {
    // A thread without a project has no commands of a server.
    if (isAgentError(error) || error instanceof UserError) return undefined;
    throw error;
  }
}

function nearest({ commands }: CommandDeps, name: string): readonly string[] {
  const names = commands.map((command) => command.name);
  return near(name.toLowerCase(), names, name.length < 6 ? 1 : 2).slice(0, mostNear);
}

function unknown(deps: CommandDeps, name: string): UserError {
  const meant = nearest(deps, name).map((one) => code(`!${one}`));
  const advice = meant.length === 0 ? '`!help` lists them.' : `Did you mean ${meant.join(' or ')}?`;
  return new UserError(`There is no command ${code(`!${clip(name, 40)}`)}, so nothing was done. ${advice}`);
}
