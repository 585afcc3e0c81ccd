import { afterEach, expect, test } from 'vitest';
import type { ThreadAddress } from '../../../src/core/channel.ts';
import { memoryDocuments } from '../../fake/documents.ts';
import { firstState, message, openStream, type Running, type StartOptions, start } from './host.ts';

const thread = 'thread-0001';
const address: ThreadAddress = { platform: 'web', channel: 'page', thread };
const messages = `/api/threads/${thread}/messages`;
const running: Running[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
});

async function page(options: StartOptions = {}): Promise<Running> {
  const started = await start(options);
  running.push(started);
  await started.ask('/api/threads', { method: 'POST', body: { id: thread } });
  return started;
}

const send = (at: Running, id: string, text: string) =>
  at.ask(messages, { method: 'POST', body: { id, text } });

/** What the thread shows, a line each. */
async function screen(at: Running): Promise<string[]> {
  const state = await firstState(at, thread);
  return (state.thread?.messages ?? []).map((each) =>
    each['from'] === 'person'
      ? `You: ${each['deleted'] ? '(deleted)' : each['text']}${each['edited'] ? ' (edited)' : ''}`
      : `${each['html']}`,
  );
}

test('a message reaches the gateway, and then the thread with its title', async () => {
  const at = await page();
  const response = await send(at, 'client-01', '  # Fix the *date* test\nplease');
  expect(response.status).toBe(202);
  expect(at.events).toMatchObject([
    {
      id: 'thread-0001/message/client-01',
      type: 'message',
      address,
      author: { id: 'web:owner', name: 'You' },
      text: '  # Fix the *date* test\nplease',
      addressed: true,
    },
  ]);
  const state = await firstState(at, thread);
  expect(state.threads).toMatchObject([{ id: thread, title: 'Fix the *date* test', state: 'queued' }]);
});

test('the same message sent again is the same message and the same event', async () => {
  const at = await page();
  await Promise.all([send(at, 'client-01', 'once'), send(at, 'client-01', 'once')]);
  const again = await send(at, 'client-01', 'once');
  expect(again.status).toBe(202);
  expect(new Set(at.events.map((event) => event.id)).size).toBe(1);
  expect(await screen(at)).toEqual(['You: once']);
});

test('a message that the gateway could not store is not shown, and can be sent again', async () => {
  const at = await page();
  at.fault.error = new Error('no database');
  const refused = await send(at, 'client-01', 'keep me');
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ error: expect.stringContaining('It was not taken') });
  expect(await screen(at)).toEqual([]);
  at.fault.error = undefined;
  expect((await send(at, 'client-01', 'keep me')).status).toBe(202);
  expect(await screen(at)).toEqual(['You: keep me']);
});

test('a message that is changed or deleted says so, to the gateway and in the thread', async () => {
  const at = await page();
  await send(at, 'client-01', 'first');
  await send(at, 'client-02', 'second');
  const ids = at.events.map((event) => (event.type === 'message' ? event.message : ''));
  await at.ask(`${messages}/${ids[0]}`, { method: 'PATCH', body: { id: 'change-01', text: 'better' } });
  await at.ask(`${messages}/${ids[1]}`, { method: 'DELETE' });
  expect(at.events.slice(2)).toMatchObject([
    { type: 'message-edited', message: ids[0], text: 'better' },
    { type: 'message-deleted', message: ids[1] },
  ]);
  expect(await screen(at)).toEqual(['You: better (edited)', 'You: (deleted)']);
  const gone = await at.ask(`${messages}/${ids[1]}`, {
    method: 'PATCH',
    body: { id: 'change-02', text: 'x' },
  });
  expect(gone.status).toBe(404);
});

test('posts stand in order, change in place and go away', async () => {
  const at = await page();
  const first = await at.adapter.post(address, message('one'), 'k1');
  await at.adapter.post(address, message('two'), 'k2');
  const third = await at.adapter.post(address, message('three'), 'k3');
  await at.adapter.edit(address, first, message('one, **more**'));
  await at.adapter.remove?.(address, third);
  await at.adapter.remove?.(address, third);
  expect(await screen(at)).toEqual(['<p dir="auto">one, <strong>more</strong></p>', '<p dir="auto">two</p>']);
});

