import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outbound, OutboundFile, OutboundMessage } from '../../../src/core/channel.ts';
import type { MessageKind } from '../../../src/core/outbound.ts';
import type { SlotKey } from '../../../src/core/slot.ts';
import { type DeliveryStep, nextStep, overtakes, type ShownSlot } from '../../../src/gateway/policy/order.ts';
import type { Kept, Priority, Slot } from '../../../src/render/plan.ts';

const hash = (content: Outbound): string => content.markdown;

const answer: OutboundFile = {
  name: 'answer.md',
  mime: 'text/markdown',
  bytes: new Uint8Array([1]),
  markdown: 'new words',
  silent: true,
};

function content(kind: MessageKind, markdown: string): OutboundMessage {
  return { kind, markdown, buttons: [], live: false, silent: true };
}

type At = `${number}/${MessageKind | 'file'}/${number}`;

function slot(place: `${number}/${MessageKind}/${number}`, markdown: string, priority: Priority = 5): Slot {
  const [, kind = 'text'] = place.split('/') as [string, MessageKind];
  return { key: `1/${place}`, kind, priority, content: content(kind, markdown) };
}

function shownAs(
  ...entries: readonly (readonly [At, string, Partial<ShownSlot>?])[]
): Map<SlotKey, ShownSlot> {
  return new Map(
    entries.map(([place, markdown, more], index) => [
      `1/${place}`,
      {
        slot: `1/${place}`,
        message: `m${index}`,
        hash: markdown,
        refused: false,
        removed: false,
        changedAt: 0,
        length: markdown.length,
        ...more,
      },
    ]),
  );
}

function told(step: DeliveryStep | undefined): string {
  if (step === undefined) return 'nothing';
  if (step.type === 'remove') return `remove ${step.slot}`;
  return `${step.type} ${step.slot.key}: ${step.content.markdown}`;
}

const bare = { refused: false, removed: false, changedAt: 0 };

const nextIn = (
  slots: readonly Slot[],
  shown: ReadonlyMap<SlotKey, ShownSlot>,
  base = 1,
  keeps: readonly Kept[] = [],
) => nextStep({ slots, keeps }, shown, base, hash);

const next = (
  slots: readonly Slot[],
  shown: ReadonlyMap<SlotKey, ShownSlot>,
  base = 1,
  keeps: readonly Kept[] = [],
) => told(nextIn(slots, shown, base, keeps));

/** Takes steps until none is left, and counts them; far more than are needed is for ever. */
function carryOut(plan: readonly Slot[], screen: Map<SlotKey, ShownSlot>): number {
  for (let steps = 0; steps < 100; steps += 1) {
    const step = nextStep({ slots: plan, keeps: [] }, screen, 1, hash);
    if (step === undefined) return steps;
    if (step.type === 'remove') screen.delete(step.slot);
    else {
      const { key } = step.slot;
      screen.set(key, {
        ...bare,
        slot: key,
        message: key,
        hash: hash(step.content),
        length: step.content.markdown.length,
      });
    }
  }
  throw new Error('it does not come to an end');
}

