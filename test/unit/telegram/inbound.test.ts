import type { CallbackQuery, Message, Update, User } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import { read } from '../../../adapters/telegram/inbound.ts';

const self = { id: 77, username: 'dragoman_bot', adapter: 'telegram' };
const ann: User = { id: 5, is_bot: false, first_name: 'Ann', last_name: 'Lee' };
const bot: User = { id: 77, is_bot: true, first_name: 'Dragoman', username: 'dragoman_bot' };
const privateChat = { id: 5, type: 'private', first_name: 'Ann' } as const;
const group = { id: -100, type: 'supergroup', title: 'Team' } as const;
const forum = { ...group, is_forum: true } as const;
const now = 1_700_000_000_000;

function message(changes: Partial<Message>): Message {
  return { message_id: 9, date: 1_600_000_000, chat: group, from: ann, ...changes } as Message;
}

function said(changes: Partial<Message>) {
  const reading = read({ update_id: 41, message: message(changes) } as Update, self, now);
  return reading.type === 'event' ? reading.event : reading;
}

/** Marks the first occurrence, as Telegram does. */
function marked(text: string, part: string, type: 'mention' | 'bot_command'): Partial<Message> {
  return { text, entities: [{ type, offset: text.indexOf(part), length: part.length }] };
}

test('what a person writes in private is said to us', () => {
  expect(said({ chat: privateChat, text: 'hello' })).toEqual({
    type: 'message',
    id: '41',
    address: { platform: 'telegram', channel: '5', thread: 'general' },
    author: { id: 'telegram:5', name: 'Ann Lee' },
    room: 'private',
    at: 1_600_000_000_000,
    message: '9',
    text: 'hello',
    addressed: true,
  });
});

describe('threads', () => {
  const place = (changes: Partial<Message>) => {
    const event = said({ text: 'x', ...changes });
    return 'address' in event ? `${event.address.channel}/${event.address.thread} ${event.room}` : event.type;
  };
  const cases: readonly (readonly [string, Partial<Message>, string])[] = [
    ['a group is one thread in which many talk', {}, '-100/general channel'],
    ['a chain of replies in a group is no thread', { message_thread_id: 3 }, '-100/general channel'],
    ['a topic is a thread', { chat: forum, message_thread_id: 3, is_topic_message: true }, '-100/3 thread'],
    ['General is a thread in which many talk', { chat: forum }, '-100/general channel'],
    [
      'General named by its number is the same',
      { chat: forum, message_thread_id: 1, is_topic_message: true },
      '-100/general channel',
    ],
    [
      'a topic in a private chat is a thread',
      { chat: privateChat, message_thread_id: 8, is_topic_message: true },
      '5/8 private',
    ],
  ];
  test.each(cases)('%s', (_, changes, expected) => {
    expect(place(changes)).toBe(expected);
  });
});

describe('said to us in a group', () => {
  const heard = (changes: Partial<Message>) => {
    const event = said(changes);
    return event.type === 'message'
      ? `${event.addressed ? 'to us' : 'to others'}: ${event.text}`
      : event.type;
  };
  const mention = (text: string) => marked(text, '@Dragoman_Bot', 'mention');
  const cases: readonly (readonly [string, Partial<Message>, string])[] = [
    ['nothing of it names us', { text: 'hello' }, 'to others: hello'],
    ['a mention at the beginning', mention('@Dragoman_Bot, fix it'), 'to us: fix it'],
    ['a mention within', mention('could @Dragoman_Bot fix it'), 'to us: could fix it'],
    ['a mention at the end', mention('fix it @Dragoman_Bot'), 'to us: fix it'],
    ['a mention of somebody else', marked('@other fix it', '@other', 'mention'), 'to others: @other fix it'],
    [
      'our name without being a mention',
      { text: '`@dragoman_bot` is a bot' },
      'to others: `@dragoman_bot` is a bot',
    ],
    [
      'a mention by id',
      { text: 'hey Dragoman fix', entities: [{ type: 'text_mention', offset: 4, length: 8, user: bot }] },
      'to us: hey fix',
    ],
    [
      'a mention in a caption',
      {
        photo: [{ file_id: 'p', file_unique_id: 'p', width: 1, height: 1 }],
        caption: '@dragoman_bot look',
        caption_entities: [{ type: 'mention', offset: 0, length: 13 }],
      },
      'to us: look',
    ],
    [
      'a reply to us',
      {
        text: 'go on',
        reply_to_message: message({ from: bot, message_id: 4 }) as NonNullable<Message['reply_to_message']>,
      },
      'to us: go on',
    ],
    [
      'a reply to somebody else',
      {
        text: 'go on',
        reply_to_message: message({ message_id: 4 }) as NonNullable<Message['reply_to_message']>,
      },
      'to others: go on',
    ],
    [
      'the first message of a topic of ours is no answer to us',
      {
        chat: forum,
        message_thread_id: 3,
        is_topic_message: true,
        text: 'go on',
        reply_to_message: message({
          from: bot,
          message_id: 3,
          forum_topic_created: { name: 'x', icon_color: 7322096 },
        }) as NonNullable<Message['reply_to_message']>,
      },
      'to others: go on',
    ],
  ];
  test.each(cases)('%s', (_, changes, expected) => {
    expect(heard(changes)).toBe(expected);
  });
});

