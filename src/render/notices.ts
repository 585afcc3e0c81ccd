/** What stands in the thread for a prompt that does not run by itself, and the to-do list. Pure. */
import type { Todo } from '../core/agent.ts';
import { clip } from '../core/clip.ts';
import { noticeOf } from '../core/outbound.ts';
import { slotKey } from '../core/slot.ts';
import { counted } from './amounts.ts';
import { escaped } from './plain.ts';
import { type PromptStanding, priority, type Slot, type TurnView } from './plan.ts';
import type { Segment } from './segments.ts';
import { sentences } from './sentences.ts';
import type { Limits } from './split.ts';

/** Longest quotation, characters: it reminds, and does not repeat. */
const longestQuote = 600;

/** What somebody said where this thread does not show it, before all that the agent does about it. */
export function quotationSlot({ id }: TurnView, { by, text }: NonNullable<TurnView['quote']>): Slot {
  const short = clip(text, longestQuote);
  const quoted = short.split('\n').map(escaped).join('\\\n> ');
  const content = noticeOf(`From ${escaped(by)}:\n\n> ${quoted}`);
  return {
    key: slotKey({ prompt: id, segment: 0, kind: 'notice', n: 1 }),
    kind: 'notice',
    priority: priority.first,
    content,
  };
}

/** Above the text of a run that was taken up again; else empty. */
export function headingOf({ resumedAt, baseSegment, clock }: TurnView, { number }: Segment): string {
  const first = resumedAt !== undefined && number === baseSegment;
  return first ? `> ${sentences.resumed(clock(resumedAt))}` : '';
}

/** `queued` or `joined`. */
export function queueNotice(view: TurnView): Slot {
  const { id, standing, message, token } = view;
  const queued = standing.type === 'queued';
  const content = noticeOf(queued ? queuedText(view, standing) : sentences.joined, {
    buttons: queued ? [{ label: 'Send now', token: token({ type: 'now', prompt: id }), style: 'plain' }] : [],
    live: queued,
    replyTo: message,
  });
  return {
    key: slotKey({ prompt: id, segment: 0, kind: 'notice', n: 1 }),
    kind: 'notice',
    priority: priority.first,
    content,
  };
}

function queuedText(view: TurnView, standing: PromptStanding & { readonly type: 'queued' }): string {
  if (view.awaySince !== undefined) return sentences.away(view.clock(view.awaySince));
  return standing.question ? sentences.question : sentences.queued(standing.ahead);
}

/** As many items as fit: done ones give way first. */
export function todoText(todos: readonly Todo[], limits: Limits): string {
  const done = todos.filter(({ status }) => status === 'completed' || status === 'cancelled').length;
  const head = `To-do · ${done} of ${todos.length}`;
  let shown = todos;
  let text = `${head}\n\n${shown.map(todoLine).join('\n')}`;
  while (limits.measure(text) > limits.maxLength && shown.length > 0) {
    const first = shown.findIndex(({ status }) => status === 'completed' || status === 'cancelled');
    shown = first < 0 ? shown.slice(0, -1) : shown.toSpliced(first, 1);
    text = `${head}\n\n${shown.map(todoLine).join('\n')}\n\n+${counted(todos.length - shown.length, 'item')} more`;
  }
  return text;
}

function todoLine({ text, status }: Todo): string {
  switch (status) {
    case 'completed':
      return `- [x] ${escaped(text)}`;
    case 'cancelled':
      return `- [x] ~~${escaped(text)}~~`;
    case 'in_progress':
      return `- [ ] ▸ ${escaped(text)}`;
    case 'pending':
      return `- [ ] ${escaped(text)}`;
  }
}
