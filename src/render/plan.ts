/** What render is given and what it gives: a view of one turn, and the plan of its messages. */
import type { Action } from '../core/action.ts';
import type { AgentRequest, FileChanges, RequestOutcome } from '../core/agent.ts';
import type { Author, MessageId, Outbound } from '../core/channel.ts';
import type { ProjectName, PromptId, RequestId } from '../core/ids.ts';
import type { SlotKey, SlotKind } from '../core/slot.ts';
import type { Turn } from '../core/turn.ts';

/** What must go first when calls are scarce; lower goes first. */
export const priority = { card: 1, end: 2, final: 3, first: 4, progress: 5 } as const;
export type Priority = (typeof priority)[keyof typeof priority];

/** One message of a thread, by a key that never depends on the agent's ids. */
export interface Slot {
  readonly key: SlotKey;
  readonly kind: SlotKind;
  readonly priority: Priority;
  /** A file is posted once and never changes. */
  readonly content: Outbound;
}

/**
 * What a thread should show for one turn. A turn of one card, whose answer streams below it:
 *
 *     7/1/activity/1   read src/dates.ts            slots, from top to bottom
 *     7/1/request/1    rm -rf build: allowed
 *     7/2/text/1       The folder is gone, and …
 *     keeps: []
 *
 * Slots of the turn that are shown and not named here are removed, but for those that it keeps.
 */
export interface RenderPlan {
  readonly slots: readonly Slot[];
  /** What is not known in full now: slots of these kinds show what they show, if they are there. */
  readonly keeps: readonly Kept[];
}

export interface Kept {
  readonly segment: number;
  readonly kinds: readonly SlotKind[];
}

/** A request as a card shows it. */
export interface RequestView {
  readonly id: RequestId;
  readonly request: AgentRequest;
  /** How many parts of the root session stood in the turn when it was asked. */
  readonly position: number;
  readonly attempt: number;
  /** `detached`: it waits still, and this thread no longer shows what becomes of it. */
  readonly state: 'open' | 'settling' | 'settled' | 'elsewhere' | 'aborted' | 'expired' | 'lost' | 'detached';
  readonly decision: RequestOutcome | undefined;
  /** Who did, and where if it was in another thread. */
  readonly decidedBy: string | undefined;
  readonly decidedAt: number | undefined;
  readonly expiresAt: number;
  readonly askedAt: number;
  /** What somebody answered in words in this thread: the message, and who said it. */
  readonly words: { readonly by: string; readonly text: string; readonly message: MessageId } | undefined;
}

/** Where the prompt of the turn stands. Times are epoch milliseconds. */
export type PromptStanding =
  /** `ahead`: prompts before it; `question`: the agent waits for an answer above. */
  | { readonly type: 'queued'; readonly ahead: number; readonly question: boolean }
  | { readonly type: 'running' }
  | { readonly type: 'stopping'; readonly by: string }
  /** Sent into the run of another prompt. */
  | { readonly type: 'joined' }
  /** The thread let go of the session: it goes on elsewhere. */
  | { readonly type: 'detached' }
  | { readonly type: 'answered' }
  | { readonly type: 'stopped'; readonly by: string }
  | { readonly type: 'withdrawn' }
  /** `lost`: the server restarted and the run could not be resumed. */
  | { readonly type: 'failed'; readonly lost: boolean; readonly reference: string | undefined };

/** Everything that render looks at for one turn. */
export interface TurnView {
  /** The prompt's row id. */
  readonly id: PromptId;
  readonly turn: Turn;
  readonly standing: PromptStanding;
  readonly author: Author;
  /** What was asked, where it does not stand in the thread as a message: who said it, and what. */
  readonly quote?: { readonly by: string; readonly text: string };
  /** The person's message that the turn answers. */
  readonly message: MessageId;
  readonly project: ProjectName;
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
  readonly attempt: number;
  readonly baseSegment: number;
  /** Requests of the turn in order of asking, of all attempts. */
  readonly requests: readonly RequestView[];
  readonly startedAt: number;
  readonly settledAt: number | undefined;
  /** The server restarted while it ran, and it was taken up again. */
  readonly resumedAt: number | undefined;
  /** The server does not answer, since when. */
  readonly awaySince: number | undefined;
  /** The model has said nothing, since when; unset: it speaks, or something else is waited for. */
  readonly silentSince?: number | undefined;
  /** A file that it works on is in a request of another thread, which is to be answered first. */
  readonly waitsFor?: { readonly path: string; readonly where: string } | undefined;
  readonly changes: FileChanges | undefined;
  /** The server would run a shell command without asking. */
  readonly gateOff?: boolean;
  readonly now: number;
  /** Whether the message of this slot is known to stand in the thread. */
  stands(slot: SlotKey): boolean;
  /** Signs what a button does: an opaque token. */
  token(action: Action): string;
  /** Wall-clock time of day for a sentence, e.g. `10:42`. */
  clock(at: number): string;
}