test('an id is not given away twice, also after a restart without the message that had it', async () => {
  const at = await page();
  const first = await at.adapter.post(address, message('one'), 'k1');
  await at.adapter.remove?.(address, first);
  const again = await page({ documents: at.documents });
  expect(await again.adapter.post(address, message('two'), 'k2')).not.toBe(first);
});

test('an edit of what is not there says that it is gone', async () => {
  const at = await page();
  await expect(at.adapter.edit(address, 'nothing', message('x'))).rejects.toMatchObject({
    failure: { reason: 'gone' },
  });
  await expect(at.adapter.post({ ...address, thread: 'other' }, message('x'), 'k')).rejects.toMatchObject({
    failure: { reason: 'gone' },
  });
});

test('documents that fail are an outage, and nothing is shown', async () => {
  const documents = memoryDocuments();
  const at = await page({ documents });
  const put = documents.put;
  documents.put = () => Promise.reject(new Error('no database'));
  await expect(at.adapter.post(address, message('x'), 'k1')).rejects.toMatchObject({
    failure: { reason: 'unavailable' },
  });
  documents.put = put;
  expect(await screen(at)).toEqual([]);
});

test('after a restart the thread is the same, and a repeated post is recognised', async () => {
  const at = await page();
  await send(at, 'client-01', 'hello');
  const id = await at.adapter.post(address, message('half', { live: true }), 'k1');
  const again = await page({ documents: at.documents });
  expect(await screen(again)).toEqual(['You: hello', '<p dir="auto">half</p>']);
  expect(await again.adapter.find?.(address, 'k1')).toBe(id);
  expect(await again.adapter.find?.(address, 'k2')).toBeUndefined();
  expect(await again.adapter.post(address, message('half', { live: true }), 'k1')).toBe(id);
  await again.adapter.edit(address, id, message('half and half'));
  expect(await screen(again)).toEqual(['You: hello', '<p dir="auto">half and half</p>']);
  expect((await firstState(again)).threads).toMatchObject([{ title: 'hello', state: 'idle' }]);
});

test('streaming is not written for every edit; the last word always is', async () => {
  const at = await page();
  const id = await at.adapter.post(address, message('0', { live: true }), 'k1');
  const before = at.documents.writes.count;
  for (let step = 1; step <= 100; step += 1) {
    at.clock.now += 100;
    await at.adapter.edit(address, id, message(`${step}`, { live: true }));
  }
  expect(at.documents.writes.count - before).toBeLessThanOrEqual(2);
  expect(await screen(at)).toEqual(['<p dir="auto">100</p>']);
  await at.adapter.edit(address, id, message('the end'));
  const again = await page({ documents: at.documents });
  expect(await screen(again)).toEqual(['<p dir="auto">the end</p>']);
});

test('a stream tells of the open thread as it changes, and of nothing in another', async () => {
  const at = await page();
  const other = { ...address, thread: 'thread-0002' };
  await at.ask('/api/threads', { method: 'POST', body: { id: other.thread } });
  const stream = await openStream(at, thread);
  expect(await stream.next()).toMatchObject({ type: 'state' });
  at.clock.now += 1000;
  await at.adapter.post(other, message('elsewhere'), 'k1');
  expect(await stream.next()).toMatchObject({ type: 'thread', thread: { id: other.thread } });
  const id = await at.adapter.post(address, message('he', { live: true }), 'k2');
  expect(await stream.next()).toMatchObject({
    type: 'message',
    message: { html: '<p dir="auto">he</p>', live: true },
  });
  expect(await stream.next()).toMatchObject({ type: 'thread', thread: { id: thread, state: 'working' } });
  await at.adapter.edit(address, id, message('hello', { live: true }));
  expect(await stream.next()).toMatchObject({
    type: 'message',
    message: { id, html: '<p dir="auto">hello</p>' },
  });
  await at.adapter.remove?.(address, id);
  expect(await stream.next()).toEqual({ type: 'removed', thread, id });
  await stream.close();
});

test('what a person alone should know goes to the open pages', async () => {
  const at = await page();
  await send(at, 'client-01', 'hello');
  const stream = await openStream(at, thread);
  await stream.next();
  const event = at.events[0];
  if (event !== undefined) await at.adapter.whisper?.(event, 'Ben already allowed this at 12:04.');
  expect(await stream.next()).toEqual({
    type: 'whisper',
    thread,
    text: 'Ben already allowed this at 12:04.',
  });
  await at.adapter.showTyping?.(address);
  expect(await stream.next()).toEqual({ type: 'typing', thread });
  await stream.close();
});

