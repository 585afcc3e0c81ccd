import { describe, expect, test } from 'vitest';
import { inboxId, promptId, requestId, serverMessageId, sessionId, threadId } from '../../../src/core/ids.ts';
import { createIds } from '../../../src/gateway/ids.ts';
import { screensOf } from '../../../src/gateway/outbound/screens.ts';
import { type ActiveTurn, createTurns, type Screen } from '../../../src/gateway/outbound/turns.ts';
import { viewOf } from '../../../src/gateway/outbound/view.ts';
import { render } from '../../../src/render/render.ts';
import type { PromptRow, RequestRow, ThreadRow } from '../../../src/store/types.ts';
import { push, screen as read, roomy, start, text, turnOf } from '../render/fixture.ts';

function thread(id: number, platform: string): ThreadRow {
  const address = { platform, channel: 'c', thread: String(id) };
  const settings = {
    verbosity: 'quiet',
    notify: 'all',
    listen: 'all',
    mutedUntil: undefined,
    model: undefined,
    agent: undefined,
  } as const;
  return { id: threadId(id), address, server: 's', project: 'own', session: sessionId(1), ...settings };
}

const home = thread(1, 'one');
const beside = thread(2, 'one');
const abroad = thread(3, 'two');

const prompt: PromptRow = {
  id: promptId(7),
  session: sessionId(1),
  thread: home.id,
  author: { id: 'one:ann', name: 'Ann' },
  pieces: [{ inbox: inboxId(1), message: 'ann-1', text: 'push it' }],
  state: 'accepted',
  messageId: serverMessageId('msg_1'),
  attempt: 0,
  baseSegment: 1,
  lost: [],
  joins: undefined,
  outcome: {},
  createdAt: start,
  sentAt: start,
  resumedAt: undefined,
  settledAt: undefined,
  readyAt: start,
  delivered: false,
  outside: false,
};

const request: RequestRow = {
  id: requestId(3),
  session: sessionId(1),
  prompt: prompt.id,
  request: push,
  position: 1,
  attempt: 0,
  state: 'open',
  decision: undefined,
  decidedBy: undefined,
  decidedAt: undefined,
  decidedIn: undefined,
  words: undefined,
  askedAt: start,
  expiresAt: start + 1_800_000,
};

const decided: RequestRow = {
  ...request,
  state: 'settled',
  decision: { reply: 'once' },
  decidedBy: { id: 'two:ben', name: 'Ben' },
  decidedAt: start,
  decidedIn: abroad.id,
};

const shownIn = (...shown: readonly ThreadRow[]) => ({ shown, detached: [] });
const ids = (screens: readonly Screen[]) =>
  screens.map(({ thread: { id }, detached }) => (detached ? `${id} left` : String(id)));

/** What one of the threads shows. */
function look(place: ThreadRow, change: Partial<ActiveTurn>, detached = false): string {
  const turns = createTurns();
  const screens = screensOf(prompt, shownIn(home, beside, abroad), undefined);
  turns.put(prompt.id, { prompt, project: 'api', screens, ...change });
  turns.show(prompt.id, place.id, { detached });
  const one = turns.get(prompt.id) ?? expect.unreachable();
  const own = one.screens.find((screen) => screen.thread.id === place.id) ?? expect.unreachable();
  const ids = { ...createIds('secret'), sign: (action: string) => action };
  const surroundings = {
    now: start + 38_000,
    awaySince: undefined,
    gateOff: false,
    silenceMs: 60_000,
    outlets: new Map(),
    ids,
    stands: () => false,
  };
  return read(render(viewOf(turns, one, own, surroundings), roomy).plan);
}

