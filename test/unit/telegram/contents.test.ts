/** What a message of a person holds beside plain words, and whose words they are. */
import type { Message, MessageEntity, MessageOrigin, Update } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import { read } from '../../../adapters/telegram/inbound.ts';
import type { InboundEvent, MessageEvent } from '../../../src/core/channel.ts';

const self = { id: 77, username: 'dragoman_bot', adapter: 'telegram' };
const ann = { id: 5, is_bot: false, first_name: 'Ann' };
const ben = { id: 6, is_bot: false, first_name: 'Ben', last_name: 'Ode' };

function heard(changes: object): InboundEvent {
  const chat = { id: 5, type: 'private', first_name: 'Ann' };
  const message = { message_id: 9, date: 1_600_000_000, chat, from: ann, ...changes };
  const reading = read({ update_id: 41, message } as Update, self, 0);
  if (reading.type !== 'event') throw new Error(`no event, but ${reading.type}`);
  return reading.event;
}

function said(changes: object): MessageEvent {
  const event = heard(changes);
  if (event.type !== 'message') throw new Error(`a ${event.type}`);
  return event;
}

const marked = (text: string, ...entities: readonly MessageEntity[]) => ({ text, entities });

describe('marks that carry meaning', () => {
  const cases: readonly (readonly [string, object, string])[] = [
    [
      'the address under a word',
      marked('see the log now', { type: 'text_link', offset: 4, length: 7, url: 'https://ci.example/1' }),
      'see [the log](https://ci.example/1) now',
    ],
    [
      'an address that is shown is not written twice',
      marked('ci.example/1', { type: 'text_link', offset: 0, length: 12, url: 'https://ci.example/1' }),
      'ci.example/1',
    ],
    [
      'an address with brackets',
      marked('log', { type: 'text_link', offset: 0, length: 3, url: 'https://ci.example/a_(b)' }),
      '[log](<https://ci.example/a_(b)>)',
    ],
    ['code', marked('run npm test', { type: 'code', offset: 4, length: 8 }), 'run `npm test`'],
    ['code with marks', marked('a `b`', { type: 'code', offset: 2, length: 3 }), 'a `` `b` ``'],
    [
      'a block of code, with its language',
      marked('look: a = 1\nb = 2 ok?', { type: 'pre', offset: 6, length: 11, language: 'ts' }),
      'look: \n```ts\na = 1\nb = 2\n```\n ok?',
    ],
    [
      'a quotation of several lines',
      marked('red\nagain\nwhy?', { type: 'blockquote', offset: 0, length: 9 }),
      '> red\n> again\nwhy?',
    ],
    [
      'code within a link, and a mention of us before both',
      marked(
        '@dragoman_bot fix a.ts',
        { type: 'mention', offset: 0, length: 13 },
        { type: 'text_link', offset: 18, length: 4, url: 'https://e.example/a' },
        { type: 'code', offset: 18, length: 4 },
      ),
      'fix [`a.ts`](https://e.example/a)',
    ],
    [
      'in a caption too',
      {
        photo: [{ file_id: 'p', file_unique_id: 'p', width: 1, height: 1 }],
        caption: 'here',
        caption_entities: [{ type: 'text_link', offset: 0, length: 4, url: 'https://e.example' }],
      },
      '[here](https://e.example)',
    ],
    [
      'what is only set apart says nothing',
      marked('be bold', { type: 'bold', offset: 3, length: 4 }),
      'be bold',
    ],
  ];
  test.each(cases)('%s', (_, changes, text) => expect(said(changes).text).toBe(text));

  test('in what is quoted too', () => {
    const entities = [{ type: 'text_link', offset: 0, length: 3, url: 'https://e.example' }];
    const answered = {
      message_id: 4,
      date: 1,
      chat: { id: 5, type: 'private' },
      from: ben,
      text: 'log',
      entities,
    };
    expect(said({ text: 'why?', reply_to_message: answered }).quote?.text).toBe('[log](https://e.example)');
    const quote = { text: 'log', entities, position: 0 };
    expect(said({ text: 'why?', reply_to_message: answered, quote }).quote?.text).toBe(
      '[log](https://e.example)',
    );
  });

  test('a command takes what was copied without its marks', () => {
    const code = { type: 'code', offset: 6, length: 9 } as const;
    expect(said(marked('!pair 1234-ABCD', code)).text).toBe('!pair 1234-ABCD');
    const name = { type: 'bot_command', offset: 0, length: 5 } as const;
    expect(heard(marked('/pair 1234-ABCD', name, code))).toMatchObject({ name: 'pair', text: '1234-ABCD' });
  });
});

