import { afterEach, describe, expect, test } from 'vitest';
import { createTelegramAdapter } from '../../../adapters/telegram/adapter.ts';
import type {
  ButtonEvent,
  ChannelAdapter,
  Host,
  MessageEvent,
  OutboundMessage,
  ThreadAddress,
} from '../../../src/core/channel.ts';
import { type Answer, type BotApi, type Call, serveBotApi } from './server.ts';

const token = '123456789:AAEexample-example_example';
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Talking {
  readonly adapter: ChannelAdapter;
  /** Calls that send or change something. */
  calls(): readonly Call[];
}

async function talking(
  answer: (call: Call) => Answer,
  host: Host = hostOf({ moved: [], alive: () => {} }),
): Promise<Talking & { readonly server: BotApi }> {
  const server = await serveBotApi(answer);
  closing.push(server.close);
  const adapter = createTelegramAdapter({
    id: 'telegram',
    host,
    config: { token: { reveal: () => token }, apiUrl: server.url },
  });
  return { adapter, server, calls: () => server.calls };
}

const ok = ({ method }: Call): Answer =>
  method.startsWith('send') && method !== 'sendChatAction' && method !== 'sendMessageDraft'
    ? { result: { message_id: 7 } }
    : { result: true };
const refusal = (error_code: number, description: string, parameters = {}): Answer => ({
  error_code,
  description,
  parameters,
});

const topic: ThreadAddress = { platform: 'telegram', channel: '-100', thread: '3' };
const group: ThreadAddress = { platform: 'telegram', channel: '-100', thread: 'general' };
const alone: ThreadAddress = { platform: 'telegram', channel: '5', thread: 'general' };

const words = (markdown: string, changes: Partial<OutboundMessage> = {}): OutboundMessage => ({
  kind: 'text',
  markdown,
  buttons: [],
  live: false,
  silent: true,
  ...changes,
});

test('a message goes to its topic, quietly, with marks, small print and buttons, and no preview', async () => {
  const { adapter, calls } = await talking(ok);
  const message = words('see **this**', {
    footnote: 'model · 3 s',
    replyTo: '4',
    buttons: [
      { label: 'Allow once', token: 'a', style: 'primary' },
      { label: 'Reject', token: 'b', style: 'danger' },
      { label: 'A label that has a row of its own', token: 'c', style: 'plain' },
    ],
  });
  expect(await adapter.post(topic, message, 'key')).toBe('7');
  expect(calls()).toEqual([
    {
      method: 'sendMessage',
      parameters: {
        chat_id: -100,
        message_thread_id: 3,
        text: 'see this\n\nmodel · 3 s',
        entities: [
          { type: 'bold', offset: 4, length: 4 },
          { type: 'italic', offset: 10, length: 11 },
        ],
        link_preview_options: { is_disabled: true },
        disable_notification: true,
        reply_parameters: { message_id: 4, allow_sending_without_reply: true },
        reply_markup: {
          inline_keyboard: [
            [
              { text: 'Allow once', callback_data: 'a', style: 'primary' },
              { text: 'Reject', callback_data: 'b', style: 'danger' },
            ],
            [{ text: 'A label that has a row of its own', callback_data: 'c' }],
          ],
        },
      },
    },
  ]);
});

test('General is written to without a topic, and what may be heard is not silent', async () => {
  const { adapter, calls } = await talking(ok);
  await adapter.post(group, words('x', { silent: false }), 'key');
  expect(calls()[0]?.parameters).not.toHaveProperty('message_thread_id');
  expect(calls()[0]?.parameters).not.toHaveProperty('disable_notification');
});

test('the one person whom a message may ping is named by id', async () => {
  const { adapter, calls } = await talking(ok);
  await adapter.post(group, words('Done.', { mention: 'telegram:5', silent: false }), 'key');
  expect(calls()[0]?.parameters).toMatchObject({
    text: 'Done.\n\nFor you',
    entities: [{ type: 'text_mention', offset: 7, length: 7, user: { id: 5 } }],
  });
});

test('the longest text, the longest small print and a name fit one message', async () => {
  const { adapter, calls } = await talking(ok);
  const { maxLength, measure } = adapter.capabilities;
  const markdown = 'x'.repeat(maxLength);
  expect(measure(markdown)).toBe(maxLength);
  await adapter.post(group, words(markdown, { footnote: '@y'.repeat(500), mention: 'telegram:5' }), 'key');
  expect(String(calls()[0]?.parameters['text']).length).toBeLessThanOrEqual(4096);
});

