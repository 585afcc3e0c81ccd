/** The same doings on our own stand-in and on one that others made: where they differ, docs/standins.md says how. */
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { createTelegramAdapter } from '../../../adapters/telegram/adapter.ts';
import { telegram as definition } from '../../../adapters/telegram/index.ts';
import { createHttp } from '../../../src/lib/http.ts';
import { createLog } from '../../../src/lib/log.ts';
import { memoryDocuments } from '../../fake/documents.ts';
import { createGateway } from '../adapter/gateway.ts';
import { until } from '../adapter/rig.ts';
import { started } from '../adapter/runner.ts';
import { allow, card, words } from '../adapter/words.ts';
import { bot, ours, type StandIn, theirs } from './standins.ts';

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function begin(start: () => Promise<StandIn>) {
  const standIn = await start();
  ends.push(() => standIn.stop());
  const gateway = createGateway({ documents: memoryDocuments(), routes: { add: () => {} } });
  const run = async (token = standIn.token) => {
    const environment = { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_URL: standIn.url };
    const running = await started(definition, environment, gateway);
    ends.push(running.end);
    return running;
  };
  const heard = async () => {
    const proofs = gateway.proofs.length;
    await until(() => gateway.proofs.length > proofs || undefined, 'a proof of life');
  };
  const texts = () => gateway.events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
  return { standIn, gateway, run, heard, texts };
}

async function serveHttp() {
  const log = createLog({ level: 'error', secrets: [], form: 'json', write: () => {} });
  const http = createHttp({ host: '127.0.0.1', port: 0, log });
  const stop = new AbortController();
  const serving = http.run(stop.signal);
  ends.push(async () => {
    stop.abort();
    await serving;
  });
  return { routes: http.routes, ...(await http.listening) };
}

const addressOf = (chat: number) => ({ platform: 'telegram', channel: String(chat), thread: 'general' });

const both = [
  ['our own stand-in', ours],
  ['the stand-in of others', theirs],
] as const;

