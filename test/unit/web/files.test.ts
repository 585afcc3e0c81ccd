import { afterEach, expect, test } from 'vitest';
import type { OutboundFile, ThreadAddress } from '../../../src/core/channel.ts';
import { faulty } from '../../contract/web/documents.ts';
import { type MemoryDocuments, memoryDocuments } from '../../fake/documents.ts';
import { firstState, message, type Running, start } from './host.ts';

const thread = 'thread-0001';
const address: ThreadAddress = { platform: 'web', channel: 'page', thread };
const messages = `/api/threads/${thread}/messages`;
const running: Running[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
});

async function page(documents: MemoryDocuments = memoryDocuments()): Promise<Running> {
  const started = await start({ documents });
  running.push(started);
  await started.ask('/api/threads', { method: 'POST', body: { id: thread } });
  return started;
}

const notes = { id: 'file-0001', name: 'notes.txt', mime: 'text/plain', size: 5 };
const begin = (at: Running, file: object) => at.ask('/api/files', { method: 'POST', body: file });
const bring = (at: Running, id: string, part: number, body: string) =>
  at.ask(`/api/files/${id}/parts/${part}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/octet-stream' },
  });
const send = (at: Running, id: string, text: string, files: readonly string[]) =>
  at.ask(messages, { method: 'POST', body: { id, text, files } });
const errorOf = async (response: Response) => [
  response.status,
  ((await response.json()) as { readonly error: string }).error,
];

async function brought(at: Running, changes: object = {}, text = 'five!'): Promise<string> {
  const file = { ...notes, ...changes };
  await begin(at, { ...file, size: text.length });
  await bring(at, file.id, 0, text);
  return file.id;
}

const patch: OutboundFile = {
  name: 'fix date.patch',
  mime: 'text/x-diff',
  bytes: new TextEncoder().encode('+utc\n'),
  markdown: 'The changes',
  silent: true,
};

async function shownFiles(at: Running): Promise<readonly Record<string, unknown>[]> {
  const state = await firstState(at, thread);
  return (state.thread?.messages ?? []).flatMap((each) => each['files'] as Record<string, unknown>[]);
}

test('a file that is not all here goes with no message', async () => {
  const at = await page();
  await begin(at, notes);
  expect(await errorOf(await send(at, 'client-01', 'read it', [notes.id]))).toEqual([
    422,
    'notes.txt is not here (any more), so nothing was sent. Attach it again, then send.',
  ]);
  expect(at.events).toEqual([]);
});

test('a file is refused before it is brought where it is too large, or empty', async () => {
  const at = await page();
  const ten = 10 * 1024 * 1024;
  expect((await begin(at, { ...notes, size: ten })).status).toBe(201);
  expect(await errorOf(await begin(at, { ...notes, size: ten + 1 }))).toEqual([
    422,
    'notes.txt is over 10 MB; put it into the project and name it instead.',
  ]);
  expect(await errorOf(await begin(at, { ...notes, size: 0 }))).toEqual([
    422,
    'notes.txt is empty, so it was not sent.',
  ]);
});

test('no more files and bytes go with one message than the agent’s side takes', async () => {
  const at = await page();
  const ids = [];
  for (let n = 0; n < 11; n += 1) ids.push(await brought(at, { id: `file-${1000 + n}` }));
  expect(await errorOf(await send(at, 'client-01', 'read', ids))).toEqual([
    422,
    'At most 10 files go with one message. Send the others with another one.',
  ]);
  expect((await send(at, 'client-01', 'read', ids.slice(1))).status).toBe(202);
});

test('a part that does not fit is not taken, and one that comes again changes nothing', async () => {
  const at = await page();
  await begin(at, notes);
  expect((await bring(at, notes.id, 1, 'five!')).status).toBe(409);
  expect((await bring(at, notes.id, 0, 'four')).status).toBe(409);
  expect((await bring(at, 'file-none', 0, 'five!')).status).toBe(409);
  expect((await bring(at, notes.id, 0, 'five!')).status).toBe(200);
  expect((await bring(at, notes.id, 0, 'FIVE!')).status).toBe(200);
  expect(await (await at.ask(`/api/files/${notes.id}`)).text()).toBe('five!');
  expect((await bring(at, notes.id, 0, 'x'.repeat(600_000))).status).toBe(422);
});

test('a name keeps no path, and a type that is none is plain bytes', async () => {
  const at = await page();
  await send(at, 'client-01', '', [await brought(at, { name: '../../C:\\tmp\\a b.txt', mime: 'x"; y' })]);
  expect(at.events).toMatchObject([
    { attachments: [{ name: 'a b.txt', mime: 'application/octet-stream', size: 5 }] },
  ]);
});

test('what a file holds is saved and never run', async () => {
  const at = await page();
  const script = '<script>alert(1)</script>';
  for (const mime of ['text/html', 'image/svg+xml', 'image/png']) {
    const id = await brought(at, { id: `file-${mime.replace(/\W/g, '-')}`, name: 'x.html', mime }, script);
    const { headers } = await at.ask(`/api/files/${id}`);
    expect(headers.get('content-type')).toBe(mime === 'image/png' ? mime : 'application/octet-stream');
    expect(headers.get('content-disposition')).toMatch(/^attachment;/);
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test('a file is seen by nobody who is not signed in', async () => {
  const at = await page();
  const id = await brought(at);
  const stranger = { headers: { authorization: undefined } };
  expect((await at.ask(`/api/files/${id}`, stranger)).status).toBe(401);
  expect((await at.ask('/api/files', { ...stranger, method: 'POST', body: notes })).status).toBe(401);
});

test('a command takes no files', async () => {
  const at = await page();
  const id = await brought(at);
  expect(await errorOf(await send(at, 'client-01', '/status', [id]))).toEqual([
    422,
    'A command takes no files. Send it alone, and the files with a message.',
  ]);
});

test('a message that is deleted takes its files with it', async () => {
  const at = await page();
  const id = await brought(at);
  const response = await send(at, 'client-01', 'read it', [id]);
  const { message: sent } = (await response.json()) as { readonly message: { readonly id: string } };
  await at.ask(`/api/files/${id}`, { method: 'DELETE' });
  expect((await at.ask(`/api/files/${id}`)).status).toBe(200);
  await at.ask(`${messages}/${sent.id}`, { method: 'DELETE' });
  expect((await at.ask(`/api/files/${id}`)).status).toBe(404);
  expect(await at.documents.list(`file/${id}`)).toEqual([]);
  expect(await shownFiles(at)).toEqual([]);
});

test('a file that was never sent is forgotten after a week; one that was stays', async () => {
  const at = await page();
  const sent = await brought(at, { id: 'file-sent' });
  await send(at, 'client-01', 'read it', [sent]);
  const kept = await brought(at, { id: 'file-kept' });
  at.clock.now += 6 * 24 * 60 * 60 * 1000;
  await brought(at, { id: 'file-new1' });
  expect((await at.ask(`/api/files/${kept}`)).status).toBe(200);
  at.clock.now += 2 * 24 * 60 * 60 * 1000;
  await brought(at, { id: 'file-new2' });
  expect((await at.ask(`/api/files/${kept}`)).status).toBe(404);
  expect((await at.ask(`/api/files/${sent}`)).status).toBe(200);
  expect(await at.documents.list(`file/${kept}`)).toEqual([]);
});

test('a file of the agent is shown with its caption, and saved under its name', async () => {
  const at = await page();
  await at.adapter.upload?.(address, patch, 'key-1');
  const [file] = await shownFiles(at);
  expect(file).toMatchObject({ name: 'fix date.patch', size: 5, picture: false });
  const { headers } = await at.ask(`/api/files/${file?.['id']}`);
  expect(headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''fix%20date.patch");
});

test('what was posted, and whose answer was lost, is there once, also after a new beginning', async () => {
  const memory = memoryDocuments();
  const documents = { ...faulty(memory), writes: memory.writes };
  const at = await page(documents);
  documents.nextMessage('lost');
  await expect(at.adapter.post(address, message('once'), 'key-1')).rejects.toMatchObject({
    failure: { reason: 'unavailable' },
  });
  await at.adapter.post(address, message('once'), 'key-1');
  documents.nextMessage('lost');
  await expect(at.adapter.upload?.(address, patch, 'key-2')).rejects.toMatchObject({
    failure: { reason: 'unavailable' },
  });
  await at.adapter.upload?.(address, patch, 'key-2');
  const next = await page(documents);
  expect((await firstState(next, thread)).thread?.messages).toHaveLength(2);
});
