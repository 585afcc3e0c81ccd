/** What is to be done next for what one thread shows of one turn: the turn as it is, rendered, beside what stands there. */
import { isOver } from '../../core/prompt.ts';
import type { SlotKey } from '../../core/slot.ts';
import { render } from '../../render/render.ts';
import { quieted } from '../policy/notify.ts';
import {
  capabilitiesFor,
  type DeliveryStep,
  isStanding,
  leavesUnsure,
  nextStep,
  onlyShown,
} from '../policy/order.ts';
import type { Outlet, Shard } from '../shard.ts';
import type { Applier, Spot } from './apply.ts';
import { withInsteads } from './instead.ts';
import { stillDue, withLostTexts, withOrphans } from './lost-texts.ts';
import { screenIn, type Turns } from './turns.ts';
import { type Surroundings, viewOf } from './view.ts';

/** How the agent server is, as far as a thread should say it. */
export type Conditions = () => Pick<Surroundings, 'awaySince' | 'gateOff'>;

interface Deps {
  readonly shard: Shard;
  readonly turns: Turns;
  readonly applier: Pick<Applier, 'shown' | 'hash'>;
  readonly conditions: Conditions;
}

/** `unsure`: all is shown that is known, but what was shown before is not known to be at rest. */
export async function nextOf(
  { shard, turns, applier, conditions }: Deps,
  spot: Spot,
  { adapter }: Outlet,
): Promise<DeliveryStep | 'shown' | 'unsure'> {
  const { id } = spot.prompt;
  const shown = await applier.shown(spot);
  const one = turns.get(id);
  const screen = one === undefined ? undefined : screenIn(one, spot.thread.id);
  if (one === undefined || screen === undefined) return 'shown';
  const stands = (slot: SlotKey) => isStanding(shown.get(slot));
  const { clock, settings, outlets } = shard;
  const { ids, silenceMs } = settings;
  const surroundings = { now: clock.now(), ids, silenceMs, outlets, stands, ...conditions() };
  const then = screen.frozen === undefined ? one : { ...one, turn: screen.frozen };
  const view = viewOf(turns, then, screen, surroundings);
  const { plan, layout } = render(view, capabilitiesFor(adapter.capabilities, shown), screen.layout);
  const lostTexts = stillDue(screen.lostTexts, shown, applier.hash);
  turns.show(id, spot.thread.id, { layout, lostTexts });
  const known = withLostTexts(quieted(plan, screen.thread.notify), lostTexts);
  const due = isOver(one.prompt) ? withOrphans(known, shown, one.prompt.baseSegment) : known;
  const whole = withInsteads(due, shown, applier.hash, adapter.capabilities.uploads);
  // Nothing is added where the thread has left.
  const wanted = screen.detached ? onlyShown(whole, shown) : whole;
  const isUnsure = screen.detached && leavesUnsure(whole, shown);
  if (screen.detached && !isUnsure) turns.show(id, spot.thread.id, { frozen: then.turn });
  const step = nextStep(wanted, shown, one.prompt.baseSegment, applier.hash);
  return step ?? (isUnsure && !isOver(one.prompt) ? 'unsure' : 'shown');
}
