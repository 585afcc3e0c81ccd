import { describe, expect, test } from 'vitest';
import type { ThreadAddress } from '../../../src/core/channel.ts';
import { type SlackUnderTest, useSlack } from './world.ts';

const begin = useSlack();

/** Ann begins a thread among people; the bot is called in later. */
async function discussed({ slack }: SlackUnderTest): Promise<ThreadAddress> {
  const { ts, told } = slack.people.say('U0ANN', 'C0API', 'the build is red');
  await told;
  return { platform: 'slack', channel: 'C0API', thread: ts };
}

const lines = (said: readonly { readonly author: { readonly name: string }; readonly text: string }[] = []) =>
  said.map(({ author, text }) => `${author.name}: ${text}`);

describe('what was said before', () => {
  test('is told with names, without us and without notices, and programs are marked', async () => {
    const world = await begin();
    const { slack, adapter } = world;
    const address = await discussed(world);
    const reply = (user: string, text: string) =>
      slack.people.say(user, 'C0API', text, { thread: address.thread });
    await reply('U0BEN', 'since <1> & <2>').told;
    await reply('U0ROB', 'deploy failed').told;
    await reply('U0OUT', 'same here').told;
    await adapter.post(
      address,
      { kind: 'text', markdown: 'Hello.', buttons: [], live: false, silent: true },
      'key-1',
    );
    const { ts, told } = reply('U0BEN', '@dragoman what do you think?');
    await told;
    await reply('U0ANN', 'later').told;
    const said = await adapter.history?.(address, ts, 50);
    expect(lines(said)).toEqual([
      'Ann: the build is red',
      'Ben: since <1> & <2>',
      'robot: deploy failed',
      'Olga: same here',
    ]);
    expect(said?.map(({ author }) => author)).toMatchObject([{}, {}, { bot: true }, { outside: true }]);
    expect(lines(await adapter.history?.(address, ts, 2))).toEqual([
      'robot: deploy failed',
      'Olga: same here',
    ]);
  });

  test('a mention in a channel opens its thread: nothing was said before, and nothing is asked', async () => {
    const world = await begin();
    const { slack, adapter } = world;
    await slack.people.say('U0BEN', 'C0API', 'lunch?').told;
    const { ts, told } = slack.people.say('U0ANN', 'C0API', '@dragoman fix it');
    await told;
    const address = { platform: 'slack', channel: 'C0API', thread: ts };
    expect(await adapter.history?.(address, ts, 50)).toEqual([]);
    expect(slack.requests.filter(({ method }) => /^conversations\.(history|replies)$/.test(method))).toEqual(
      [],
    );
  });

  test('of a long thread the newest is told, page by page', async () => {
    const world = await begin({ fake: { limits: false } });
    const { slack, adapter } = world;
    const address = await discussed(world);
    for (let count = 0; count < 450; count += 1)
      slack.people.say('U0BEN', 'C0API', `line ${count}`, { thread: address.thread });
    const { ts } = slack.people.say('U0ANN', 'C0API', 'now?', { thread: address.thread });
    expect(lines(await adapter.history?.(address, ts, 2))).toEqual(['Ben: line 448', 'Ben: line 449']);
    expect(slack.requests.filter(({ method }) => method === 'conversations.replies')).toHaveLength(3);
  });

  test('in a direct message it is what was said there, and no other', async () => {
    const { slack, adapter } = await begin();
    await slack.people.say('U0ANN', 'D0ANN', 'one').told;
    await slack.people.say('U0BEN', 'D0BEN', 'elsewhere').told;
    const { ts, told } = slack.people.say('U0ANN', 'D0ANN', 'two');
    await told;
    const address = { platform: 'slack', channel: 'D0ANN', thread: 'main' };
    expect(lines(await adapter.history?.(address, ts, 10))).toEqual(['Ann: one']);
  });

  test('a rate that is used up is told', async () => {
    const world = await begin();
    const { slack, adapter } = world;
    const address = await discussed(world);
    await slack.people.say('U0GUS', 'C0API', 'me too', { thread: address.thread }).told;
    const { ts } = slack.people.say('U0ANN', 'C0API', 'now?', { thread: address.thread });
    slack.faults.onCall('conversations.replies', {
      type: 'answer',
      status: 429,
      headers: { 'retry-after': '9' },
      body: { ok: false, error: 'ratelimited' },
    });
    await expect(adapter.history?.(address, ts, 10)).rejects.toMatchObject({
      failure: { reason: 'rate-limited', retryAfterMs: 9000 },
    });
    expect(lines(await adapter.history?.(address, ts, 10))).toEqual(['Ann: the build is red', 'Gus: me too']);
  });
});

describe('a message that is passed on', () => {
  const share = { is_share: true, author_id: 'U0BEN', text: 'prod is <https://a.b|down>' };

  test('comes with the words about it, as what they are about', async () => {
    const { slack, events } = await begin();
    const said = {
      type: 'message',
      channel: 'D0ANN',
      channel_type: 'im',
      user: 'U0ANN',
      ts: '1767268800.000100',
    };
    await slack.tell({ ...said, text: 'why?', attachments: [share] });
    expect(events).toMatchObject([
      {
        text: 'why?',
        quote: { author: { id: 'slack:U0BEN', name: 'Ben' }, text: 'prod is [down](https://a.b)' },
      },
    ]);
  });

  test('a program and somebody unknown go by what Slack wrote beside it; previews are no quotes', async () => {
    const { slack, events } = await begin();
    const said = { type: 'message', channel: 'D0ANN', channel_type: 'im', user: 'U0ANN' };
    const about = [
      { is_share: true, author_id: 'B0PAGE', author_name: 'Pager', text: 'alert' },
      { is_share: true, author_id: 'U0WHO', author_name: 'Who', text: 'hm' },
      { author_name: 'a site', text: 'a preview' },
    ];
    for (const [at, one] of about.entries())
      await slack.tell({ ...said, ts: `1767268800.00010${at}`, text: `${at}`, attachments: [one] });
    expect(events.map((event) => (event.type === 'message' ? event.quote?.author : 0))).toEqual([
      { id: 'slack:B0PAGE', name: 'Pager', bot: true },
      { id: 'slack:U0WHO', name: 'somebody', outside: true },
      undefined,
    ]);
  });
});
