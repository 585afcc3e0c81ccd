/** Runs that go on and say nothing: how long, and how often. Pure. */
import type { Turn } from '../../core/turn.ts';
import type { RequestView } from '../../render/plan.ts';

/** A run as far as its silence is told. */
interface Heard {
  readonly turn: Turn;
  readonly requests: readonly Pick<RequestView, 'state'>[];
  /** When something of it was heard last, or it was sent; epoch milliseconds. */
  readonly heardAt: number;
}

/**
 * Since when the model has said nothing, where that is longer than `patienceMs`. A tool that works, a person who is
 * asked and a provider that is asked again in a while are no silence of the model.
 */
export function silentSince(
  { turn, requests, heardAt }: Heard,
  now: number,
  patienceMs: number,
): number | undefined {
  if (turn.state !== 'waiting' && turn.state !== 'running') return undefined;
  if (requests.some(({ state }) => state === 'open' || state === 'settling')) return undefined;
  const works = turn.items.some(
    ({ part }) => part.type === 'tool' && (part.status === 'running' || part.status === 'pending'),
  );
  return works || now - heardAt < patienceMs ? undefined : heardAt;
}

/** How many messages of the agent were empty, one after another, up to the newest: no word, no tool. */
export function emptyStreak({ messages, items }: Turn): number {
  const root = messages[0]?.session;
  let count = 0;
  for (const { id, session, completedAt, failure } of messages.toReversed()) {
    if (session !== root) continue;
    const says = items.some(
      ({ message, part }) =>
        message === id && (part.type === 'text' ? part.text.trim() !== '' : part.type !== 'reasoning'),
    );
    if (says || failure !== undefined || completedAt === undefined) break;
    count += 1;
  }
  return count;
}