test('a reply names what it answers', () => {
  const reply = message({ from: bot, message_id: 4 }) as NonNullable<Message['reply_to_message']>;
  expect(said({ text: 'no', reply_to_message: reply })).toMatchObject({ replyTo: '4' });
});

describe('commands', () => {
  const called = (text: string, command: string) => {
    const event = said(marked(text, command, 'bot_command'));
    return event.type === 'command' ? [event.name, event.text, event.message] : event.type;
  };
  test('in the platform’s own form', () => {
    expect(called('/status', '/status')).toEqual(['status', '', '9']);
    expect(called('/Model@Dragoman_bot big one', '/Model@Dragoman_bot')).toEqual(['model', 'big one', '9']);
  });
  test('the first word of every chat asks what can be done', () => {
    expect(called('/start', '/start')).toEqual(['help', '', '9']);
  });
  test('of another bot are not for us', () => {
    expect(called('/status@other_bot', '/status@other_bot')).toBe('nothing');
  });
  test('within a sentence are words', () => {
    expect(called('say /status now', '/status')).toBe('message');
  });
});

describe('who speaks', () => {
  test('as the group or as a channel is nobody, whatever `from` says', () => {
    const event = said({ text: 'x', sender_chat: group, author_signature: 'boss' });
    expect('author' in event && event.author).toEqual({ id: 'telegram:-100', name: 'boss', anonymous: true });
  });
  test('as a bot is marked', () => {
    const event = said({ text: 'x', from: { ...ann, is_bot: true } });
    expect('author' in event && event.author).toMatchObject({ bot: true });
  });
  test('as ourselves is not heard', () => {
    expect(said({ text: 'x', from: bot })).toEqual({ type: 'nothing' });
  });
});

test('what the chat tells about itself is not heard', () => {
  expect(said({ new_chat_title: 'New' })).toEqual({ type: 'nothing' });
  expect(said({ forum_topic_created: { name: 'x', icon_color: 7322096 } })).toEqual({ type: 'nothing' });
  expect(said({ pinned_message: message({ text: 'x' }) })).toEqual({ type: 'nothing' });
});

test('a group that becomes a supergroup has moved, told from either side', () => {
  const moved = { type: 'moved', from: '-1', to: '-1002' };
  expect(said({ chat: { id: -1, type: 'group', title: 'T' }, migrate_to_chat_id: -1002 })).toEqual(moved);
  expect(said({ chat: { ...group, id: -1002 }, migrate_from_chat_id: -1 })).toEqual(moved);
});

test('files are listed, of a photo only the largest picture', () => {
  const size = (file_id: string, width: number) => ({
    file_id,
    file_unique_id: file_id,
    width,
    height: width,
  });
  expect(
    said({
      photo: [size('small', 90), { ...size('large', 900), file_size: 1234 }, size('middle', 300)],
      document: {
        file_id: 'd',
        file_unique_id: 'd',
        file_name: 'a.zip',
        mime_type: 'application/zip',
        file_size: 7,
      },
      caption: 'see these',
    }),
  ).toMatchObject({
    text: 'see these',
    attachments: [
      { id: 'large', name: 'photo.jpg', mime: 'image/jpeg', size: 1234 },
      { id: 'd', name: 'a.zip', mime: 'application/zip', size: 7 },
    ],
  });
});