describe.each(both)('%s', (_name, start) => {
  test('what people write comes once and in order, also across a new beginning', async () => {
    const { standIn, run, heard, texts } = await begin(start);
    const first = await run();
    await heard();
    for (const text of ['one', 'two', 'three']) await standIn.say(standIn.chat, text);
    await until(() => texts().length === 3 || undefined, 'three messages');
    await first.end();
    await standIn.say(standIn.chat, 'four');
    await run();
    await until(() => texts().includes('four') || undefined, 'the fourth message');
    expect(texts()).toEqual(['one', 'two', 'three', 'four']);
  });

  test('what is not stored comes again', async () => {
    const { standIn, run, gateway, heard, texts } = await begin(start);
    const first = await run();
    await heard();
    gateway.turn('refuses');
    await standIn.say(standIn.chat, 'kept');
    await until(() => gateway.offered() > 0 || undefined, 'the gateway is given it');
    await first.end();
    gateway.turn('stores');
    await run();
    await until(() => texts().includes('kept') || undefined, 'the message');
    expect(texts()).toEqual(['kept']);
  });

  test('a private chat is for us, and in a group a mention is', async () => {
    const { standIn, run, gateway, heard, texts } = await begin(start);
    await run();
    await heard();
    await standIn.say(standIn.chat, 'hello');
    await standIn.say(standIn.group, `@${bot} please help`);
    await until(() => texts().length === 2 || undefined, 'two messages');
    // What comes of two chats comes in no order.
    const named = (text: string) => gateway.events.find((event) => 'text' in event && event.text === text);
    const [hello, help] = [named('hello'), named('please help')];
    expect(hello).toMatchObject({ room: 'private', addressed: true, author: { name: 'Ann' } });
    expect(hello?.address).toEqual(addressOf(standIn.chat));
    expect(help).toMatchObject({ text: 'please help', addressed: true, address: addressOf(standIn.group) });
  });

  test('a message is posted with its marks and buttons, and edited in place', async () => {
    const { standIn, run, heard } = await begin(start);
    const { adapter } = await run();
    await heard();
    await standIn.say(standIn.chat, 'hello');
    const address = addressOf(standIn.chat);
    const id = await adapter.post(address, words('…', { live: true }), 'key-1');
    await adapter.edit(address, id, card('Run **ls**?', [allow]));
    expect(standIn.sent().map(({ method }) => method)).toEqual(['sendMessage', 'editMessageText']);
    expect(standIn.sent().at(-1)?.parameters).toMatchObject({
      message_id: Number(id),
      text: 'Run ls?',
      entities: [{ type: 'bold', offset: 4, length: 2 }],
      reply_markup: { inline_keyboard: [[{ text: 'Allow once', callback_data: allow.token }]] },
    });
  });

  test('a server without rich messages gets the table as a text, and is not asked twice', async () => {
    const { standIn, run, heard } = await begin(start);
    const { adapter } = await run();
    await heard();
    await standIn.say(standIn.chat, 'hello');
    const table = '| a | b |\n|---|---|\n| 1 | 2 |';
    await adapter.post(addressOf(standIn.chat), words(table), 'key-1');
    await adapter.post(addressOf(standIn.chat), words(table), 'key-2');
    const plain = standIn.sent().filter(({ method }) => method === 'sendMessage');
    expect(plain).toHaveLength(2);
    expect(standIn.sent().filter(({ method }) => method === 'sendRichMessage').length).toBeLessThanOrEqual(1);
  });

  test('the longest text is taken', async () => {
    const { standIn, run, heard } = await begin(start);
    const { adapter } = await run();
    await heard();
    await standIn.say(standIn.chat, 'hello');
    const { maxLength } = adapter.capabilities;
    const footnote = 'f'.repeat(100);
    await adapter.post(
      addressOf(standIn.chat),
      words('x'.repeat(maxLength), { footnote }),
      randomUUID().slice(0, 25),
    );
    expect(standIn.sent()).toHaveLength(1);
  });

  test('two topics are written to apart', async () => {
    const { standIn, run, heard } = await begin(start);
    const { adapter } = await run();
    await heard();
    await standIn.say(standIn.forum.chat, `@${bot} hello`);
    const { chat, topics } = standIn.forum;
    for (const topic of topics) {
      const address = { platform: 'telegram', channel: String(chat), thread: String(topic) };
      await adapter.post(address, words(`to ${topic}`), `key-${topic}`);
    }
    expect(
      standIn.sent().map(({ parameters }) => [parameters['message_thread_id'], parameters['text']]),
    ).toEqual(topics.map((topic) => [topic, `to ${topic}`]));
  });

  test('a text that is too long is rejected, and nobody tries again', async () => {
    const { standIn, run, heard } = await begin(start);
    const { adapter } = await run();
    await heard();
    await standIn.say(standIn.chat, 'hello');
    const posted = adapter.post(addressOf(standIn.chat), words('x'.repeat(5000)), 'key-1');
    await expect(posted).rejects.toMatchObject({ failure: { reason: 'rejected' } });
    expect(standIn.sent().length).toBeLessThanOrEqual(1);
  });

  test('a webhook brings what people write, in order and until it is stored', async () => {
    const { standIn, gateway, texts } = await begin(start);
    const { url, routes } = await serveHttp();
    const routed = { ...gateway.host, routes };
    const secret = 'a-secret_of-the-webhook';
    const config = {
      token: { reveal: () => standIn.token },
      apiUrl: standIn.url,
      webhook: { url: standIn.webhook(url), secret: { reveal: () => secret } },
    };
    const stop = new AbortController();
    const running = createTelegramAdapter({ config, id: 'telegram', host: routed }).run(stop.signal);
    ends.push(async () => {
      stop.abort();
      await running;
    });
    await until(() => gateway.proofs[0], 'the webhook is set');
    gateway.turn('refuses');
    await standIn.say(standIn.chat, 'one');
    await until(() => gateway.offered() > 0 || undefined, 'it is brought');
    await standIn.say(standIn.chat, 'two');
    gateway.turn('stores');
    await until(() => texts().length === 2 || undefined, 'two messages');
    expect(texts()).toEqual(['one', 'two']);
  });

  test('a file is posted with its caption, as an answer, and a message gets a sign', async () => {
    const { standIn, run, gateway, heard } = await begin(start);
    const { adapter } = await run();
    await heard();
    await standIn.say(standIn.chat, 'hello');
    const event = await until(() => gateway.events[0], 'a message');
    const message = event.type === 'message' ? event.message : '';
    await adapter.showTyping?.(event.address, message);
    const bytes = new TextEncoder().encode('-local\n+utc\n');
    const file = { name: 'fix.patch', mime: 'text/x-diff', bytes, markdown: 'The **changes**', silent: true };
    expect(await adapter.upload?.(event.address, { ...file, replyTo: message }, 'key-1')).toMatch(/^\d+$/);
    const [sent] = standIn.sent();
    expect(sent?.method).toBe('sendDocument');
    expect(sent?.parameters['caption']).toBe('The changes');
    expect(JSON.stringify(gateway.logged)).not.toContain('got no sign');
  });

  test('a second program with the same token is told of', async () => {
    const { run, gateway, heard } = await begin(start);
    await run();
    await heard();
    await run();
    await until(() => gateway.ailments[0], 'a sentence');
    expect(gateway.ailments[0]).toMatch(/^Another program polls with this bot token/);
  });
});

test('a token that is not known is told of', async () => {
  // The other one answers 404 without a word of the API, which looks like a server that is ill.
  const { run, gateway } = await begin(ours);
  await run('7000001:AAAnotherTokenThatNobodyKnows');
  await until(() => gateway.ailments[0], 'a sentence');
  expect(gateway.ailments[0]).toMatch(/^Telegram does not know this bot token/);
});

