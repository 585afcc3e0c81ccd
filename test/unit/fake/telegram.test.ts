import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tdlib } from '../../fake/telegram/tdlib.ts';
import { type FakeTelegram, startTelegram } from '../../fake/telegram.ts';

const unparsed = tdlib === undefined ? ' (skipped: prebuilt-tdlib has nothing for this system)' : '';

let telegram: FakeTelegram;

beforeEach(async () => {
  telegram = await startTelegram();
});

afterEach(() => telegram.stop());

/** Any bot, without a client library. */
async function call(method: string, parameters: object = {}, token = telegram.token): Promise<unknown> {
  const response = await fetch(`${telegram.url}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(parameters),
  });
  const answer = (await response.json()) as Answer;
  if (answer.ok) return answer.result;
  expect(response.status).toBe(answer.error_code);
  return answer.parameters === undefined
    ? `${answer.error_code} ${answer.description}`
    : `${answer.error_code} ${answer.description} ${JSON.stringify(answer.parameters)}`;
}

interface Answer {
  readonly ok: boolean;
  readonly result: unknown;
  readonly error_code: number;
  readonly description: string;
  readonly parameters?: object;
}

async function send(chat: number, text: string, more: object = {}): Promise<number> {
  const sent = await call('sendMessage', { chat_id: chat, text, ...more });
  expect(sent).toMatchObject({ message_id: expect.any(Number) });
  return (sent as { readonly message_id: number }).message_id;
}

function someone(name = 'Ann') {
  const person = telegram.person(name);
  person.say(person.chat, '/start');
  return person;
}

describe('tokens and polls', () => {
  test('a token that is not known, or none at all, is refused', async () => {
    expect(await call('getMe', {}, '1:wrong')).toBe('401 Unauthorized');
    expect(await call('getMe', {}, 'x')).toBe('404 Not Found');
    expect(await call('getNothing')).toBe('404 Not Found: method not found');
    expect(await call('getMe')).toMatchObject({ id: 7_000_001, username: 'dragoman_bot' });
  });

  test('an update comes until it is confirmed by a higher offset', async () => {
    const ann = telegram.person('Ann');
    ann.say(ann.chat, 'one');
    ann.say(ann.chat, 'two');
    const updates = (await call('getUpdates')) as { readonly update_id: number }[];
    // The first one tells that the person began to talk to the bot.
    expect(updates).toMatchObject([
      { my_chat_member: {} },
      { message: { text: 'one' } },
      { message: { text: 'two' } },
    ]);
    const last = updates.at(-1)?.update_id ?? 0;
    expect(await call('getUpdates', { offset: last })).toMatchObject([{ message: { text: 'two' } }]);
    expect(await call('getUpdates', { offset: last + 1 })).toEqual([]);
    expect(await call('getUpdates')).toEqual([]);
  });

  test('a poll waits, and a second one ends it', async () => {
    const ann = someone();
    await call('getUpdates', { offset: 10_000_000 });
    const first = call('getUpdates', { timeout: 30 });
    await expect.poll(() => telegram.world.updates.polled()).toBe(true);
    const second = call('getUpdates', { timeout: 30 });
    expect(await first).toBe(
      '409 Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    );
    await expect.poll(() => telegram.world.updates.polled()).toBe(true);
    ann.say(ann.chat, 'at last');
    expect(await second).toMatchObject([{ message: { text: 'at last' } }]);
  });

  test('a webhook keeps polls away', async () => {
    await call('setWebhook', { url: 'https://example.com/hook' });
    expect(await call('getUpdates')).toMatch(/^409 Conflict: can't use getUpdates method while webhook/);
    expect(await call('deleteWebhook')).toBe(true);
    expect(await call('getUpdates')).toEqual([]);
  });

  test('only kinds that are asked for are kept, from then on', async () => {
    const ann = someone();
    await call('getUpdates', { offset: 10_000_000, allowed_updates: ['edited_message'] });
    const message = ann.say(ann.chat, 'not this');
    ann.edit(ann.chat, message, 'but this');
    expect(await call('getUpdates')).toMatchObject([{ edited_message: { text: 'but this' } }]);
  });

  test('a press that nobody fetched is gone after 150 s, a message after a day', async () => {
    const ann = someone();
    const keyboard = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] };
    const id = await send(ann.chat, 'Ready?', { reply_markup: keyboard });
    await call('getUpdates', { offset: 10_000_000 });
    ann.press(ann.chat, id, 'Go');
    ann.say(ann.chat, 'hello');
    telegram.advance(151_000);
    expect(await call('getUpdates')).toMatchObject([{ message: { text: 'hello' } }]);
    telegram.advance(24 * 3_600_000);
    expect(await call('getUpdates')).toEqual([]);
  });
});

describe('what is refused', () => {
  test('texts', async () => {
    const { chat } = someone();
    const attempt = (more: object) => call('sendMessage', { chat_id: chat, ...more });
    expect(await attempt({ text: ' \n ' })).toBe('400 Bad Request: message text is empty');
    expect(await attempt({ text: 'x'.repeat(4097) })).toBe('400 Bad Request: message is too long');
    expect(await call('sendMessage', { chat_id: 1, text: 'x' })).toBe('400 Bad Request: chat not found');
    expect(await attempt({ text: '😀', entities: [{ type: 'bold', offset: 1, length: 1 }] })).toBe(
      '400 Bad Request: entity begins in a middle of a UTF-16 symbol at byte offset 1',
    );
    expect(await attempt({ text: 'ab', entities: [{ type: 'bold', offset: 0, length: 3 }] })).toBe(
      '400 Bad Request: entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2',
    );
    expect(await attempt({ text: 'x', reply_parameters: { message_id: 99 } })).toBe(
      '400 Bad Request: message to be replied not found',
    );
    expect(await attempt({ text: 'x', message_thread_id: 99 })).toBe(
      '400 Bad Request: message thread not found',
    );
  });

  test.skipIf(tdlib === undefined)(`texts with marks, counted without them${unparsed}`, async () => {
    const { chat } = someone();
    const attempt = (text: string) => call('sendMessage', { chat_id: chat, text, parse_mode: 'HTML' });
    const long = 'x'.repeat(4096);
    expect(await attempt(`<b>${long}</b>`)).toMatchObject({ text: long });
    expect(await attempt(`<b>${long}x</b>`)).toBe('400 Bad Request: message is too long');
    expect(await attempt('<b></b>')).toBe('400 Bad Request: message text is empty');
    expect(await attempt('<b>x')).toMatch(/^400 Bad Request: can't parse entities: Can't find end tag/);
  });

  test('buttons', async () => {
    const { chat } = someone();
    const attempt = (rows: readonly (readonly object[])[]) =>
      call('sendMessage', { chat_id: chat, text: 'x', reply_markup: { inline_keyboard: rows } });
    const button = (data: string) => ({ text: 'Go', callback_data: data });
    expect(await attempt([[button('x'.repeat(65))]])).toBe('400 Bad Request: BUTTON_DATA_INVALID');
    expect(await attempt([[button('é'.repeat(33))]])).toBe('400 Bad Request: BUTTON_DATA_INVALID');
    expect(await attempt(Array.from({ length: 101 }, () => [button('x')]))).toBe(
      '400 Bad Request: REPLY_MARKUP_TOO_LONG',
    );
    expect(await attempt([[button('x'.repeat(64))]])).toMatchObject({ text: 'x' });
  });

  test('edits and deletes', async () => {
    const ann = someone();
    const id = await send(ann.chat, 'one');
    const edit = (message: number, text: string) =>
      call('editMessageText', { chat_id: ann.chat, message_id: message, text });
    expect(await edit(id, 'one')).toMatch(/^400 Bad Request: message is not modified: specified new/);
    expect(await edit(9999, 'two')).toBe('400 Bad Request: message to edit not found');
    expect(await edit(ann.say(ann.chat, 'mine'), 'yours')).toBe("400 Bad Request: message can't be edited");
    const remove = () => call('deleteMessage', { chat_id: ann.chat, message_id: id });
    telegram.advance(49 * 3_600_000);
    expect(await remove()).toBe("400 Bad Request: message can't be deleted for everyone");
    telegram.advance(-2 * 3_600_000);
    expect(await remove()).toBe(true);
    expect(await remove()).toBe('400 Bad Request: message to delete not found');
    expect(await edit(id, 'late')).toBe('400 Bad Request: message to edit not found');
  });

  test('presses are answered once, and in time', async () => {
    const ann = someone();
    const keyboard = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] };
    const id = await send(ann.chat, 'Ready?', { reply_markup: keyboard });
    const late = '400 Bad Request: query is too old and response timeout expired or query ID is invalid';
    const press = ann.press(ann.chat, id, 'Go');
    expect(await call('answerCallbackQuery', { callback_query_id: press.id, text: 'ok' })).toBe(true);
    expect(press.answer).toEqual({ text: 'ok', alert: false });
    expect(await call('answerCallbackQuery', { callback_query_id: press.id })).toBe(late);
    const second = ann.press(ann.chat, id, 'Go');
    telegram.advance(61_000);
    expect(await call('answerCallbackQuery', { callback_query_id: second.id })).toBe(late);
    expect(() => ann.press(ann.chat, id, 'Stop')).toThrow('has no button "Stop"; it has: Go');
    // An edit that does not repeat the buttons takes them away.
    await call('editMessageText', { chat_id: ann.chat, message_id: id, text: 'Gone' });
    expect(() => ann.press(ann.chat, id, 'Go')).toThrow('it has: none');
  });

  test('chats where the bot may not write', async () => {
    const ann = someone();
    const attempt = (chat: number, more: object = {}) =>
      call('sendMessage', { chat_id: chat, text: 'x', ...more });
    ann.block(true);
    expect(await attempt(ann.chat)).toBe('403 Forbidden: bot was blocked by the user');
    expect(await attempt(telegram.person('Ben').chat)).toBe(
      "403 Forbidden: bot can't initiate conversation with a user",
    );
    const group = telegram.group('Team');
    group.setWriting(false);
    expect(await attempt(group.id)).toBe(
      '400 Bad Request: not enough rights to send text messages to the chat',
    );
    group.setBot('kicked');
    expect(await attempt(group.id)).toBe('403 Forbidden: bot was kicked from the supergroup chat');
    const small = telegram.group('Small', { type: 'group' });
    const next = small.migrate();
    expect(await attempt(small.id)).toBe(
      `400 Bad Request: group chat was upgraded to a supergroup chat {"migrate_to_chat_id":${next.id}}`,
    );
    const forum = telegram.group('Forum', { forum: true });
    const topic = forum.openTopic('Old');
    expect(await attempt(forum.id, { message_thread_id: 1 })).toBe(
      '400 Bad Request: message thread not found',
    );
    forum.closeTopic(topic);
    expect(await attempt(forum.id, { message_thread_id: topic })).toBe('400 Bad Request: TOPIC_CLOSED');
    forum.deleteTopic(topic);
    expect(await attempt(forum.id, { message_thread_id: topic })).toBe(
      '400 Bad Request: message thread not found',
    );
  });

  test('too many calls', async () => {
    telegram.rates.on = true;
    const { chat } = someone();
    for (let n = 0; n < 10; n += 1) await send(chat, `${n}`);
    const refused = '429 Too Many Requests: retry after 1 {"retry_after":1}';
    expect(await call('sendMessage', { chat_id: chat, text: 'x' })).toBe(refused);
    telegram.advance(1000);
    await send(chat, 'again');
    const group = telegram.group('Team');
    for (let n = 0; n < 20; n += 1) {
      telegram.advance(1000);
      await send(group.id, `${n}`);
    }
    expect(await call('sendMessage', { chat_id: group.id, text: 'x' })).toMatch(
      /^429 Too Many Requests: retry after 4\d/,
    );
  });
});

describe('what people see', () => {
  test('marks, buttons, edits, and what is gone', async () => {
    const ann = someone();
    const keyboard = { inline_keyboard: [[{ text: 'Allow', callback_data: 'a' }]] };
    const id = await send(ann.chat, 'draft');
    await send(ann.chat, 'Run ls?', {
      entities: [{ type: 'code', offset: 4, length: 2 }],
      reply_markup: keyboard,
    });
    const gone = await send(ann.chat, 'gone soon');
    await call('deleteMessage', { chat_id: ann.chat, message_id: gone });
    await call('editMessageText', {
      chat_id: ann.chat,
      message_id: id,
      text: 'final text',
      entities: [{ type: 'bold', offset: 0, length: 5 }],
    });
    expect(telegram.screen(ann.chat)).toMatchInlineSnapshot(`
      "Ann: /start
      Dragoman: *final* text
      Dragoman: Run \`ls\`?
        [Allow]"
    `);
  });

  test('topics keep their messages apart, and General is none of them', async () => {
    const ann = telegram.person('Ann');
    const group = telegram.group('Team', { forum: true });
    const topic = group.openTopic('Fix');
    ann.say(group.id, '@dragoman_bot in the topic', { topic });
    ann.say(group.id, '@dragoman_bot in General');
    ann.say(group.id, 'not meant for the bot', { topic });
    await send(group.id, 'seen', { message_thread_id: topic });
    expect(telegram.screen(group.id, topic)).toMatchInlineSnapshot(`
      "Olga: (topic: Fix)
      Ann: @dragoman_bot in the topic
      Ann: not meant for the bot
      Dragoman: seen"
    `);
    const updates = await call('getUpdates', { allowed_updates: [] });
    expect(updates).toMatchObject([
      { my_chat_member: {} },
      { message: { forum_topic_created: {} } },
      { message: { is_topic_message: true, message_thread_id: topic, reply_to_message: {} } },
      { message: { text: '@dragoman_bot in General' } },
    ]);
  });

  test('what one person is told is seen by nobody else', async () => {
    const ann = telegram.person('Ann');
    const group = telegram.group('Team');
    ann.say(group.id, '@dragoman_bot hi');
    const sent = await call('sendMessage', {
      chat_id: group.id,
      text: 'not yours',
      ephemeral_message_parameters: { receiver_user_id: ann.user.id },
    });
    expect(sent).toMatchObject({ message_id: 0, ephemeral_message_id: expect.any(Number) });
    expect(telegram.screen(group.id)).not.toContain('not yours');
    expect(telegram.screen(group.id, undefined, ann.user.id)).toContain('Dragoman (only here): not yours');
  });

  test('a preview is shown for half a minute, in private chats, until a message comes', async () => {
    const ann = someone();
    const preview = () =>
      call('sendMessageDraft', { chat_id: ann.chat, draft_id: 1, text: '', can_stop: true });
    expect(await preview()).toBe(true);
    expect(telegram.preview(ann.chat)).toBe('Thinking…');
    telegram.advance(31_000);
    expect(telegram.preview(ann.chat)).toBeUndefined();
    await preview();
    ann.stopDraft();
    expect(telegram.preview(ann.chat)).toBeUndefined();
    expect(await call('getUpdates', { offset: -1 })).toMatchObject([
      { stopped_message_generation: { draft_id: 1 } },
    ]);
    telegram.world.abilities.drafts = false;
    expect(await preview()).toBe('404 Not Found: method not found');
  });
});