describe('order', () => {
  test('a file comes after the last words above it, and never changes', () => {
    const file: Slot = { key: '1/1/file/1', kind: 'file', priority: 3, content: answer };
    const plan = [slot('1/text/1', 'whole'), file];
    expect(next(plan, shownAs(['1/text/1', 'half']))).toBe('edit 1/1/text/1: whole');
    expect(next(plan, shownAs(['1/text/1', 'whole']))).toBe('post 1/1/file/1: new words');
    expect(next(plan, shownAs(['1/text/1', 'whole'], ['1/file/1', 'other words']))).toBe('nothing');
    expect(next([slot('1/text/1', 'whole')], shownAs(['1/text/1', 'whole'], ['1/file/1', 'x']))).toBe(
      'remove 1/1/file/1',
    );
  });

  test('a slot is posted only after every earlier one', () => {
    const plan = [slot('1/activity/1', 'a'), slot('1/text/1', 'b'), slot('1/request/1', 'c', 1)];
    expect(next(plan, new Map())).toBe('post 1/1/activity/1: a');
    expect(next(plan, shownAs(['1/activity/1', 'a']))).toBe('post 1/1/text/1: b');
    expect(next(plan, shownAs(['1/activity/1', 'a'], ['1/text/1', 'b', { message: undefined }]))).toBe(
      'post 1/1/text/1: b',
    );
  });

  test('a message gets its content before a later one is posted', () => {
    const plan = [slot('1/activity/1', 'a'), slot('1/text/1', 'b'), slot('1/request/1', 'c', 1)];
    expect(next(plan, shownAs(['1/activity/1', '']))).toBe('edit 1/1/activity/1: a');
    expect(next(plan, shownAs(['1/activity/1', 'a'], ['1/text/1', '']))).toBe('edit 1/1/text/1: b');
  });

  test('a post in doubt whose slot is no longer wanted is taken away', () => {
    const doubtful = shownAs(['1/activity/1', 'a'], ['1/text/1', '', { message: undefined }]);
    expect(nextIn([slot('1/activity/1', 'a')], doubtful)).toEqual({
      type: 'remove',
      slot: '1/1/text/1',
      message: undefined,
    });
  });

  test('what streams is finished before a card is posted', () => {
    const plan = [slot('1/text/1', 'all of it'), slot('1/request/1', 'may I', 1)];
    expect(next(plan, shownAs(['1/text/1', 'all']))).toBe('edit 1/1/text/1: all of it');
    expect(next(plan, shownAs(['1/text/1', 'all of it']))).toBe('post 1/1/request/1: may I');
  });

  test('nothing is taken out of a text before the message that it moves to shows it', () => {
    const plan = [slot('1/text/1', 'one two'), slot('1/text/2', 'three')];
    const full = ['1/text/1', 'one two three'] as const;
    expect(next(plan, shownAs(full))).toBe('post 1/1/text/2: three');
    expect(next(plan, shownAs(full, ['1/text/2', '']))).toBe('edit 1/1/text/2: three');
    expect(next(plan, shownAs(full, ['1/text/2', 'three']))).toBe('edit 1/1/text/1: one two');
  });

  test('a card that is settled in fewer words does not wait for what is below it', () => {
    const plan = [slot('1/request/1', 'allowed', 1), slot('2/text/1', 'done')];
    const shown = shownAs(['1/request/1', 'telling the server'], ['2/text/1', '']);
    expect(next(plan, shown)).toBe('edit 1/1/request/1: allowed');
  });

  test('what moves is taken out though the message below goes on to grow', () => {
    const plan = [slot('1/text/1', 'one two'), slot('1/text/2', 'three four')];
    const shown = shownAs(['1/text/1', 'one two three'], ['1/text/2', 'three', { changedAt: 20 }]);
    expect(next(plan, shown)).toBe('edit 1/1/text/1: one two');
  });

  test('an old activity does not hold a card up', () => {
    const plan = [slot('1/activity/1', 'new'), slot('1/request/1', 'may I', 1)];
    expect(next(plan, shownAs(['1/activity/1', 'old']))).toBe('post 1/1/request/1: may I');
  });

  test('the most urgent edit goes first, then the most stale', () => {
    const plan = [slot('1/activity/1', 'A'), slot('1/text/1', 'B'), slot('1/request/1', 'C', 1)];
    const shown = shownAs(
      ['1/activity/1', 'a', { changedAt: 20 }],
      ['1/text/1', 'b', { changedAt: 10 }],
      ['1/request/1', 'c'],
    );
    expect(next(plan, shown)).toBe('edit 1/1/request/1: C');
    expect(next(plan.slice(0, 2), shownAs(['1/activity/1', 'a', { changedAt: 20 }], ['1/text/1', 'b']))).toBe(
      'edit 1/1/text/1: B',
    );
  });

  test('what is kept is neither posted, nor changed, nor removed', () => {
    const plan = [slot('1/text/2', 'more')];
    const keeps = [{ segment: 1, kinds: ['text'] }] as const;
    const shown = shownAs(['1/text/1', 'old'], ['1/text/2', 'more'], ['1/text/300', 'the end']);
    expect(next(plan, shown, 1, keeps)).toBe('nothing');
    expect(next(plan, new Map(), 1, keeps)).toBe('post 1/1/text/2: more');
    expect(next(plan, shownAs(['1/activity/1', 'a'], ['1/text/2', 'more']), 1, keeps)).toBe(
      'remove 1/1/activity/1',
    );
    expect(next(plan, shownAs(['2/text/1', 'a'], ['1/text/2', 'more']), 1, keeps)).toBe('remove 1/2/text/1');
  });

  test('a removed slot stays away', () => {
    const plan = [slot('1/text/1', 'b')];
    expect(next(plan, shownAs(['1/text/1', '', { removed: true }]))).toBe('nothing');
  });

  test('an earlier attempt keeps its texts and cards, and loses its activity and the notice of the queue', () => {
    const shown = shownAs(
      ['0/notice/1', 'queued'],
      ['1/activity/1', 'doing'],
      ['1/text/1', 'said'],
      ['1/request/1', 'card'],
      ['2/text/1', 'new'],
    );
    const steps: string[] = [];
    for (let step = nextIn([], shown, 2); step?.type === 'remove'; step = nextIn([], shown, 2)) {
      steps.push(step.slot);
      shown.delete(step.slot);
    }
    expect(steps).toEqual(['1/0/notice/1', '1/1/activity/1', '1/2/text/1']);
  });

  test('what waits is told before a run goes on, but nothing else is posted out of turn', () => {
    const due = (
      place: `${number}/${MessageKind}/${number}`,
      before: readonly (readonly [At, string])[],
      runs: boolean,
    ) => {
      const urgency = place.includes('notice') ? 4 : 5;
      const step = nextIn([slot(place, 'new', urgency)], shownAs(...before));
      if (step === undefined) throw new Error('nothing is to be done');
      return { step, runs };
    };
    const growing = due('1/text/1', [['1/text/1', 'old']], true);
    expect(overtakes(due('0/notice/1', [], false), growing)).toBe(true);
    expect(overtakes(due('1/text/1', [], false), growing)).toBe(false);
    expect(overtakes(due('1/text/1', [['1/text/1', 'old']], false), growing)).toBe(true);
    expect(overtakes(due('1/text/1', [['1/text/1', 'old']], true), growing)).toBe(false);
    const card = nextIn([slot('1/request/1', 'may I', 1)], new Map());
    if (card === undefined) throw new Error('the card is not posted');
    expect(overtakes(due('0/notice/1', [], false), { step: card, runs: true })).toBe(false);
  });

  const slots = fc.uniqueArray(
    fc.record({
      segment: fc.integer({ min: 1, max: 4 }),
      kind: fc.constantFrom<MessageKind>('activity', 'text', 'todo', 'request', 'notice'),
      n: fc.integer({ min: 1, max: 3 }),
      markdown: fc.constantFrom('a', 'b', 'c'),
      priority: fc.constantFrom<Priority>(1, 2, 3, 4, 5),
    }),
    { selector: ({ segment, kind, n }) => `${segment}/${kind}/${n}`, maxLength: 12 },
  );

  test('steps come to an end, and then the thread shows exactly the plan, in order', () => {
    fc.assert(
      fc.property(slots, fc.nat(12), slots, (wanted, already, stale) => {
        const plan = wanted.map(({ segment, kind, n, markdown, priority }) =>
          slot(`${segment}/${kind}/${n}`, markdown, priority),
        );
        // What stands there: a beginning of the plan with older content, and things that are no longer wanted.
        const screen = new Map<SlotKey, ShownSlot>();
        const add = (key: SlotKey, hashed: string) =>
          screen.set(key, { ...bare, slot: key, message: key, hash: hashed, length: hashed.length });
        for (const { segment, kind, n } of stale) {
          const key = `1/${segment}/${kind}/${n}` as const;
          if (plan.every((one) => one.key !== key)) add(key, 'stale');
        }
        for (const { key } of plan.slice(0, already)) add(key, 'old');
        expect(carryOut(plan, screen)).toBeLessThanOrEqual(plan.length + stale.length);
        expect([...screen.values()].map((shown) => `${shown.slot} ${shown.hash}`)).toEqual(
          plan.map(({ key, content: wish }) => `${key} ${hash(wish)}`),
        );
      }),
    );
  });
});
