/** Turns in memory: what has happened in each, and what each thread shows of it. */
import type { AgentEvent, AgentMessage, FileChanges } from '../../core/agent.ts';
import type { ProjectName, PromptId, ThreadId } from '../../core/ids.ts';
import { emptyTurn, reduce, type Turn } from '../../core/turn.ts';
import type { Slot } from '../../render/plan.ts';
import type { Layout } from '../../render/render.ts';
import type { PromptRow, RequestRow, ThreadRow } from '../../store/types.ts';

/** One prompt that is waiting, running, or not yet fully shown, and what has happened since: once for all places. */
export interface ActiveTurn {
  readonly prompt: PromptRow;
  /** The project that its session works in. */
  readonly project: ProjectName;
  readonly turn: Turn;
  /** When something of it was heard last; 0: nothing yet. Epoch milliseconds. */
  readonly heardAt: number;
  readonly requests: readonly RequestRow[];
  readonly changes: FileChanges | undefined;
  /** One for each thread that shows it, that of the prompt first. */
  readonly screens: readonly Screen[];
}

/** What one thread shows of a turn. */
export interface Screen {
  readonly thread: ThreadRow;
  /** What render made of settled text, carried from one rendering to the next. */
  readonly layout: Layout | undefined;
  /** Texts of attempts that were lost, as they are to stay: those that do not show it yet. */
  readonly lostTexts: readonly Slot[];
  /** The thread let go of the session: what it shows is brought to rest, and nothing is added. */
  readonly detached: boolean;
  /** The turn as it was when the thread had left: what came later does not concern it. */
  readonly frozen: Turn | undefined;
  /** The turn is over, and all of it stands there. */
  readonly done: boolean;
}

/** The one owner of turns in memory. Knows no timer, no platform and no table. */
export interface Turns {
  get(prompt: PromptId): ActiveTurn | undefined;
  /** Turns that a thread shows, in order of their runs; then those that wait, oldest first. */
  ofThread(thread: ThreadId): readonly ActiveTurn[];
  all(): Iterable<ActiveTurn>;
  /** Adds the turn, or changes what is given. */
  put(
    prompt: PromptId,
    change: Partial<ActiveTurn> & Pick<ActiveTurn, 'prompt' | 'project' | 'screens'>,
  ): void;
  update(prompt: PromptId, change: Partial<ActiveTurn>): void;
  /** Changes what one thread shows of it. */
  show(prompt: PromptId, thread: ThreadId, change: Partial<Screen>): void;
  remove(prompt: PromptId): void;
}

export function createTurns(): Turns {
  const active = new Map<PromptId, ActiveTurn>();
  const blank = { turn: emptyTurn, heardAt: 0, requests: [], changes: undefined };
  return {
    get: (prompt) => active.get(prompt),
    ofThread: (thread) =>
      [...active.values()]
        .filter((one) => screenIn(one, thread) !== undefined)
        .toSorted((a, b) => begun(a) - begun(b) || a.prompt.id - b.prompt.id),
    all: () => active.values(),
    put(prompt, change) {
      active.set(prompt, { ...blank, ...active.get(prompt), ...change });
    },
    update(prompt, change) {
      const one = active.get(prompt);
      if (one !== undefined) active.set(prompt, { ...one, ...change });
    },
    show(prompt, thread, change) {
      const one = active.get(prompt);
      if (one === undefined) return;
      const screens = one.screens.map((screen) =>
        screen.thread.id === thread ? { ...screen, ...change } : screen,
      );
      active.set(prompt, { ...one, screens });
    },
    remove(prompt) {
      active.delete(prompt);
    },
  };
}

export function screenIn({ screens }: ActiveTurn, thread: ThreadId): Screen | undefined {
  return screens.find((screen) => screen.thread.id === thread);
}

/** Applies an event of the turn's session that is heard now; false where nothing changed. */
export function applyEvent(turns: Turns, prompt: PromptId, event: AgentEvent, now: number): boolean {
  const one = turns.get(prompt);
  if (one === undefined) return false;
  const turn = reduce(one.turn, event);
  if (turn === one.turn) return false;
  // A snapshot is no word of the agent.
  turns.update(prompt, event.type === 'session-snapshot' ? { turn } : { turn, heardAt: now });
  return true;
}

/** The last message of the root session, which tells how the run ended. */
export function lastRootMessage(turn: Turn): AgentMessage | undefined {
  const root = turn.messages[0]?.session;
  return turn.messages.findLast((message) => message.session === root);
}

/** Its run is over: the server said so, and something was answered in it. */
export function hasEnded({ prompt, turn }: ActiveTurn): boolean {
  return turn.state === 'settled' && turn.messages.some(({ parent }) => parent === prompt.messageId);
}

/** An event of a run that began after this one had ended, and before that was stored. */
export function belongsToNext({ turn }: ActiveTurn, event: AgentEvent): boolean {
  const isKnown = (id: string) => turn.messages.some((message) => message.id === id);
  if (event.type === 'request-asked') return true;
  if (event.type === 'message-updated') return !isKnown(event.message.id);
  return event.type === 'part-updated' && !isKnown(event.message);
}

/** How many parts of the root session stand in the turn: where a request of now belongs. */
export function rootParts(turn: Turn): number {
  const root = turn.messages[0]?.session;
  const own = new Set(
    turn.messages.filter((message) => message.session === root).map((message) => message.id),
  );
  return turn.items.filter((item) => own.has(item.message)).length;
}

function begun({ prompt }: ActiveTurn): number {
  return prompt.sentAt ?? Number.MAX_SAFE_INTEGER;
}
