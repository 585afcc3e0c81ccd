import { isFile } from '../../core/outbound.ts';
import type { RenderPlan, Slot } from '../../render/plan.ts';

/** The plan with only those pings that the people of the thread want. */
export function quieted(plan: RenderPlan, notify: 'all' | 'cards' | 'off'): RenderPlan {
  if (notify === 'all') return plan;
  const slots = plan.slots.map((slot) =>
    slot.kind === 'request' && notify === 'cards' ? slot : silent(slot),
  );
  return { ...plan, slots };
}

function silent(slot: Slot): Slot {
  const { content } = slot;
  if (isFile(content)) return content.silent ? slot : { ...slot, content: { ...content, silent: true } };
  if (content.silent && content.mention === undefined) return slot;
  const { mention: _, ...unmentioned } = content;
  return { ...slot, content: { ...unmentioned, silent: true } };
}