test('a page that reads slowly gets the newest content, not every step', async () => {
  const at = await page();
  const id = await at.adapter.post(address, message('0', { live: true }), 'k1');
  const stream = await openStream(at, thread);
  for (let step = 1; step <= 500; step += 1)
    await at.adapter.edit(address, id, message(`step ${step}`, { live: true }));
  await at.adapter.edit(address, id, message('end'));
  let seen = 0;
  for (let html: unknown; html !== '<p dir="auto">end</p>'; seen += 1) {
    const event = await stream.next();
    html = event['type'] === 'message' ? (event['message'] as { html: string }).html : undefined;
  }
  expect(seen).toBeLessThan(20);
  await stream.close();
});

test('buttons, forms and replies come back as they were posted', async () => {
  const at = await page();
  const id = await at.adapter.post(address, message('Wants to run a command', { kind: 'request' }), 'k1');
  await at.ask(`${messages}/${id}/press`, { method: 'POST', body: { id: 'action-01', token: 'once' } });
  const fields = { choice: ['a', 'b'], own: [] };
  await at.ask(`${messages}/${id}/form`, {
    method: 'POST',
    body: { id: 'action-02', token: 'form', fields },
  });
  await at.ask(messages, { method: 'POST', body: { id: 'client-01', text: 'this', replyTo: id } });
  expect(at.events).toMatchObject([
    { type: 'button', message: id, token: 'once', author: { id: 'web:owner' } },
    { type: 'form', message: id, token: 'form', fields },
    { type: 'message', text: 'this', replyTo: id },
  ]);
  const absent = await at.ask(`${messages}/nothing/press`, {
    method: 'POST',
    body: { id: 'action-03', token: 't' },
  });
  expect(absent.status).toBe(404);
});

test('the list says what each thread waits for', async () => {
  const at = await page();
  const state = async () => (await firstState(at)).threads[0]?.state;
  await send(at, 'client-01', 'hello');
  expect(await state()).toBe('queued');
  const activity = await at.adapter.post(address, message('Working', { kind: 'activity', live: true }), 'k1');
  expect(await state()).toBe('working');
  const buttons = ['Allow once', 'Reject'].map((label) => ({ label, token: label, style: 'plain' as const }));
  const card = await at.adapter.post(
    address,
    message('Wants', { kind: 'request', buttons, live: true }),
    'k2',
  );
  expect(await state()).toBe('waiting');
  await at.adapter.edit(address, card, message('Wants', { kind: 'request', live: true }));
  expect(await state()).toBe('working');
  await at.adapter.edit(address, card, message('Expired', { kind: 'request', buttons: buttons.slice(1) }));
  await at.adapter.edit(address, activity, message('Worked', { kind: 'activity' }));
  expect(await state()).toBe('idle');
});

test('a long thread comes in pages', async () => {
  const at = await page();
  for (let n = 1; n <= 130; n += 1) await at.adapter.post(address, message(`${n}`), `k${n}`);
  const state = await firstState(at, thread);
  expect(state.thread?.more).toBe(true);
  const oldest = state.thread?.messages[0] as { sequence: number };
  const response = await at.ask(`${messages}?before=${oldest.sequence}`);
  const earlier = (await response.json()) as { messages: { html: string }[]; more: boolean };
  expect([earlier.messages[0]?.html, earlier.messages.at(-1)?.html, earlier.more]).toEqual([
    '<p dir="auto">1</p>',
    '<p dir="auto">30</p>',
    false,
  ]);
});

test('what is too long, empty or not understood is refused with a sentence', async () => {
  const at = await page();
  const long = await send(at, 'client-01', 'x'.repeat(100_001));
  expect(long.status).toBe(422);
  expect(await long.json()).toMatchObject({ error: expect.stringContaining('over 100,000 characters') });
  expect((await send(at, 'client-02', '界'.repeat(100_000))).status).toBe(202);
  expect((await send(at, 'client-03', ' \n ')).status).toBe(422);
  expect((await at.ask(messages, { method: 'POST', body: { text: 'no id' } })).status).toBe(422);
  const huge = await at.ask(messages, {
    method: 'POST',
    body: { id: 'client-04', text: 'x'.repeat(700_000) },
  });
  expect(huge.status).toBe(422);
  expect(at.events).toHaveLength(1);
});

