import { describe, expect, test } from 'vitest';
import type { OutboundMessage } from '../../../src/core/channel.ts';
import { threadId } from '../../../src/core/ids.ts';
import { createBacklog } from '../../../src/gateway/outbound/backlog.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { createMailbox } from '../../../src/lib/mailbox.ts';
import { createWake } from '../../../src/lib/wake.ts';
import { priority } from '../../../src/render/plan.ts';
import type { ThreadRow } from '../../../src/store/types.ts';

const never = new AbortController().signal;
const long = 60_000;

function thread(id: number): ThreadRow {
  const address = { platform: 'fake', channel: 'c', thread: String(id) };
  const settings = {
    verbosity: 'normal',
    notify: 'all',
    listen: 'all',
    mutedUntil: undefined,
    model: undefined,
    agent: undefined,
  } as const;
  return { id: threadId(id), address, server: 's', project: 'p', session: undefined, ...settings };
}

describe('mailbox', () => {
  test('hands over in order, also what came before anybody waited', async () => {
    const mailbox = createMailbox<number>(systemClock);
    mailbox.push(1);
    mailbox.push(2);
    expect([await mailbox.next(long, never), await mailbox.next(long, never)]).toEqual([1, 2]);
    const waiting = mailbox.next(long, never);
    mailbox.push(3);
    expect(await waiting).toBe(3);
  });

  test('gives nothing after the time, or when aborted', async () => {
    const mailbox = createMailbox<number>(systemClock);
    expect(await mailbox.next(1, never)).toBeUndefined();
    const end = new AbortController();
    const waiting = mailbox.next(long, end.signal);
    end.abort();
    expect(await waiting).toBeUndefined();
  });

  test('keeps what is wanted', async () => {
    const mailbox = createMailbox<number>(systemClock);
    for (const item of [1, 2, 3, 4]) mailbox.push(item);
    mailbox.keep((item) => item % 2 === 0);
    expect([
      await mailbox.next(1, never),
      await mailbox.next(1, never),
      await mailbox.next(1, never),
    ]).toEqual([2, 4, undefined]);
  });
});

test('one wake-up wakes all who wait', async () => {
  const { wake, wait } = createWake(systemClock);
  const all = Promise.all([wait(long, never), wait(long, never), wait(long, new AbortController().signal)]);
  wake();
  await all;
});

describe('desks', () => {
  test('most urgent first, then most stale; none that has a call in flight', () => {
    const backlog = createBacklog(systemClock);
    backlog.touch(thread(1), priority.progress, 20);
    backlog.touch(thread(2), priority.progress, 10);
    backlog.touch(thread(3), priority.card, 30);
    expect(backlog.dirty().map((entry) => entry.thread.id)).toEqual([3, 2, 1]);
    const [first] = backlog.dirty();
    if (first === undefined) throw new Error('no desk');
    backlog.begin(first);
    backlog.touch(first.thread, priority.card, 40);
    expect(backlog.dirty().map((entry) => entry.thread.id)).toEqual([2, 1]);
    backlog.end(first);
    expect(backlog.dirty().map((entry) => entry.thread.id)).toEqual([3, 2, 1]);
  });

  test('news that are no more urgent do not make a thread look fresher', () => {
    const backlog = createBacklog(systemClock);
    backlog.touch(thread(1), priority.final, 10);
    backlog.touch(thread(1), priority.progress, 99);
    expect(backlog.dirty().map(({ urgency, since }) => [urgency, since])).toEqual([[priority.final, 10]]);
  });

  test('a card does not wait for the time that progress has to wait', () => {
    const backlog = createBacklog(systemClock);
    backlog.touch(thread(1), priority.progress, 0);
    const [entry] = backlog.dirty();
    if (entry === undefined) throw new Error('no desk');
    entry.notBefore = 5000;
    backlog.touch(thread(1), priority.card, 10);
    expect(entry.notBefore).toBe(0);
  });

  test('a card does wait for a platform that is ill', () => {
    const backlog = createBacklog(systemClock);
    backlog.touch(thread(1), priority.progress, 0);
    const [entry] = backlog.dirty();
    if (entry === undefined) throw new Error('no desk');
    entry.notBefore = 5000;
    entry.failures = 1;
    backlog.touch(thread(1), priority.card, 10);
    expect(entry.notBefore).toBe(5000);
  });

  test('a notice keeps its thread in mind', () => {
    const backlog = createBacklog(systemClock);
    const message: OutboundMessage = {
      kind: 'notice',
      markdown: 'x',
      buttons: [],
      live: false,
      silent: true,
    };
    backlog.say(thread(1), { slot: '0/0/notice/1', message, doubtful: false }, 0);
    const [entry] = backlog.dirty();
    if (entry === undefined) throw new Error('no desk');
    backlog.begin(entry);
    backlog.end(entry);
    backlog.touch(thread(1), priority.end, 1);
    expect(backlog.dirty()[0]?.notices.map(({ slot }) => slot)).toEqual(['0/0/notice/1']);
  });
});
