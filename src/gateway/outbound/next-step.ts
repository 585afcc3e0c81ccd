/** What is to be done next for what one thread shows of one turn: the turn as it is, rendered, beside what stands there. */
import { isOver } from '../../core/prompt.ts';
import { render } from '../../render/render.ts';
import { quieted } from '../policy/notify.ts';
import { capabilitiesFor, leavesUnsure, nextStep, onlyShown, type Step } from '../policy/order.ts';
import type { Channel, Shard } from '../shard.ts';
import type { Display, Spot } from './apply.ts';
import { stillDue, withEarlier } from './lost-texts.ts';
import { screenIn, type Turns } from './turns.ts';
import { type Surroundings, viewOf } from './view.ts';

/** How the agent server is, as far as a thread should say it. */
export type Conditions = () => Pick<Surroundings, 'awaySince' | 'gateOff'>;

interface Deps {
  readonly shard: Shard;
  readonly turns: Turns;
  readonly display: Pick<Display, 'shown' | 'hash'>;
  readonly conditions: Conditions;
}

/** `unsure`: all is shown that is known, but what was shown before is not known to be at rest. */
export async function nextOf(
  { shard, turns, display, conditions }: Deps,
  spot: Spot,
  { adapter }: Channel,
): Promise<Step | 'shown' | 'unsure'> {
  const { id } = spot.prompt;
  const shown = await display.shown(spot);
  const one = turns.get(id);
  const screen = one === undefined ? undefined : screenIn(one, spot.thread.id);
  if (one === undefined || screen === undefined) return 'shown';
  const surroundings = { now: shard.clock.now(), ids: shard.settings.ids, ...conditions() };
  const then = screen.frozen === undefined ? one : { ...one, turn: screen.frozen };
  const view = viewOf(turns, then, screen, surroundings);
  const { plan, layout } = render(view, capabilitiesFor(adapter.capabilities, shown), screen.layout);
  const earlier = stillDue(screen.earlier, shown, display.hash);
  turns.show(id, spot.thread.id, { layout, earlier });
  const whole = withEarlier(quieted(plan, screen.thread.notify), earlier);
  // Nothing is added where the thread has left.
  const wanted = screen.left ? onlyShown(whole, shown) : whole;
  const isUnsure = screen.left && leavesUnsure(whole, shown);
  if (screen.left && !isUnsure) turns.show(id, spot.thread.id, { frozen: then.turn });
  const step = nextStep(wanted, shown, one.prompt.baseSegment, display.hash);
  return step ?? (isUnsure && !isOver(one.prompt) ? 'unsure' : 'shown');
}