test('a thread bears the name of its session, and keeps it', async () => {
  const at = await page();
  await send(at, 'client-01', 'fix it');
  await at.adapter.entitle?.(address, 'Fix the date test');
  await send(at, 'client-02', 'and more');
  expect((await firstState(at)).threads).toMatchObject([{ title: 'Fix the date test' }]);
});

test('a change that came too late leaves what was answered as it was', async () => {
  const at = await page();
  await send(at, 'client-01', 'delete a');
  const id = at.events[0]?.type === 'message' ? at.events[0].message : '';
  const change = (action: string, text: string) =>
    at.ask(`${messages}/${id}`, { method: 'PATCH', body: { id: action, text } });
  await change('action-01', 'delete b');
  expect(await screen(at)).toEqual(['You: delete b (edited)']);
  await change('action-02', 'delete c');
  const [, first, second] = at.events;
  if (first === undefined || second === undefined) throw new Error('no events');
  // The answer to the first change comes late and is not about what stands there now.
  await at.adapter.whisper?.(first, 'too late');
  expect(await screen(at)).toEqual(['You: delete c (edited)']);
  await at.adapter.whisper?.(second, 'The agent had already started with this message.');
  expect(await screen(at)).toEqual(['You: delete b (edited)']);
});

test('a thread is put away and comes back by itself when something is added', async () => {
  const at = await page();
  await send(at, 'client-01', 'hello');
  const archive = (archived: boolean) =>
    at.ask(`/api/threads/${thread}`, { method: 'PATCH', body: { archived } });
  const archived = async () => (await firstState(at)).threads.map((each) => each.archived === true);
  expect((await archive(true)).status).toBe(202);
  expect(await archived()).toEqual([true]);
  await archive(false);
  expect(await archived()).toEqual([false]);
  await archive(true);
  await at.adapter.post(address, message('done'), 'key-1');
  expect(await archived()).toEqual([false]);
});

test('threads are found by all words that stand in them', async () => {
  const at = await page();
  const other = 'thread-0002';
  await at.ask('/api/threads', { method: 'POST', body: { id: other } });
  await send(at, 'client-01', 'Why is the Date test red?');
  at.clock.now += 1000;
  await at.ask(`/api/threads/${other}/messages`, {
    method: 'POST',
    body: { id: 'client-02', text: 'hello' },
  });
  await at.adapter.post(
    { ...address, thread: other },
    message('It compares the **date** with UTC.'),
    'key-1',
  );
  const found = async (words: string) => {
    const response = await at.ask(`/api/threads?find=${encodeURIComponent(words)}`);
    return ((await response.json()) as { readonly threads: readonly string[] }).threads;
  };
  expect(await found('DATE')).toEqual([other, thread]);
  expect(await found('date utc')).toEqual([other]);
  expect(await found('red test')).toEqual([thread]);
  expect([await found('nowhere'), await found('  ')]).toEqual([[], []]);
  const id = at.events[0]?.type === 'message' ? at.events[0].message : '';
  await at.ask(`${messages}/${id}`, { method: 'DELETE' });
  expect(await found('red test')).toEqual([thread]);
  expect(await found('why is')).toEqual([thread]);
});

test('a thread is deleted with all that was in it, and not while something runs there', async () => {
  const at = await page();
  await send(at, 'client-01', 'hello');
  const remove = () => at.ask(`/api/threads/${thread}`, { method: 'DELETE' });
  const refused = await remove();
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({ error: expect.stringContaining('Stop it first') });
  await at.adapter.post(address, message('done'), 'key-1');
  expect((await remove()).status).toBe(202);
  expect((await firstState(at, thread)).threads).toEqual([]);
  expect(await at.documents.list(`messages/${thread}`)).toEqual([]);
  expect((await remove()).status).toBe(404);
  await expect(at.adapter.post(address, message('late'), 'key-2')).rejects.toMatchObject({
    failure: { reason: 'gone' },
  });
});
