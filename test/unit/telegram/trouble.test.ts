/** What comes in place of an answer, and refusals in words that nobody here has heard before. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createTelegramAdapter } from '../../../adapters/telegram/adapter.ts';
import { reasonOf, refusalOf } from '../../../adapters/telegram/failures.ts';
import type { OutboundMessage, ThreadAddress } from '../../../src/core/channel.ts';
import { createGateway } from '../../contract/adapter/gateway.ts';
import { memoryDocuments } from '../../fake/documents.ts';
import { type Answer, type Call, serveBotApi } from './server.ts';

const token = '123456789:AAEexample-example_example';
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function talking(answer: (call: Call) => Answer) {
  const server = await serveBotApi(answer);
  closing.push(server.close);
  const { host } = createGateway({ documents: memoryDocuments(), routes: { add: () => {} } });
  const config = { token: { reveal: () => token }, apiUrl: server.url };
  return { adapter: createTelegramAdapter({ id: 'telegram', host, config }), calls: server.calls };
}

const chat: ThreadAddress = { platform: 'telegram', channel: '5', thread: 'general' };
const words = (markdown: string): OutboundMessage => ({
  kind: 'text',
  markdown,
  buttons: [],
  live: false,
  silent: true,
});
const sent: Answer = { result: { message_id: 7 } };
const bad = (description: string, code = 400): Answer => ({ error_code: code, description });
const methods = (calls: readonly Call[]) => calls.map(({ method }) => method);

describe('what is refused for its content is tried in a plainer form', () => {
  const table = '| a | **b** |\n|--|--|\n| 1 | `2` |';

  test.each([
    'Bad Request: TABLE_INVALID',
    'Bad Request: WIDGET_QUOTA_STRANGE',
    'Bad Request: who knows',
  ])('from rich to marks to none, in whatever words: %s', async (description) => {
    const { adapter, calls } = await talking(({ parameters }) => {
      const plain = 'text' in parameters && (parameters['entities'] as unknown[]).length === 0;
      return plain ? sent : bad(description);
    });
    expect(await adapter.post(chat, words(table), 'k')).toBe('7');
    expect(methods(calls)).toEqual(['sendRichMessage', 'sendMessage', 'sendMessage']);
    expect(calls.at(-1)?.parameters['text']).toContain('1  2');
  });

  test('an edit as well, so that no placeholder is left', async () => {
    const { adapter, calls } = await talking(({ parameters }) =>
      'rich_message' in parameters ? bad('Bad Request: TABLE_INVALID') : { result: true },
    );
    await adapter.edit(chat, '7', words(table));
    expect(methods(calls)).toEqual(['editMessageText', 'editMessageText']);
    expect(calls.at(-1)?.parameters['text']).toContain('1  2');
  });

  test('one odd table does not cost all others their form; a server that takes none is asked three times', async () => {
    const { adapter, calls } = await talking(({ method }) =>
      method === 'sendRichMessage' ? bad('Bad Request: TABLE_INVALID') : sent,
    );
    for (let round = 0; round < 5; round += 1) await adapter.post(chat, words(table), 'k');
    expect(methods(calls).filter((method) => method === 'sendRichMessage')).toHaveLength(3);
  });

  test('what is refused in its barest form is told so, and what is said of the place is not tried again', async () => {
    const odd = await talking(() => bad('Bad Request: who knows'));
    await expect(odd.adapter.post(chat, words('**a**'), 'k')).rejects.toMatchObject({
      failure: { reason: 'unknown' },
    });
    expect(odd.calls).toHaveLength(2);
    const away = await talking(() => bad('Bad Request: chat not found'));
    await expect(away.adapter.post(chat, words('**a**'), 'k')).rejects.toMatchObject({
      failure: { reason: 'gone' },
    });
    expect(away.calls).toHaveLength(1);
  });
});

describe('a page where an answer is due', () => {
  test.each([200, 302, 403, 404, 500, 502])('with status %d says nothing final', async (status) => {
    const { adapter } = await talking(() => ({ status, body: '<html><h1>Sign in</h1></html>' }));
    for (const act of [
      () => adapter.post(chat, words('a'), 'k'),
      () => adapter.edit(chat, '7', words('a')),
      async () => adapter.remove?.(chat, '7'),
    ])
      await expect(act()).rejects.toMatchObject({
        failure: { reason: 'unavailable' },
        message: expect.stringMatching(new RegExp(`a page came instead of an answer \\(status ${status}\\)`)),
      });
  });

  test.each([
    'null',
    '[]',
    '"ok"',
    '{}',
    '{"message":"blocked"}',
  ])('JSON of somebody else: %s', async (body) => {
    const { adapter } = await talking(() => ({ status: 403, body }));
    await expect(adapter.post(chat, words('a'), 'k')).rejects.toMatchObject({
      failure: { reason: 'unavailable' },
    });
  });

  test('with status 429 is a wait', async () => {
    const { adapter } = await talking(() => ({ status: 429, body: '<html>Slow down</html>' }));
    await expect(adapter.post(chat, words('a'), 'k')).rejects.toMatchObject({
      failure: { reason: 'rate-limited', retryAfterMs: 5000 },
    });
  });
});

test('a wait that stands in the words only is honoured', async () => {
  const { adapter } = await talking(() => bad('Too Many Requests: retry after 17', 429));
  await expect(adapter.post(chat, words('a'), 'k')).rejects.toMatchObject({
    failure: { reason: 'rate-limited', retryAfterMs: 17_000 },
  });
});

test('a bot that was logged out of a server is told so at once, and not that nobody answers', async () => {
  const { adapter } = await talking(() => bad('Logged out'));
  const error = await adapter.post(chat, words('a'), 'k').catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('Logged out');
  expect(reasonOf({ code: 400, description: 'Logged out' }, 0, error)).toMatch(
    /^This bot was logged out of this Bot API server/,
  );
  expect(refusalOf(error)).toBeUndefined();
});

describe('a server of one’s own that keeps files on its disk', () => {
  const file = { id: 'f', name: 'a.txt', mime: 'text/plain', size: 3 };

  async function served(path: (directory: string) => string) {
    const directory = await mkdtemp(join(tmpdir(), 'dragoman-local-'));
    closing.push(() => rm(directory, { recursive: true }));
    await mkdir(join(directory, token, 'documents'), { recursive: true });
    await writeFile(join(directory, token, 'documents', 'a.txt'), 'abc');
    await writeFile(join(directory, 'secret.txt'), 'no');
    await symlink(join(directory, 'secret.txt'), join(directory, token, 'link.txt'));
    const { adapter } = await talking(() => ({ result: { file_id: 'f', file_path: path(directory) } }));
    return (most: number) => adapter.download?.(file, most, new AbortController().signal);
  }

  test('gives the file from there', async () => {
    const fetched = await served((directory) => join(directory, token, 'documents', 'a.txt'));
    expect(new TextDecoder().decode(await fetched(10))).toBe('abc');
    await expect(fetched(2)).rejects.toThrow('more than 2 bytes');
  });

  test.each([
    ['that is another bot’s or nobody’s', 'secret.txt'],
    ['that a link leads to', join(token, 'link.txt')],
    ['by a way back', join(token, '..', 'secret.txt')],
    ['that this machine does not see', join(token, 'documents', 'none.txt')],
  ])('and none %s, with the true reason', async (_, name) => {
    const fetched = await served((directory) => `${directory}/${name}`);
    await expect(fetched(10)).rejects.toMatchObject({
      failure: { reason: 'rejected' },
      message: expect.stringMatching(/keeps files on its own disk \(--local\), and .*Mount its directory/),
    });
  });
});
