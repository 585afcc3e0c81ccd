import { describe, expect, test } from 'vitest';
import { commandOf, gestureOf, placeOfPress } from '../../../adapters/slack/inbound.ts';
import { messageShape, slashShape } from '../../../adapters/slack/wire.ts';
import { mentionsIn, readable } from '../../../adapters/slack/wording.ts';

const self = { adapter: 'slack', user: 'U0BOT', bot: 'B0BOT', team: 'T0' };
const names = {
  person: (id: string) => ({ U1: 'Ann' })[id],
  channel: (id: string) => ({ C3: 'ops' })[id],
  group: (id: string) => ({ S3: 'platform-team' })[id],
};

const gesture = (event: Record<string, unknown>) =>
  gestureOf(
    messageShape.parse({
      type: 'message',
      channel: 'C1',
      channel_type: 'channel',
      ts: '10.000001',
      user: 'U1',
      ...event,
    }),
    self,
  );

describe('text as people wrote it', () => {
  test.each([
    ['<@U0BOT> fix it', 'fix it'],
    ['<@U0BOT|dragoman>, fix it', 'fix it'],
    ['hey <@U0BOT> fix it', 'hey fix it'],
    ['fix it <@U0BOT>', 'fix it'],
    ['ask <@U1> or <@U9> or <@U8|ben>', 'ask @Ann or @somebody or @ben'],
    ['in <#C1|api>, <#C3>, <#C3|> and <#C2>', 'in #api, #ops, #ops and #a-channel-out-of-sight'],
    [
      '<!here> <!subteam^S1|@team> <!subteam^S3> <!subteam^S2> <!date^1^{date}|today>',
      '@here @team @platform-team @a-group today',
    ],
    [
      '<https://a.b/c|a.b/c> <https://a.b> <https://a.b|here>',
      'https://a.b/c https://a.b [here](https://a.b)',
    ],
    ['<mailto:a@b.c|a@b.c>', 'a@b.c'],
    ['a &lt; b &amp;&amp; c &gt; d', 'a < b && c > d'],
    ['&amp;lt;', '&lt;'],
    ['line\n  indented', 'line\n  indented'],
  ])('%j is %j', (text, expected) => {
    expect(readable(text, self.user, names)).toBe(expected);
  });

  test('who is mentioned is known once each', () => {
    expect(mentionsIn('<@U1> <@U2|b> <@U1> <#C1> <#C2|> <#C3|named> <!subteam^S1> <!subteam^S2|@n>')).toEqual(
      {
        people: ['U1', 'U2'],
        channels: ['C1', 'C2'],
        groups: ['S1'],
      },
    );
  });
});