describe('files of every kind', () => {
  const id = { file_id: 'f', file_unique_id: 'f', file_size: 7 };
  const picture = { width: 1, height: 1 };
  const named = { file_name: 'my.mp4', mime_type: 'video/x' };
  const cases: readonly (readonly [string, Partial<Message>, readonly [string, string]])[] = [
    ['a voice', { voice: { ...id, duration: 1 } }, ['voice.ogg', 'audio/ogg']],
    [
      'music',
      { audio: { ...id, duration: 1, file_name: 'a.flac', mime_type: 'audio/flac' } },
      ['a.flac', 'audio/flac'],
    ],
    ['a video', { video: { ...id, ...picture, duration: 1, ...named } }, ['my.mp4', 'video/x']],
    ['a round video', { video_note: { ...id, length: 1, duration: 1 } }, ['video.mp4', 'video/mp4']],
    [
      'an animation, which is a document too',
      { animation: { ...id, ...picture, duration: 1, ...named }, document: { ...id, ...named } },
      ['my.mp4', 'video/x'],
    ],
    [
      'a live photo, as its picture',
      { live_photo: { ...id, ...picture, duration: 1, photo: [{ ...id, ...picture }] } },
      ['photo.jpg', 'image/jpeg'],
    ],
  ];
  test.each(cases)('%s', (_, changes, [name, mime]) => {
    expect(said(changes)).toMatchObject({ attachments: [{ id: 'f', name, mime, size: 7 }], text: '' });
  });
});

test('a change tells the whole new text, without our name', () => {
  const edited = message({
    ...marked('@dragoman_bot new', '@dragoman_bot', 'mention'),
    edit_date: 1_600_000_100,
  });
  expect(read({ update_id: 42, edited_message: edited } as Update, self, now)).toMatchObject({
    event: { type: 'message-edited', id: '42', message: '9', text: 'new', at: 1_600_000_100_000 },
  });
});

describe('a press', () => {
  const press = (changes: Partial<CallbackQuery>) =>
    read(
      {
        update_id: 43,
        callback_query: {
          id: 'q',
          from: ann,
          chat_instance: 'c',
          data: 'token',
          message: message({ from: bot }),
          ...changes,
        },
      },
      self,
      now,
    );
  test('brings back who, where and what, and is to be confirmed', () => {
    const topic = message({ from: bot, chat: forum, message_thread_id: 3, is_topic_message: true });
    expect(press({ message: topic })).toEqual({
      type: 'event',
      event: {
        type: 'button',
        id: '43',
        address: { platform: 'telegram', channel: '-100', thread: '3' },
        author: { id: 'telegram:5', name: 'Ann Lee' },
        room: 'thread',
        at: now,
        message: '9',
        token: 'token',
      },
      query: { id: 'q' },
    });
  });
  test('on a message that can no longer be read still counts where its thread is known', () => {
    const old = { chat: privateChat, message_id: 9, date: 0 } as NonNullable<CallbackQuery['message']>;
    expect(press({ message: old })).toMatchObject({ event: { type: 'button', message: '9' } });
  });
  test('on such a message in a forum is refused with a sentence', () => {
    const old = { chat: forum, message_id: 9, date: 0 } as NonNullable<CallbackQuery['message']>;
    expect(press({ message: old })).toEqual({
      type: 'nothing',
      query: { id: 'q', sentence: 'This message is too old for its buttons, so nothing was done.' },
    });
  });
});

test('Stop on a preview is the command stop', () => {
  const update = {
    update_id: 44,
    stopped_message_generation: { chat: privateChat, message_thread_id: 8, draft_id: 1 },
  };
  expect(read(update, self, now)).toMatchObject({
    event: {
      type: 'command',
      name: 'stop',
      address: { channel: '5', thread: '8' },
      author: { id: 'telegram:5', name: 'Ann' },
    },
  });
});

test('what names others or answers them is said to them; what names nobody, or us as well, is not', () => {
  const toOthers = (changes: Partial<Message>) => {
    const event = said(changes);
    return 'toOthers' in event && event.toOthers === true;
  };
  const ben: User = { id: 6, is_bot: false, first_name: 'Ben' };
  const answering = (from: User) => ({
    text: 'yes',
    reply_to_message: message({ from, text: 'is it?' }) as NonNullable<Message['reply_to_message']>,
  });
  expect(toOthers(marked('@ben could you look?', '@ben', 'mention'))).toBe(true);
  expect(toOthers(answering(ben))).toBe(true);
  expect(toOthers(answering(ann))).toBe(false);
  expect(toOthers(answering(bot))).toBe(false);
  expect(toOthers({ text: 'fix it' })).toBe(false);
  expect(toOthers(marked('@dragoman_bot fix it', '@dragoman_bot', 'mention'))).toBe(false);
});
