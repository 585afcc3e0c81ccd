import type { RenderPlan, Slot } from '../render/plan.ts';
import { render } from '../render/render.ts';
import type { Shown } from './policy/order.ts';
import type { Shard } from './shard.ts';
import type { ActiveTurn, Turns } from './turns.ts';
import { viewOf } from './view.ts';

/**
 * Texts above the cards of an attempt that is about to be lost, as they are to stay. The plan of the next attempt
 * does not name them, and a text that still showed that it grows would show it for ever.
 */
export function textsLeft(
  { settings, clock, channels }: Shard,
  turns: Turns,
  one: ActiveTurn,
  baseSegment: number,
): RenderPlan {
  const channel = channels.get(one.thread.address.platform);
  if (channel === undefined) return one.earlier;
  const surroundings = { now: clock.now(), awaySince: undefined, gateOff: false, ids: settings.ids };
  const { plan } = render(viewOf(turns, one, surroundings), channel.adapter.capabilities, one.layout);
  const left = plan.filter((slot) => slot.kind === 'text' && segmentOf(slot) < baseSegment);
  return [...one.earlier, ...left];
}

/** The plan with what stays of earlier attempts in its place. What was never posted is not posted any more. */
export function withEarlier(
  plan: RenderPlan,
  earlier: RenderPlan,
  shown: ReadonlyMap<string, Shown>,
): RenderPlan {
  const left = earlier.filter(({ key }) => shown.has(key));
  return left.length === 0 ? plan : [...left, ...plan].toSorted((a, b) => segmentOf(a) - segmentOf(b));
}

function segmentOf({ key }: Slot): number {
  return Number(key.split('/')[1]);
}