test('a mark that the server refuses costs the marks, not the message', async () => {
  const { adapter, calls } = await talking((call) =>
    JSON.stringify(call.parameters['entities']) === '[]'
      ? ok(call)
      : refusal(400, "Bad Request: can't parse entities: unsupported"),
  );
  expect(await adapter.post(topic, words('see **this** `@ann`'), 'key')).toBe('7');
  expect(calls().map(({ parameters }) => parameters['text'])).toEqual([
    'see this @ann',
    'see this @\u2060ann',
  ]);
});

describe('a table or a heading', () => {
  const table = words('# Plan\n| a | b |\n|-|-:|\n| @ann | `2` |', { footnote: 'model · 3 s' });
  test('is one where the server has rich messages', async () => {
    const { adapter, calls } = await talking(ok);
    await adapter.post(topic, table, 'key');
    await adapter.edit(topic, '7', table);
    const rich = {
      blocks: [
        { type: 'heading', size: 1, text: 'Plan' },
        {
          type: 'table',
          is_bordered: true,
          cells: [
            [
              { text: 'a', is_header: true, align: 'left', valign: 'top' },
              { text: 'b', is_header: true, align: 'right', valign: 'top' },
            ],
            [
              { text: '@ann', align: 'left', valign: 'top' },
              { text: { type: 'code', text: '2' }, align: 'right', valign: 'top' },
            ],
          ],
        },
        { type: 'footer', text: 'model · 3 s' },
      ],
      skip_entity_detection: true,
    };
    expect(calls()).toEqual([
      {
        method: 'sendRichMessage',
        parameters: { chat_id: -100, rich_message: rich, message_thread_id: 3, disable_notification: true },
      },
      { method: 'editMessageText', parameters: { chat_id: -100, message_id: 7, rich_message: rich } },
    ]);
  });
  test('is a text where it has none, which is found out once', async () => {
    const { adapter, calls } = await talking((call) => {
      if (call.method === 'sendRichMessage') return refusal(404, 'Not Found: method not found');
      return call.method === 'editMessageText' && call.parameters['text'] === undefined
        ? refusal(400, 'Bad Request: message text is empty')
        : ok(call);
    });
    await adapter.edit(topic, '7', table);
    await adapter.edit(topic, '7', table);
    await adapter.post(topic, table, 'key');
    expect(calls().map(({ method, parameters: { text } }) => `${method} ${text}`)).toEqual([
      'editMessageText undefined',
      'editMessageText Plan\na     b\n----  -\n@ann  2\n\nmodel · 3 s',
      'editMessageText Plan\na     b\n----  -\n@ann  2\n\nmodel · 3 s',
      'sendMessage Plan\na     b\n----  -\n@ann  2\n\nmodel · 3 s',
    ]);
  });
});

describe('a refusal says what can be done', () => {
  const cases: readonly (readonly [Answer, object])[] = [
    [
      refusal(429, 'Too Many Requests: retry after 3', { retry_after: 3 }),
      { reason: 'rate-limited', retryAfterMs: 3000 },
    ],
    [refusal(403, 'Forbidden: bot was blocked by the user'), { reason: 'forbidden' }],
    [refusal(403, 'Forbidden: bot was kicked from the supergroup chat'), { reason: 'forbidden' }],
    [
      refusal(400, 'Bad Request: not enough rights to send text messages to the chat'),
      { reason: 'forbidden' },
    ],
    [refusal(400, 'Bad Request: TOPIC_CLOSED'), { reason: 'forbidden' }],
    [refusal(400, 'Bad Request: chat not found'), { reason: 'gone' }],
    [refusal(400, 'Bad Request: message thread not found'), { reason: 'gone' }],
    [refusal(400, 'Bad Request: message is too long'), { reason: 'rejected' }],
    [refusal(400, 'Bad Request: BUTTON_DATA_INVALID'), { reason: 'unknown' }],
    [refusal(401, 'Unauthorized'), { reason: 'unavailable' }],
    [refusal(500, 'Internal Server Error'), { reason: 'unavailable' }],
    [{ status: 502, body: '<html>' }, { reason: 'unavailable' }],
    ['cut', { reason: 'unavailable' }],
  ];
  test.each(cases)('%j', async (answer, failure) => {
    const { adapter, calls } = await talking(() => answer);
    const error = await adapter.post(topic, words('secret words'), 'key').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ChannelError', failure });
    expect(calls()).toHaveLength(1);
    const told = error instanceof Error ? `${error.stack}${JSON.stringify(error)}${String(error.cause)}` : '';
    expect(told).not.toContain('AAE');
    expect(told).not.toContain('secret words');
  });
});