/** Calls of which the answers differ, as docs/standins.md lists them. */
const calls: readonly (readonly [string, string, Record<string, unknown>])[] = [
  ['a text of 4097', 'sendMessage', { text: 'x'.repeat(4097) }],
  ['no text', 'sendMessage', { text: ' ' }],
  ['a chat that is not there', 'sendMessage', { chat_id: 424_242, text: 'x' }],
  ['a reply to what is not there', 'sendMessage', { text: 'x', reply_parameters: { message_id: 9999 } }],
  [
    '65 bytes on a button',
    'sendMessage',
    { text: 'x', reply_markup: { inline_keyboard: [[{ text: 'a', callback_data: 'x'.repeat(65) }]] } },
  ],
  [
    'a mark outside of the text',
    'sendMessage',
    { text: 'x', entities: [{ type: 'bold', offset: 0, length: 9 }] },
  ],
  ['an edit that changes nothing', 'editMessageText', { message_id: 'last', text: 'same' }],
  ['an edit of what is not there', 'editMessageText', { message_id: 9999, text: 'x' }],
  ['a deletion of what is not there', 'deleteMessage', { message_id: 9999 }],
  ['an answer to no press', 'answerCallbackQuery', { callback_query_id: '1' }],
  [
    'a sign that is none',
    'setMessageReaction',
    { message_id: 'last', reaction: [{ type: 'emoji', emoji: 'x' }] },
  ],
  ['a sign at what is not there', 'setMessageReaction', { message_id: 9999, reaction: [] }],
  ['a file without a file', 'sendDocument', { caption: 'x' }],
  ['a webhook without https', 'setWebhook', { url: 'http://dragoman.example.org/x' }],
  ['a webhook with a secret of odd signs', 'setWebhook', { url: 'https://1.1.1.1/x', secret_token: 'a b' }],
  ['no webhook', 'setWebhook', { url: '' }],
  ['the list of commands', 'getMyCommands', {}],
  ['a preview', 'sendMessageDraft', { draft_id: 1, text: 'x' }],
  ['a file', 'getFile', { file_id: 'x' }],
];

async function answersOf(start: () => Promise<StandIn>): Promise<readonly string[]> {
  const { standIn, run, heard } = await begin(start);
  const { adapter, end } = await run();
  await heard();
  await standIn.say(standIn.chat, 'hello');
  const last = Number(await adapter.post(addressOf(standIn.chat), words('same'), 'key-1'));
  await end();
  const answers: string[] = [];
  for (const [, method, parameters] of calls) {
    const body = { chat_id: standIn.chat, ...parameters };
    const response = await fetch(`${standIn.url}/bot${standIn.token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(parameters['message_id'] === 'last' ? { ...body, message_id: last } : body),
    });
    const { ok, description } = (await response.json()) as {
      readonly ok: boolean;
      readonly description?: string;
    };
    answers.push(ok ? 'taken' : `${response.status} ${description}`);
  }
  return answers;
}

test('where the two differ', async () => {
  const [own, other] = [await answersOf(ours), await answersOf(theirs)];
  const rows = calls.map(([what], at) => `${what} | ${own[at]} | ${other[at]}`);
  expect(rows.join('\n')).toMatchInlineSnapshot(`
    "a text of 4097 | 400 Bad Request: message is too long | 400 Bad Request: text is too long
    no text | 400 Bad Request: message text is empty | taken
    a chat that is not there | 400 Bad Request: chat not found | taken
    a reply to what is not there | 400 Bad Request: message to be replied not found | taken
    65 bytes on a button | 400 Bad Request: BUTTON_DATA_INVALID | taken
    a mark outside of the text | 400 Bad Request: entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 1 | taken
    an edit that changes nothing | 400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message | taken
    an edit of what is not there | 400 Bad Request: message to edit not found | taken
    a deletion of what is not there | 400 Bad Request: message to delete not found | taken
    an answer to no press | 400 Bad Request: query is too old and response timeout expired or query ID is invalid | taken
    a sign that is none | 400 Bad Request: REACTION_INVALID | taken
    a sign at what is not there | 400 Bad Request: message to react not found | taken
    a file without a file | 400 Bad Request: wrong file identifier/HTTP URL specified | 400 Bad Request: chat_id and document are required
    a webhook without https | 400 Bad Request: bad webhook: An HTTPS URL must be provided for webhook | 400 Bad Request: webhook URL must use HTTPS
    a webhook with a secret of odd signs | 400 Bad Request: secret token contains unallowed characters | 400 Bad Request: invalid secret token
    no webhook | taken | taken
    the list of commands | taken | 404 Not Found: unsupported method getMyCommands
    a preview | 404 Not Found: method not found | 404 Not Found: unsupported method sendMessageDraft
    a file | 400 Bad Request: wrong file_id or the file is temporarily unavailable | 404 Not Found: unsupported method getFile"
  `);
});
