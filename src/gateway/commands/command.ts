import type { CommandDescription, MessageId } from '../../core/channel.ts';
import type { InboxRow } from '../../store/types.ts';
import type { Guard } from '../guard.ts';
import type { Action } from '../policy/access.ts';
import type { Shard } from '../shard.ts';
import type { Speech } from '../speech.ts';

/** What a person asked for: the event, and what follows the command's name. */
export interface Call {
  readonly row: InboxRow;
  readonly text: string;
  readonly replyTo: MessageId | undefined;
}

export interface CommandDeps {
  readonly shard: Shard;
  readonly guard: Guard;
  readonly speech: Speech;
  /** All of them, in the order in which people should see them. */
  readonly commands: readonly Command[];
}

/** One command, whatever form it comes in. */
export interface Command extends CommandDescription {
  readonly right: Action;
  /** Answers in the thread. Throws UserError. Is repeated after a crash, so it looks before it acts. */
  run(deps: CommandDeps, call: Call): Promise<void>;
}
