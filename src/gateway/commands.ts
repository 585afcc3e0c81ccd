import type { CommandEvent, MessageEvent } from '../core/channel.ts';
import type { InboxRow } from '../store/types.ts';
import type { CommandDeps } from './commands/command.ts';

/** What people command. Each resolves to the reason where nothing was done. */
export interface Commands {
  called(row: InboxRow, event: CommandEvent): Promise<string | undefined>;
  /** A message may hold a command as `!name`; undefined: it holds none. */
  find(event: MessageEvent): Pick<CommandEvent, 'name' | 'text'> | undefined;
}

export function createCommands(deps: CommandDeps): Commands {
  return {
    called: (row, event) => called(deps, row, event),
    find({ text }) {
      const [, name, rest = ''] = /^\s*!([a-z]+)(?:\s+([\s\S]*))?$/.exec(text) ?? [];
      return name === undefined || commandOf(deps, name) === undefined ? undefined : { name, text: rest };
    },
  };
}

async function called(deps: CommandDeps, row: InboxRow, event: CommandEvent): Promise<string | undefined> {
  const command = commandOf(deps, event.name);
  if (command === undefined) return 'there is no such command';
  await deps.guard.demand(event, command.right);
  await command.run(deps, { row, text: event.text, replyTo: event.replyTo });
  return undefined;
}

function commandOf({ commands }: CommandDeps, name: string) {
  return commands.find((command) => command.name === name);
}
