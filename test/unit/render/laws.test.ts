import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentEvent, Part } from '../../../src/core/agent.ts';
import { requestId } from '../../../src/core/ids.ts';
import { isFile } from '../../../src/core/outbound.ts';
import { emptyTurn, reduce, type Turn } from '../../../src/core/turn.ts';
import type { RequestView, Slot } from '../../../src/render/plan.ts';
import { type Layout, render } from '../../../src/render/render.ts';
import { answered, asked, m1, message, roomy, root, small, start, tool, viewOf } from './fixture.ts';

/** What an agent does next. */
type Deed =
  | { readonly type: 'say' | 'think'; readonly pieces: readonly string[] }
  | { readonly type: 'work'; readonly todo: boolean }
  | { readonly type: 'ask' };

const piece = fc.constantFrom(
  'word ',
  'several words of text ',
  '**bold** ',
  '\n\n',
  '\n',
  '```ts\n',
  '\n```\n',
  '| a | b |\n|---|---|\n',
  '| 1 | 2 |\n',
  '- item\n',
  '*half',
  '`code` ',
  '# Heading\n',
);
const pieces = fc.array(piece, { minLength: 1, maxLength: 25 });
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('say' as const), pieces }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('think' as const), pieces }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('work' as const), todo: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('ask' as const) }) },
);

interface Moment {
  readonly turn: Turn;
  readonly requests: readonly RequestView[];
}

/** Every state that the turn passes through. */
function* momentsOf(deeds: readonly Deed[]): Generator<Moment> {
  let turn = emptyTurn;
  let requests: readonly RequestView[] = [];
  const updated = (part: Part): AgentEvent => ({
    type: 'part-updated',
    session: root,
    message: m1,
    part,
  });
  yield { turn, requests };
  turn = reduce(turn, { type: 'message-updated', session: root, message: message('m1') });
  for (const [at, deed] of deeds.entries()) {
    if (deed.type === 'ask') {
      const position = turn.items.length;
      requests = [
        ...requests,
        asked({ id: requestId(at), position, state: at % 2 === 0 ? 'open' : 'settled' }),
      ];
      yield { turn, requests };
    } else {
      for (const event of deed.type === 'work' ? working(at, deed.todo) : speaking(at, deed)) {
        turn = reduce(turn, event);
        yield { turn, requests };
      }
    }
  }

  function working(at: number, todo: boolean): readonly AgentEvent[] {
    const todos = todo ? { todos: [{ text: `step ${at}`, status: 'pending' } as const] } : {};
    return (['running', 'completed'] as const).map((status) =>
      updated(tool(`t${at}`, 'read', `file-${at}.ts`, { status, ...todos })),
    );
  }

  function speaking(at: number, deed: Deed & { readonly pieces: readonly string[] }): readonly AgentEvent[] {
    const type = deed.type === 'say' ? 'text' : 'reasoning';
    const part = (text: string, done: boolean): Part => ({ type, id: `p${at}`, text, done, gap: false });
    const append = (text: string): AgentEvent => ({
      type: 'part-appended',
      session: root,
      message: m1,
      part: `p${at}`,
      text,
    });
    return [updated(part('', false)), ...deed.pieces.map(append), updated(part(deed.pieces.join(''), true))];
  }
}

const markdownOf = ({ content }: Slot) => content.markdown;
const verbosity = fc.constantFrom('quiet', 'normal', 'verbose');
const platform = fc.constantFrom(small, { ...small, uploads: { maxBytes: 1_000_000 } });
const deeds = fc.array(deed, { maxLength: 12 });

describe('for any course of a turn', () => {
  test('slots are only added at the end, and text above the last is never changed', () => {
    fc.assert(
      fc.property(deeds, verbosity, platform, (course, verbosity, capabilities) => {
        let before: readonly Slot[] = [];
        for (const moment of momentsOf(course)) {
          const view = viewOf(moment.turn, { requests: moment.requests, verbosity });
          const plan = render(view, capabilities).plan.slots;
          expect(plan.map(({ key }) => key).slice(0, before.length)).toEqual(before.map(({ key }) => key));
          const sealed = before.filter(({ kind }) => kind === 'text').slice(0, -1);
          const now = new Map(plan.map((slot) => [slot.key, markdownOf(slot)]));
          for (const slot of sealed) expect(now.get(slot.key)).toBe(markdownOf(slot));
          before = plan;
        }
      }),
      { numRuns: 150 },
    );
  });

  test('rendering goes on as if from the beginning, and keeps what has not changed', () => {
    fc.assert(
      fc.property(deeds, verbosity, platform, (course, verbosity, capabilities) => {
        let layout: Layout | undefined;
        let before: readonly Slot[] = [];
        for (const moment of momentsOf(course)) {
          const view = viewOf(moment.turn, { requests: moment.requests, verbosity });
          const rendering = render(view, capabilities, layout);
          expect(rendering.plan).toEqual(render(view, capabilities).plan);
          const known = new Map(before.map((slot) => [slot.key, slot]));
          for (const slot of rendering.plan.slots) {
            const same = known.get(slot.key);
            if (same !== undefined && JSON.stringify(same) === JSON.stringify(slot)) expect(slot).toBe(same);
          }
          layout = rendering.layout;
          before = rendering.plan.slots;
        }
      }),
      { numRuns: 100 },
    );
  });

  test('every message fits, has a key of its own, and ends as final', () => {
    fc.assert(
      fc.property(deeds, verbosity, (course, verbosity) => {
        const capabilities = { ...roomy, maxLength: 240 };
        const last = [...momentsOf(course)].at(-1);
        if (last === undefined) return;
        const requests = last.requests.map((request) => ({ ...request, state: 'aborted' as const }));
        const view = answered(last.turn, { requests, verbosity, settledAt: start + 60_000 });
        const plan = render(view, capabilities).plan.slots;
        expect(new Set(plan.map(({ key }) => key)).size).toBe(plan.length);
        for (const { content } of plan) {
          if (isFile(content)) continue;
          expect(content.markdown.length).toBeLessThanOrEqual(240);
          expect(content.markdown.trim()).not.toBe('');
          expect(content.live).toBe(false);
          expect(content.buttons.map(({ label }) => label)).not.toContain('Stop');
        }
        const pings = plan.filter(({ content }) => !content.silent);
        expect(pings.length).toBeLessThanOrEqual(1);
        if (last.turn.messages.length > 0)
          expect(pings.map(({ key }) => key)).toEqual([plan.findLast(({ kind }) => kind === 'text')?.key]);
      }),
      { numRuns: 150 },
    );
  });

  test('exactly one message can be stopped while it runs, once there is one', () => {
    fc.assert(
      fc.property(deeds, verbosity, (course, verbosity) => {
        for (const { turn, requests } of momentsOf(course)) {
          const { plan } = render(viewOf(turn, { requests, verbosity }), small);
          const stops = plan.slots.flatMap(({ content }) =>
            isFile(content) ? [] : content.buttons.filter(({ label }) => label === 'Stop'),
          );
          expect(stops.length).toBeLessThanOrEqual(1);
          if (verbosity !== 'quiet') expect(stops).toHaveLength(1);
        }
      }),
      { numRuns: 60 },
    );
  });
});