describe('what becomes of marks', () => {
  const kept = async (text: string, entities: readonly object[]) => {
    const { chat } = someone();
    const sent = await call('sendMessage', { chat_id: chat, text, entities });
    return (sent as { readonly entities?: readonly object[] }).entities ?? [];
  };

  test('at most a hundred are kept', async () => {
    const marks = Array.from({ length: 120 }, (_, n) => ({ type: 'bold', offset: n * 2, length: 1 }));
    expect(await kept('x '.repeat(120), marks)).toHaveLength(100);
  });

  test('code holds no other mark, and what crosses is divided', async () => {
    const code = { type: 'code', offset: 0, length: 4 };
    expect(await kept('code', [code, { type: 'bold', offset: 1, length: 2 }])).toEqual([code]);
    const crossing = [
      { type: 'bold', offset: 0, length: 4 },
      { type: 'italic', offset: 2, length: 4 },
    ];
    expect(await kept('abcdef', crossing)).toEqual([
      { type: 'bold', offset: 0, length: 4 },
      { type: 'italic', offset: 2, length: 2 },
      { type: 'italic', offset: 4, length: 2 },
    ]);
  });

  test('blank at both ends goes, and marks move with the text', async () => {
    expect(await kept('  x *y*', [])).toEqual([]);
    expect(await kept(' ab ', [{ type: 'bold', offset: 2, length: 2 }])).toEqual([
      { type: 'bold', offset: 1, length: 1 },
    ]);
  });

  test('mentions and commands are found, but not in code', async () => {
    expect(await kept('@ann_here /stop', [])).toEqual([
      { type: 'mention', offset: 0, length: 9 },
      { type: 'bot_command', offset: 10, length: 5 },
    ]);
    const code = { type: 'code', offset: 0, length: 9 };
    expect(await kept('@ann_here', [code])).toEqual([code]);
  });

  test('a link that leads nowhere is dropped without a word', async () => {
    const link = (url: string) => ({ type: 'text_link', offset: 0, length: 1, url });
    expect(await kept('x', [link('http://localhost:3000')])).toEqual([]);
    expect(await kept('x', [link('https://example.org/')])).toEqual([link('https://example.org/')]);
  });
});

