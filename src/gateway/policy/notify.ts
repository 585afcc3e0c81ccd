import type { OutboundMessage } from '../../core/channel.ts';
import type { RenderPlan, Slot } from '../../render/plan.ts';

/** The plan with only those pings that the people of the thread want. */
export function quieted(plan: RenderPlan, notify: 'all' | 'cards' | 'off'): RenderPlan {
  if (notify === 'all') return plan;
  return plan.map((slot) => (slot.kind === 'request' && notify === 'cards' ? slot : silent(slot)));
}

function silent(slot: Slot): Slot {
  if (slot.content === 'keep' || (slot.content.silent && slot.content.mention === undefined)) return slot;
  const { mention: _, ...content }: OutboundMessage = slot.content;
  return { ...slot, content: { ...content, silent: true } };
}