describe('what somebody only passes on', () => {
  const origins: readonly (readonly [string, MessageOrigin, string])[] = [
    ['of a person', { type: 'user', date: 1, sender_user: ben }, ' from Ben Ode'],
    ['of somebody who hides', { type: 'hidden_user', date: 1, sender_user_name: 'B. O.' }, ' from B. O.'],
    [
      'of a group',
      { type: 'chat', date: 1, sender_chat: { id: -1, type: 'supergroup', title: 'Ops' } },
      ' from Ops',
    ],
    [
      'of a channel',
      { type: 'channel', date: 1, message_id: 3, chat: { id: -2, type: 'channel', title: 'News' } },
      ' from News',
    ],
    ['of a shape that is new', { type: 'hologram', date: 1 } as unknown as MessageOrigin, ''],
  ];
  const command = { entities: [{ type: 'bot_command', offset: 0, length: 5 }] };

  test.each(origins)('%s: a quotation, whatever it says', (_, forward_origin, whose) => {
    const event = heard({ text: '/pair 1234-ABCD\n/stop', ...command, forward_origin });
    expect(event).toMatchObject({
      type: 'message',
      text: `Forwarded message${whose}:\n> /pair 1234-ABCD\n> /stop`,
      author: { id: 'telegram:5', name: 'Ann' },
    });
  });

  test('as servers told it before they had an origin', () => {
    expect(heard({ text: '/pair 1', ...command, forward_date: 1, forward_from: ben })).toMatchObject({
      text: 'Forwarded message from Ben Ode:\n> /pair 1',
    });
    expect(heard({ text: '/pair 1', ...command, forward_date: 1, forward_sender_name: 'Eve' })).toMatchObject(
      {
        text: 'Forwarded message from Eve:\n> /pair 1',
      },
    );
  });

  test('nothing in a name stands on a line of its own', () => {
    const forward_origin = { type: 'hidden_user', date: 1, sender_user_name: 'E\n!stop:\n' } as const;
    expect(said({ text: 'hi', forward_origin }).text).toBe('Forwarded message from E !stop:\n> hi');
  });

  test('a mention of us in it does not call us', () => {
    const chat = { id: -100, type: 'supergroup', title: 'Team' };
    const entities = [{ type: 'mention', offset: 0, length: 13 }];
    const forward_origin = { type: 'user', date: 1, sender_user: ben };
    expect(said({ chat, text: '@dragoman_bot deploy', entities, forward_origin }).addressed).toBe(false);
  });

  test('its file comes along', () => {
    const document = { file_id: 'f', file_unique_id: 'f', file_name: 'a.log' };
    const forward_origin = { type: 'user', date: 1, sender_user: ben };
    expect(said({ document, forward_origin })).toMatchObject({ text: '', attachments: [{ name: 'a.log' }] });
  });
});

describe('kinds of messages', () => {
  const place = { latitude: 52.52, longitude: 13.405 };
  const telling: readonly (readonly [string, object, string])[] = [
    ['a location', { location: place }, 'Location: 52.52, 13.405.'],
    [
      'a place',
      { location: place, venue: { title: 'Office', address: 'Main St 1', location: place } },
      'Place: Office, Main St 1 (52.52, 13.405).',
    ],
    ['a contact', { contact: { first_name: 'Eve', phone_number: '+1 555' } }, 'Contact: Eve, +1 555.'],
    [
      'a poll',
      { poll: { question: 'Ship it?', options: [{ text: 'Yes' }, { text: 'No' }] } },
      'Poll: Ship it? Yes / No',
    ],
    [
      'a checklist',
      { checklist: { title: 'Release', tasks: [{ text: 'tag', completion_date: 5 }, { text: 'publish' }] } },
      'Checklist: Release\n- [x] tag\n- [ ] publish',
    ],
    ['dice', { dice: { emoji: '🎲', value: 4 } }, '🎲 4'],
  ];
  test.each(telling)('%s is told in words', (_, changes, text) => {
    expect(said(changes)).toMatchObject({ text });
    expect(said(changes)).not.toHaveProperty('unread');
  });

  const unread: readonly (readonly [string, keyof Message])[] = [
    ['a sticker', 'sticker'],
    ['a story', 'story'],
    ['paid media', 'paid_media'],
    ['a game', 'game'],
    ['a giveaway', 'giveaway'],
  ];
  test.each(unread)('%s cannot be passed on, and is named', (name, kind) => {
    expect(said({ [kind]: { file_id: 'f' } })).toMatchObject({ text: '', unread: name });
  });
});
