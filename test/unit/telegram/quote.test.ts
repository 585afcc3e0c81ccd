import type { ExternalReplyInfo, Message, MessageOrigin, Update } from 'grammy/types';
import { expect, test } from 'vitest';
import { read } from '../../../adapters/telegram/inbound.ts';
import type { MessageEvent } from '../../../src/core/channel.ts';

const self = { id: 77, username: 'dragoman_bot', adapter: 'telegram-work' };
const chat = { id: -100, type: 'supergroup', title: 'Team' } as const;
const ann = { id: 5, is_bot: false, first_name: 'Ann', last_name: 'Lee' };
const ben = { id: 6, is_bot: false, first_name: 'Ben' };
const bot = { id: 77, is_bot: true, first_name: 'Dragoman', username: 'dragoman_bot' };

function said(changes: Partial<Message>): MessageEvent {
  const message = { message_id: 9, date: 1_600_000_000, chat, from: ann, text: 'why?', ...changes };
  const reading = read({ update_id: 41, message } as Update, self, 0);
  if (reading.type !== 'event' || reading.event.type !== 'message') throw new Error('no message');
  return reading.event;
}

const answered = (changes: Partial<Message>) =>
  // Its type says that it answers nothing itself, as if that were a field.
  ({ message_id: 4, date: 1_600_000_000, chat, from: ben, ...changes }) as unknown as NonNullable<
    Message['reply_to_message']
  >;
const part = (text: string) => ({ text, position: 0, is_manual: true }) as const;

test('what is answered is quoted, without our name', () => {
  const text = '@dragoman_bot the build is red';
  const entities = [{ type: 'mention' as const, offset: 0, length: 13 }];
  expect(said({ reply_to_message: answered({ text, entities }) })).toMatchObject({
    replyTo: '4',
    quote: { author: { id: 'telegram:6', name: 'Ben' }, text: 'the build is red' },
  });
});

test('where a part was chosen, the part', () => {
  const reply_to_message = answered({ text: 'the build is red since noon' });
  expect(said({ reply_to_message, quote: part('since noon') }).quote?.text).toBe('since noon');
});

test('a caption is quoted, and our own words are a bot’s', () => {
  const photo = [{ file_id: 'p', file_unique_id: 'p', width: 1, height: 1 }];
  expect(said({ reply_to_message: answered({ from: bot, photo, caption: 'the chart' }) }).quote).toEqual({
    author: { id: 'telegram:77', name: 'Dragoman', bot: true },
    text: 'the chart',
  });
});

test('an answer to what holds no words quotes nothing', () => {
  const sticker = { file_id: 's' } as NonNullable<Message['sticker']>;
  expect(said({ reply_to_message: answered({ sticker }) })).not.toHaveProperty('quote');
});

test('the first message of a topic is not what everything there answers', () => {
  const forum_topic_created = { name: 'Fix', icon_color: 7322096 } as const;
  expect(said({ reply_to_message: answered({ forum_topic_created }) })).not.toHaveProperty('quote');
});

const origins: readonly (readonly [string, MessageOrigin, object])[] = [
  ['a person', { type: 'user', date: 1, sender_user: ben }, { id: 'telegram:6', name: 'Ben' }],
  [
    'a person who hides',
    { type: 'hidden_user', date: 1, sender_user_name: 'B.' },
    { id: 'telegram:hidden', name: 'B.', anonymous: true },
  ],
  [
    'a group',
    { type: 'chat', date: 1, sender_chat: chat },
    { id: 'telegram:-100', name: 'Team', anonymous: true },
  ],
  [
    'a channel',
    { type: 'channel', date: 1, message_id: 3, chat: { id: -200, type: 'channel', title: 'News' } },
    { id: 'telegram:-200', name: 'News', anonymous: true },
  ],
];
test.each(origins)('what was said elsewhere is quoted as far as it was chosen: %s', (_, origin, author) => {
  const external_reply: ExternalReplyInfo = { origin };
  expect(said({ external_reply, quote: part('red since noon') }).quote).toEqual({
    author,
    text: 'red since noon',
  });
  expect(said({ external_reply })).not.toHaveProperty('quote');
});

test('addresses bear the adapter’s own id, people the platform’s', () => {
  expect(said({})).toMatchObject({ address: { platform: 'telegram-work' }, author: { id: 'telegram:5' } });
});