describe('a change', () => {
  test('that changes nothing is done', async () => {
    const { adapter } = await talking(() =>
      refusal(
        400,
        'Bad Request: message is not modified: specified new message content and reply markup are exactly the same',
      ),
    );
    await adapter.edit(topic, '7', words('x'));
  });
  test('of a message that is gone says so', async () => {
    const { adapter } = await talking(() => refusal(400, 'Bad Request: message to edit not found'));
    await expect(adapter.edit(topic, '7', words('x'))).rejects.toMatchObject({ failure: { reason: 'gone' } });
  });
});

describe('taking a message away', () => {
  test('that is gone already is done', async () => {
    const { adapter } = await talking(() => refusal(400, 'Bad Request: message to delete not found'));
    await adapter.remove?.(topic, '7');
  });
  test('that is too old leaves a mark in its place', async () => {
    const { adapter, calls } = await talking((call) =>
      call.method === 'deleteMessage' ? refusal(400, "Bad Request: message can't be deleted") : ok(call),
    );
    await adapter.remove?.(topic, '7');
    expect(calls().at(-1)).toMatchObject({ method: 'editMessageText', parameters: { text: '(taken back)' } });
  });
});

test('a group that has moved is told to the gateway, and the call is made where it is now', async () => {
  const moved: string[] = [];
  const alive = Promise.withResolvers<void>();
  const host = hostOf({ moved, alive: alive.resolve });
  const { adapter, calls, server } = await talking((call) => {
    if (call.method === 'getMe') return { result: { id: 77, is_bot: true, username: 'dragoman_bot' } };
    if (call.method === 'getUpdates') return { result: [] };
    return call.parameters['chat_id'] === -100
      ? refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
          migrate_to_chat_id: -1002,
        })
      : ok(call);
  }, host);
  const stop = new AbortController();
  const running = adapter.run(stop.signal);
  await alive.promise;
  expect(await adapter.post(group, words('x'), 'key')).toBe('7');
  stop.abort();
  await running;
  expect(moved).toEqual(['-100 -> -1002']);
  expect(calls().filter(({ method }) => method === 'sendMessage')).toHaveLength(2);
  expect(server.calls.some(({ method }) => method === 'setMyCommands')).toBe(true);
});

function hostOf({ moved, alive }: { readonly moved: string[]; alive(): void }): Host {
  const never = () => {
    throw new Error('not asked for in this test');
  };
  return {
    receive: async () => {},
    documents: { get: never, put: never, remove: never, list: async () => [] },
    routes: { add: never },
    commands: [{ name: 'status', description: 'What runs here' }],
    channelMoved: async (from, to) => void moved.push(`${from} -> ${to}`),
    alive,
    ailing: (reason) => {
      throw new Error(reason);
    },
    secret: () => 'secret',
    log: { debug: () => {}, info: () => {}, warn: () => {} },
  };
}

const press: ButtonEvent = {
  type: 'button',
  id: '1',
  address: group,
  author: { id: 'telegram:5', name: 'Ben' },
  room: 'channel',
  at: 0,
  message: '9',
  token: 't',
};
const said: MessageEvent = {
  type: 'message',
  id: '1',
  address: alone,
  author: { id: 'telegram:5', name: 'Ben' },
  room: 'private',
  at: 0,
  message: '9',
  text: 'x',
  addressed: true,
};

