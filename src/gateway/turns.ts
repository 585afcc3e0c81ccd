import type { AgentEvent, AgentMessage, FileChanges } from '../core/agent.ts';
import { emptyTurn, reduce, type Turn } from '../core/turn.ts';
import type { RenderPlan } from '../render/plan.ts';
import type { Layout } from '../render/render.ts';
import type { PromptRow, RequestRow, ThreadRow } from '../store/types.ts';

/** One prompt that is waiting, running, or not yet fully shown, and what has happened since. */
export interface ActiveTurn {
  readonly prompt: PromptRow;
  readonly thread: ThreadRow;
  readonly turn: Turn;
  readonly requests: readonly RequestRow[];
  readonly changes: FileChanges | undefined;
  /** What render made of settled text, carried from one rendering to the next. */
  readonly layout: Layout | undefined;
  /** Texts of attempts that were lost, as they are to stay. */
  readonly earlier: RenderPlan;
}

/** The one owner of turns in memory. Knows no timer, no platform and no table. */
export interface Turns {
  get(prompt: number): ActiveTurn | undefined;
  /** Turns of a thread, oldest prompt first. */
  ofThread(thread: number): readonly ActiveTurn[];
  all(): Iterable<ActiveTurn>;
  /** Adds the turn, or changes what is given. */
  put(prompt: number, change: Partial<ActiveTurn> & Pick<ActiveTurn, 'prompt' | 'thread'>): void;
  update(prompt: number, change: Partial<ActiveTurn>): void;
  remove(prompt: number): void;
}

export function createTurns(): Turns {
  const active = new Map<number, ActiveTurn>();
  const blank = { turn: emptyTurn, requests: [], changes: undefined, layout: undefined, earlier: [] };
  return {
    get: (prompt) => active.get(prompt),
    ofThread: (thread) =>
      [...active.values()]
        .filter((one) => one.thread.id === thread)
        .toSorted((a, b) => a.prompt.id - b.prompt.id),
    all: () => active.values(),
    put(prompt, change) {
      active.set(prompt, { ...blank, ...active.get(prompt), ...change });
    },
    update(prompt, change) {
      const one = active.get(prompt);
      if (one !== undefined) active.set(prompt, { ...one, ...change });
    },
    remove(prompt) {
      active.delete(prompt);
    },
  };
}

/** Applies an event of the turn's session; false where nothing changed. */
export function applyEvent(turns: Turns, prompt: number, event: AgentEvent): boolean {
  const one = turns.get(prompt);
  if (one === undefined) return false;
  const turn = reduce(one.turn, event);
  if (turn === one.turn) return false;
  turns.update(prompt, { turn });
  return true;
}

/** The last message of the root session, which tells how the run ended. */
export function lastRootMessage(turn: Turn): AgentMessage | undefined {
  const root = turn.messages[0]?.session;
  return turn.messages.findLast((message) => message.session === root);
}

/** How many parts of the root session stand in the turn: where a request of now belongs. */
export function rootParts(turn: Turn): number {
  const root = turn.messages[0]?.session;
  const own = new Set(
    turn.messages.filter((message) => message.session === root).map((message) => message.id),
  );
  return turn.items.filter((item) => own.has(item.message)).length;
}
