/** What a session's loop makes of an event of the server, at once: the turn goes on, and what is to be acted on waits. */
import type { AgentEvent } from '../../core/agent.ts';
import type { Mailbox } from '../../lib/mailbox.ts';
import { priority } from '../../render/plan.ts';
import { applyEvent, belongsToNext, hasEnded, rootParts } from '../outbound/turns.ts';
import { emptyStreak } from '../policy/silence.ts';
import type { CurrentRun, SessionDeps, Signal } from './session-deps.ts';

interface HearingLoop {
  readonly mailbox: Mailbox<Signal>;
  readonly current: CurrentRun;
}

export function hearEvent(deps: SessionDeps, loop: HearingLoop, event: AgentEvent): void {
  const { shard, turns, delivery } = deps;
  const { current, mailbox } = loop;
  const one = current.prompt === undefined ? undefined : turns.get(current.prompt);
  if (one !== undefined && hasEnded(one) && belongsToNext(one, event)) return;
  // A snapshot too: what it means is weighed later, but what follows it builds on it.
  const changed = one !== undefined && applyEvent(turns, one.prompt.id, event, shard.clock.now());
  if (changed) delivery.changed(one.prompt.id, priority.progress);
  if (event.type === 'message-updated') watchForWords(deps, loop);
  if (event.type === 'request-asked') {
    const turn = current.prompt === undefined ? undefined : turns.get(current.prompt)?.turn;
    mailbox.push({ ...event, position: turn === undefined ? 0 : rootParts(turn) });
  } else if (!hot.has(event.type)) mailbox.push(event);
}

/** A model that is called again and again without a word ends no run by itself. */
function watchForWords({ shard, turns }: SessionDeps, { current, mailbox }: HearingLoop): void {
  const turn = current.prompt === undefined ? undefined : turns.get(current.prompt)?.turn;
  const empty = turn === undefined ? 0 : emptyStreak(turn);
  if (empty >= shard.settings.mostEmptyMessages) mailbox.push({ type: 'fruitless', empty });
}

/** Events that change a turn and nothing else. */
const hot: ReadonlySet<AgentEvent['type']> = new Set([
  'part-appended',
  'part-updated',
  'message-updated',
  'session-started',
  'session-retrying',
  'session-renamed',
  'session-compacted',
]);