describe('a word to one person', () => {
  test('in a group is seen by that person only, where the server can', async () => {
    const { adapter, calls } = await talking(() => ({ result: { message_id: 0, ephemeral_message_id: 3 } }));
    await adapter.whisper?.(press, 'Only approvers may decide this.');
    await adapter.whisper?.(press, 'Only approvers may decide this.');
    for (const { parameters } of calls())
      expect(parameters['ephemeral_message_parameters']).toEqual({ receiver_user_id: 5 });
  });
  test('is a short silent reply that names them, where it cannot', async () => {
    const { adapter, calls } = await talking(ok);
    await adapter.whisper?.(press, 'Only approvers may decide this.');
    await adapter.whisper?.(press, 'Only approvers may decide this.');
    expect(calls()).toHaveLength(2);
    expect(calls()[1]?.parameters).toEqual({
      chat_id: -100,
      text: 'Ben: Only approvers may decide this.',
      entities: [],
      link_preview_options: { is_disabled: true },
      disable_notification: true,
      reply_parameters: { message_id: 9, allow_sending_without_reply: true },
    });
  });
  test('comes too late to be seen by one only: all the same it is said', async () => {
    const { adapter, calls } = await talking((call) =>
      'ephemeral_message_parameters' in call.parameters
        ? refusal(400, 'Bad Request: USER_ACTION_EXPIRED')
        : ok(call),
    );
    await adapter.whisper?.(press, 'Too late.');
    expect(calls()).toHaveLength(2);
  });
  test('in a private chat is a message', async () => {
    const { adapter, calls } = await talking(ok);
    await adapter.whisper?.(said, 'I do not know you yet.');
    expect(calls()[0]?.parameters).toMatchObject({ chat_id: 5, text: 'I do not know you yet.' });
    expect(calls()[0]?.parameters).not.toHaveProperty('ephemeral_message_parameters');
  });
});

describe('a sign of life', () => {
  test('in a private chat is a preview with a Stop', async () => {
    const { adapter, calls } = await talking(ok);
    await adapter.showTyping?.(alone);
    expect(calls()).toEqual([
      { method: 'sendMessageDraft', parameters: { chat_id: 5, draft_id: 1, text: '', can_stop: true } },
    ]);
  });
  test('is "typing" for good where the server has no previews', async () => {
    const { adapter, calls } = await talking((call) =>
      call.method === 'sendMessageDraft' ? refusal(404, 'Not Found: method not found') : ok(call),
    );
    await adapter.showTyping?.(alone);
    await adapter.showTyping?.(alone);
    expect(calls().map(({ method }) => method)).toEqual([
      'sendMessageDraft',
      'sendChatAction',
      'sendChatAction',
    ]);
  });
  test('at a message is two eyes too, once, also in a private chat', async () => {
    const { adapter, calls } = await talking(ok);
    await adapter.showTyping?.(topic, '41');
    await adapter.showTyping?.(topic, '41');
    await adapter.showTyping?.(alone, '42');
    const signs = calls().filter(({ method }) => method === 'setMessageReaction');
    expect(signs.map(({ parameters }) => parameters)).toEqual([
      { chat_id: -100, message_id: 41, reaction: [{ type: 'emoji', emoji: '\u{1F440}' }] },
      { chat_id: 5, message_id: 42, reaction: [{ type: 'emoji', emoji: '\u{1F440}' }] },
    ]);
  });
  test('is only "typing" where signs are not allowed, and they are not tried there again', async () => {
    const { adapter, calls } = await talking((call) =>
      call.method === 'setMessageReaction' ? refusal(400, 'Bad Request: REACTION_INVALID') : ok(call),
    );
    await adapter.showTyping?.(topic, '41');
    await adapter.showTyping?.(topic, '42');
    expect(
      calls()
        .map(({ method }) => method)
        .toSorted(),
    ).toEqual(['sendChatAction', 'sendChatAction', 'setMessageReaction']);
  });
  test.each([
    ['no answer', 'cut' as const],
    ['a wait', refusal(429, 'Too Many Requests: retry after 9', { retry_after: 9 })],
    ['a message that is gone', refusal(400, 'Bad Request: message to react not found')],
  ])('is no failure where the sign meets %s', async (_, answer) => {
    const { adapter, calls } = await talking((call) =>
      call.method === 'setMessageReaction' ? answer : ok(call),
    );
    await adapter.showTyping?.(topic, '41');
    expect(calls().map(({ method }) => method)).toContain('sendChatAction');
  });
  test('in a group is "typing", in the topic', async () => {
    const { adapter, calls } = await talking(ok);
    await adapter.showTyping?.(topic);
    expect(calls()).toEqual([
      { method: 'sendChatAction', parameters: { chat_id: -100, action: 'typing', message_thread_id: 3 } },
    ]);
  });
});