describe('gestures', () => {
  test.each([
    ['our own message', { user: 'U0BOT' }],
    ['our own message without a user', { user: undefined, bot_id: 'B0BOT' }],
    ['somebody joins', { subtype: 'channel_join' }],
    ['a topic', { subtype: 'channel_topic' }],
    ['no author', { user: undefined }],
    ['our own edit', { subtype: 'message_changed', message: { ts: '1.0', user: 'U0BOT', text: 'b' } }],
    ['a change without a message', { subtype: 'message_changed' }],
    ['our own deletion', { subtype: 'message_deleted', previous_message: { ts: '1.0', bot_id: 'B0BOT' } }],
  ])('%s is none', (_, event) => {
    expect(gesture(event)).toBeUndefined();
  });

  test('a reply that is also shown in the channel is a reply', () => {
    expect(gesture({ subtype: 'thread_broadcast', thread_ts: '9.000001', text: 'x' })).toMatchObject({
      type: 'said',
      room: 'thread',
      address: { thread: '9.000001' },
    });
  });

  test('an edit stands where the message stood when it was new', () => {
    const edit = (before: string, now: string) =>
      gesture({
        subtype: 'message_changed',
        event_ts: '12.000001',
        message: { ts: '10.000001', user: 'U1', text: now, edited: { user: 'U1', ts: '12.0' } },
        previous_message: { ts: '10.000001', user: 'U1', text: before },
      });
    expect(edit('<@U0BOT> a', 'b')).toMatchObject({
      type: 'edited',
      room: 'thread',
      address: { thread: '10.000001' },
    });
    expect(edit('a', 'b')).toMatchObject({ type: 'edited', room: 'channel', address: { thread: 'main' } });
    expect(edit('a', 'b')?.id).not.toBe(gesture({ text: 'a' })?.id);
  });

  test('a mention that comes with a change is said anew, and one that was there is the message it was', () => {
    const change = (before: string, now: string) =>
      gesture({
        subtype: 'message_changed',
        message: { ts: '10.000001', user: 'U1', text: now, edited: { user: 'U1', ts: '12.0' } },
        previous_message: { ts: '10.000001', user: 'U1', text: before },
      });
    const told = (text: string, edited = true) =>
      gesture({ type: 'app_mention', text, ...(edited ? { edited: { user: 'U1', ts: '12.0' } } : {}) });
    expect(change('a', '<@U0BOT> b')).toMatchObject({
      type: 'said',
      revised: true,
      addressed: true,
      room: 'thread',
      address: { thread: '10.000001' },
    });
    expect(told('<@U0BOT> b')).toMatchObject({ type: 'said', revised: true });
    expect(told('<@U0BOT> b')?.id).toBe(change('a', '<@U0BOT> b')?.id);
    expect(told('<@U0BOT> b')?.id).toBe(gesture({ text: '<@U0BOT> a' })?.id);
    expect(told('<@U0BOT> b')?.id).not.toBe(gesture({ text: 'a' })?.id);
    expect(told('<@U0BOT> b', false)).toMatchObject({ revised: false });
    const late = { type: 'app_mention', text: '<@U0BOT> b', edited: { user: 'U1', ts: '700000.0' } };
    expect(gesture(late)).toBeUndefined();
  });

  test('a message of a kind that is not known is said where a person has typed it', () => {
    expect(gesture({ subtype: 'something_new', text: 'x', client_msg_id: 'c' })).toMatchObject({
      type: 'said',
    });
    expect(gesture({ subtype: 'huddle_thread', text: 'x' })).toBeUndefined();
  });

  test('a group conversation is a channel', () => {
    expect(gesture({ channel: 'G1', channel_type: 'mpim', text: 'x' })).toMatchObject({
      room: 'channel',
      addressed: false,
    });
  });

  test('a thread within a direct message is a conversation of its own, and private', () => {
    expect(gesture({ channel: 'D1', channel_type: 'im', thread_ts: '9.0', text: 'x' })).toMatchObject({
      room: 'private',
      addressed: true,
      address: { thread: '9.0' },
    });
  });
});

test.each([
  ['status', 'status', ''],
  ['  stop  now please ', 'stop', 'now please'],
  ['', 'help', ''],
  ['!model gpt', 'model', 'gpt'],
])('/dragoman %s', (text, name, rest) => {
  const slash = slashShape.parse({ user_id: 'U1', channel_id: 'D1', text, trigger_id: '1.2' });
  expect(commandOf(slash, self, { author: { id: 'slack:U1', name: 'Ann' }, at: 5 })).toMatchObject({
    name,
    text: rest,
    room: 'private',
    id: 'command/1.2',
  });
});

test('a press in a channel outside threads is in its own conversation', () => {
  const press = {
    user: { id: 'U1' },
    trigger_id: 't',
    channel: { id: 'C1' },
    container: { message_ts: '1.0' },
    actions: [{ action_id: 'press:0', action_ts: '2.0', value: 'x' }],
  };
  expect(placeOfPress(press, { ...self, adapter: 'slack-ops' })).toEqual({
    room: 'channel',
    address: { platform: 'slack-ops', channel: 'C1', thread: 'main' },
  });
});

test('what names others and not us is said to them; what names nobody, or us as well, is not', () => {
  const toOthers = (text: string) => {
    const said = gesture({ text, thread_ts: '9.000001' });
    return said?.type === 'said' ? said.toOthers : undefined;
  };
  expect(['<@U2> could you look?', 'as <@U2> said', 'ask <@U2|ben>'].map(toOthers)).toEqual([
    true,
    true,
    true,
  ]);
  expect(['fix it', '<@U0BOT> ask <@U2>', 'I am <@U1>'].map(toOthers)).toEqual([false, false, false]);
});