describe('screens of a turn', () => {
  test('are those of its audience, and keep what they hold', () => {
    const first = screensOf(prompt, shownIn(home, abroad), undefined);
    expect(ids(first)).toEqual(['1', '3']);
    const kept = first.map((screen) => ({ ...screen, done: true }));
    const next = screensOf(prompt, shownIn(home, beside, abroad), kept);
    expect(next.map(({ done }) => done)).toEqual([true, false, true]);
  });

  test('of a thread that let go come to rest, unless it comes back', () => {
    const before = screensOf(prompt, shownIn(home, abroad), undefined);
    const gone = screensOf(prompt, shownIn(home), before);
    expect(ids(gone)).toEqual(['1', '3 left']);
    expect(ids(screensOf(prompt, shownIn(home, abroad), gone))).toEqual(['1', '3']);
    expect(ids(screensOf(prompt, { shown: [home], detached: [abroad] }, undefined))).toEqual(['1', '3 left']);
  });

  test('are not begun when the turn is over, but for one that a process before us did not finish', () => {
    const over: PromptRow = { ...prompt, state: 'answered' };
    const before = screensOf(prompt, shownIn(home), undefined);
    expect(ids(screensOf(over, shownIn(home, abroad), before))).toEqual(['1']);
    expect(ids(screensOf(over, shownIn(home, abroad), undefined))).toEqual(['1', '3']);
  });
});

describe('what each place shows', () => {
  const turn = turnOf([text('a', 'I will push.')]);

  test('its own thread no quotation, another platform its name, the same platform as much as tells it from here', () => {
    expect(look(home, { turn })).not.toContain('From');
    expect(look(abroad, { turn })).toContain('From Ann on one:\n\n> push it');
    expect(look(beside, { turn })).toContain('From Ann in a thread on one:\n\n> push it');
  });

  test('a decision says where it was made, where that was not here', () => {
    const requests = [decided];
    expect(look(home, { turn, requests })).toMatch(/✓ Allowed once by Ben on two · \d\d:\d\d/);
    expect(look(abroad, { turn, requests })).toMatch(/✓ Allowed once by Ben · \d\d:\d\d/);
    const gone = [{ ...decided, decidedIn: threadId(99) }];
    expect(look(home, { turn, requests: gone })).toMatch(/✓ Allowed once by Ben elsewhere · \d\d:\d\d/);
  });

  test('a stop says who and where', () => {
    const stopped: PromptRow = {
      ...prompt,
      state: 'stopped',
      settledAt: start,
      outcome: { by: 'Ben', thread: abroad.id },
    };
    expect(look(home, { turn, prompt: stopped })).toContain('Stopped by Ben on two.');
    expect(look(abroad, { turn, prompt: stopped })).toContain('Stopped by Ben.');
  });

  test('where the thread let go, nothing can be pressed and nothing grows', () => {
    expect(look(abroad, { turn, requests: [request] }, true)).toMatchInlineSnapshot(`
      "── 7/0/notice/1
      From Ann on one:

      > push it
      ── 7/1/text/1
      I will push.
      ── 7/1/request/1
      Wants to run a command

      \`\`\`
      git push origin fix-date
      \`\`\`

      in api · for Ann
      It goes on elsewhere and is no longer shown here."
    `);
    const running = turnOf([text('a', 'I will', false)]);
    expect(look(abroad, { turn: running }, true)).toMatchInlineSnapshot(`
      "── 7/0/notice/1
      From Ann on one:

      > push it
      ── 7/1/text/1
      I will
      It goes on elsewhere and is no longer shown here."
    `);
  });

  test('the project is that of the session', () => {
    expect(look(home, { turn, requests: [request] })).toContain('in api · for Ann');
  });
});

test('turns of a thread come in the order of their runs, then those that wait', () => {
  const turns = createTurns();
  const began: Readonly<Record<number, number | undefined>> = { 1: undefined, 2: start + 20, 3: start + 10 };
  for (const id of [1, 2, 3].map(promptId)) {
    const screens = screensOf(prompt, { shown: [home], detached: [] }, undefined);
    turns.put(id, { prompt: { ...prompt, id, sentAt: began[id] }, project: 'own', screens });
  }
  expect(turns.ofThread(home.id).map((one) => one.prompt.id)).toEqual([3, 2, 1]);
});
