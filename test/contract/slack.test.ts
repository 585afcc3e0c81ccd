import { afterEach, describe, expect, test } from 'vitest';
import type { OutboundMessage } from '../../src/core/channel.ts';
import { type SlackOptions, type SlackUnderTest, startSlack, until } from './slack-channel.ts';

const running: SlackUnderTest[] = [];

async function begin(options: SlackOptions = {}): Promise<SlackUnderTest> {
  const slack = await startSlack(options);
  running.push(slack);
  return slack;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

const words = (markdown: string, changes: Partial<OutboundMessage> = {}): OutboundMessage => ({
  kind: 'text',
  markdown,
  buttons: [],
  live: false,
  silent: true,
  ...changes,
});

describe('what people say', () => {
  test('a mention in a channel opens a thread, once, though it is told as two events', async () => {
    const { slack, events, given } = await begin();
    const { ts, told } = slack.people.say('U0ANN', 'C0API', '@dragoman fix the date test');
    expect(await told).toBe(true);
    expect(given).toHaveLength(2);
    expect(events).toEqual([
      {
        type: 'message',
        id: `message/C0API/${ts}`,
        address: { platform: 'slack', channel: 'C0API', thread: ts },
        room: 'thread',
        author: { id: 'slack:U0ANN', name: 'Ann' },
        at: Math.round(Number(ts) * 1000),
        message: ts,
        text: 'fix the date test',
        addressed: true,
      },
    ]);
  });

  test('replies come from the same thread and are not addressed by themselves', async () => {
    const { slack, events } = await begin();
    const { ts, told } = slack.people.say('U0ANN', 'C0API', '@dragoman hello');
    await told;
    await slack.people.say('U0BEN', 'C0API', 'me too & <more>', { thread: ts }).told;
    expect(events.at(-1)).toMatchObject({
      address: { channel: 'C0API', thread: ts },
      room: 'thread',
      text: 'me too & <more>',
      addressed: false,
    });
  });

  test('talk of others stays in the channel', async () => {
    const { slack, events } = await begin();
    await slack.people.say('U0ANN', 'C0API', 'lunch?').told;
    expect(events).toMatchObject([{ room: 'channel', addressed: false, address: { thread: 'main' } }]);
  });

  test('a direct message is one conversation', async () => {
    const { slack, events } = await begin();
    await slack.people.say('U0ANN', 'D0ANN', 'first').told;
    await slack.people.say('U0ANN', 'D0ANN', 'second').told;
    const address = { platform: 'slack', channel: 'D0ANN', thread: 'main' };
    expect(events).toMatchObject([
      { text: 'first', room: 'private', addressed: true, address },
      { text: 'second', room: 'private', addressed: true, address },
    ]);
  });

  test('edits and deletions of people arrive; previews of links and our own edits do not', async () => {
    const { slack, events, adapter } = await begin();
    const { ts, told } = slack.people.say('U0ANN', 'C0API', '@dragoman helo');
    await told;
    const address = { platform: 'slack', channel: 'C0API', thread: ts };
    const own = await adapter.post(address, words('working'), 'key-1');
    await adapter.edit(address, own, words('done'));
    await adapter.remove?.(address, own);
    await slack.settled();
    await slack.people.unfurl('C0API', ts);
    await slack.people.edit('C0API', ts, '@dragoman hello');
    await slack.people.delete('C0API', ts);
    expect(events.map(({ type, address: { thread } }) => [type, thread])).toEqual([
      ['message', ts],
      ['message-edited', ts],
      ['message-deleted', ts],
    ]);
    expect(events[1]).toMatchObject({ message: ts, text: 'hello', author: { id: 'slack:U0ANN' } });
    expect(events[2]).toMatchObject({ message: ts, author: { id: 'slack:U0ANN' } });
  });

  test('a message with replies leaves a stone behind and is deleted all the same', async () => {
    const { slack, events } = await begin();
    const { ts, told } = slack.people.say('U0ANN', 'C0API', '@dragoman hello');
    await told;
    await slack.people.say('U0BEN', 'C0API', 'hi', { thread: ts }).told;
    await slack.people.delete('C0API', ts);
    expect(events.at(-1)).toMatchObject({
      type: 'message-deleted',
      message: ts,
      author: { id: 'slack:U0ANN' },
    });
  });

  test('guests, people of other organisations and bots are told as such', async () => {
    const { slack, events } = await begin();
    for (const user of ['U0GUS', 'U0OUT', 'U0ROB'])
      await slack.people.say(user, 'C0API', '@dragoman let me in').told;
    expect(events.map(({ author }) => author)).toEqual([
      { id: 'slack:U0GUS', name: 'Gus', guest: true },
      { id: 'slack:U0OUT', name: 'Olga', outside: true },
      { id: 'slack:U0ROB', name: expect.any(String), bot: true },
    ]);
  });

  test('a channel keeps its order while the facts of a first speaker are looked up', async () => {
    const { slack, events } = await begin();
    await slack.people.say('U0BEN', 'C0API', 'known').told;
    const open = slack.faults.hold('users.info');
    const first = slack.people.say('U0ANN', 'C0API', 'one');
    const second = slack.people.say('U0BEN', 'C0API', 'two');
    await until(() => slack.requests.filter(({ method }) => method === 'users.info').length === 2);
    open();
    expect(await Promise.all([first.told, second.told])).toEqual([true, true]);
    expect(events.map((event) => event.type === 'message' && event.text)).toEqual(['known', 'one', 'two']);
  });

  test('files are told with the message', async () => {
    const { slack, events } = await begin();
    const file = { id: 'F1', name: 'log.txt', mimetype: 'text/plain', size: 12 };
    await slack.people.say('U0ANN', 'D0ANN', 'see here', { files: [file] }).told;
    expect(events).toMatchObject([
      { text: 'see here', attachments: [{ id: 'F1', name: 'log.txt', mime: 'text/plain', size: 12 }] },
    ]);
  });

  test('a slash command is a command, and its answer is for one person only', async () => {
    const { slack, events, adapter } = await begin();
    expect(await slack.people.slash('U0ANN', 'C0NOT', 'status in full')).toEqual({});
    const [event] = events;
    expect(event).toMatchObject({
      type: 'command',
      name: 'status',
      text: 'in full',
      room: 'channel',
      address: { channel: 'C0NOT', thread: 'main' },
    });
    if (event !== undefined) await adapter.whisper?.(event, 'All is `well`.');
    expect(slack.screen({ channel: 'C0NOT', viewer: 'U0ANN' })).toEqual([
      'dragoman (only to you): All is `well`.',
    ]);
    expect(slack.screen({ channel: 'C0NOT', viewer: 'U0BEN' })).toEqual([]);
  });

  test('a channel that gets another id is told', async () => {
    const { slack, moves } = await begin();
    await slack.tell({ type: 'channel_id_changed', old_channel_id: 'C0API', new_channel_id: 'C0NEW' });
    expect(moves).toEqual([['C0API', 'C0NEW']]);
  });
});

describe('nothing is acknowledged that is not stored', () => {
  test('over sockets: an event comes again until it is stored', async () => {
    const { slack, clock, events, given, breakStore, health } = await begin();
    breakStore(true);
    const { told } = slack.people.say('U0ANN', 'D0ANN', 'keep this');
    await until(() => given.length === 1);
    await until(() => health.problem !== undefined);
    expect(health.problem).toMatchInlineSnapshot(
      `"What Slack sent could not be taken in (the database is away). Slack sends it again."`,
    );
    breakStore(false);
    await clock.advance(3000);
    expect(await told).toBe(true);
    expect(events).toMatchObject([{ text: 'keep this' }]);
    expect(health.problem).toBeUndefined();
  });

  test('over sockets: an acknowledgement waits for the store', async () => {
    const { slack, given, slowStore } = await begin();
    const { promise, resolve } = Promise.withResolvers<void>();
    slowStore(promise);
    const { told } = slack.people.say('U0ANN', 'D0ANN', 'slowly');
    const state = { told: false };
    void told.then((value) => Object.assign(state, { told: value }));
    await until(() => given.length === 1);
    // Both sockets answer to something else meanwhile.
    for (const name of ['one', 'two']) await slack.tell({ type: 'reaction_added', reaction: name });
    expect(state.told).toBe(false);
    resolve();
    expect(await told).toBe(true);
  });

  test('a press that could not be stored shows a warning to the person', async () => {
    const { slack, clock, adapter, given, breakStore } = await begin();
    const { ts, told } = slack.people.say('U0ANN', 'C0API', '@dragoman go');
    await told;
    const address = { platform: 'slack', channel: 'C0API', thread: ts };
    const buttons = [{ label: 'Allow once', token: 't1', style: 'primary' as const }];
    const id = await adapter.post(address, words('Wants to run', { buttons }), 'key-1');
    breakStore(true);
    const press = slack.people.press('U0ANN', 'C0API', id, 'Allow once');
    await until(() => given.at(-1)?.type === 'button');
    await clock.advance(3000);
    expect(await press).toBeUndefined();
  });
});
