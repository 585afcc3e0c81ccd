import type { CommandAction } from '../../core/action.ts';
import type { CommandDescription, MessageId } from '../../core/channel.ts';
import type { InboxRow, Piece } from '../../store/types.ts';
import type { Guard } from '../access/guard.ts';
import type { Notices } from '../outbound/notices.ts';
import type { Right } from '../policy/access.ts';
import type { Sessions } from '../runs/session-loops.ts';
import type { Shard } from '../shard.ts';

/** What a person asked for: the event, and what follows the command's name. */
export interface CommandCall {
  readonly row: InboxRow;
  readonly text: string;
  readonly replyTo: MessageId | undefined;
}

/** A press on a button of a command. */
export interface Press extends Pick<CommandAction, 'verb' | 'argument'> {
  readonly row: InboxRow;
}

export interface CommandDeps {
  readonly shard: Shard;
  readonly guard: Guard;
  readonly notices: Notices;
  readonly sessions: Sessions;
  /** All of them, in the order in which people should see them. */
  readonly commands: readonly Command[];
  /** Puts a prompt into the queue in the name of the one who called. */
  enqueue(row: InboxRow, text: string, runs?: Piece['runs']): Promise<undefined>;
}

/** One command, whatever form it comes in. */
export interface Command extends CommandDescription {
  readonly right: Right;
  /** Answers in the thread. Throws UserError. Is repeated after a crash, so it looks before it acts. */
  run(deps: CommandDeps, call: CommandCall): Promise<void>;
  /** Where its answers carry buttons. As `run`. */
  pressed?(deps: CommandDeps, press: Press): Promise<void>;
}
