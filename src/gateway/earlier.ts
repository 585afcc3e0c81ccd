import type { RenderPlan, Slot } from '../render/plan.ts';
import { render } from '../render/render.ts';
import type { Shown } from './policy/order.ts';
import type { Shard } from './shard.ts';
import type { ActiveTurn, Screen, Turns } from './turns.ts';
import { viewOf } from './view.ts';

/** The screens of a turn whose attempt is about to be lost: texts above its cards stay, all else is made anew. */
export function screensLeft(
  shard: Shard,
  turns: Turns,
  prompt: number,
  baseSegment: number,
): readonly Screen[] {
  const one = turns.get(prompt);
  return (one?.screens ?? []).map((screen) => ({
    ...screen,
    layout: undefined,
    earlier: one === undefined ? [] : textsLeft(shard, turns, one, screen, baseSegment),
  }));
}

/**
 * Texts above the cards of an attempt that is about to be lost, as they are to stay. The plan of the next attempt
 * does not name them, and a text that still showed that it grows would show it for ever.
 */
function textsLeft(
  { settings, clock, channels }: Shard,
  turns: Turns,
  one: ActiveTurn,
  screen: Screen,
  baseSegment: number,
): RenderPlan {
  const channel = channels.get(screen.thread.address.platform);
  if (channel === undefined) return screen.earlier;
  const surroundings = { now: clock.now(), awaySince: undefined, gateOff: false, ids: settings.ids };
  const view = viewOf(turns, one, screen, surroundings);
  const { plan } = render(view, channel.adapter.capabilities, screen.layout);
  const left = plan.filter((slot) => slot.kind === 'text' && segmentOf(slot) < baseSegment);
  return [...screen.earlier, ...left];
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