test('rich messages have limits of their own, and only newer servers have them', async () => {
  const { chat } = someone();
  const attempt = (rich: object) => call('sendRichMessage', { chat_id: chat, rich_message: rich });
  const paragraph = { type: 'paragraph', text: 'x' };
  const cell = { text: 'x', align: 'left', valign: 'top' };
  expect(await attempt({ blocks: [paragraph] })).toMatchObject({ message_id: expect.any(Number) });
  expect(await attempt({ blocks: [paragraph], html: 'x' })).toMatch(
    /exactly one of blocks, html and markdown/,
  );
  expect(await attempt({ blocks: Array.from({ length: 501 }, () => paragraph) })).toMatch(/^400 .*BLOCKS/);
  expect(
    await attempt({ blocks: [{ type: 'table', cells: [Array.from({ length: 21 }, () => cell)] }] }),
  ).toMatch(/^400 .*COLUMNS/);
  expect(await attempt({ blocks: [{ type: 'pre', text: 'x'.repeat(32_769) }] })).toMatch(
    /message is too long/,
  );
  telegram.world.abilities.rich = false;
  expect(await attempt({ blocks: [paragraph] })).toBe('404 Not Found: method not found');
});

test('files come and go', async () => {
  const ann = someone();
  const bytes = new TextEncoder().encode('hello');
  ann.say(ann.chat, 'look', {
    file: { kind: 'document', file: { name: 'a.txt', mime: 'text/plain', bytes } },
  });
  const [update] = (await call('getUpdates', { offset: -1 })) as {
    readonly message: { readonly caption: string; readonly document: { readonly file_id: string } };
  }[];
  expect(update?.message.caption).toBe('look');
  const file = (await call('getFile', { file_id: update?.message.document.file_id })) as {
    readonly file_path: string;
  };
  const download = await fetch(`${telegram.url}/file/bot${telegram.token}/${file.file_path}`);
  expect(await download.text()).toBe('hello');

  const form = new FormData();
  form.set('chat_id', String(ann.chat));
  form.set('document', 'attach://part1');
  form.set('caption', 'the rest');
  form.set('part1', new File(['diff'], 'changes.diff', { type: 'text/x-diff' }));
  await fetch(`${telegram.url}/bot${telegram.token}/sendDocument`, { method: 'POST', body: form });
  expect(telegram.messages(ann.chat).at(-1)?.text).toBe('(changes.diff)\nthe rest');
});

test('no record of a call holds the token', async () => {
  const { chat } = someone();
  await send(chat, 'hello');
  expect(telegram.requests.map(({ method }) => method)).toEqual(['sendMessage']);
  expect(JSON.stringify(telegram.requests)).not.toContain(telegram.token);
});
