import { describe, expect, test } from 'vitest';
import { createSlackAdapter } from '../../../adapters/slack/adapter.ts';
import type { OutboundMessage, ThreadAddress } from '../../../src/core/channel.ts';
import { type SlackUnderTest, useSlack } from './world.ts';

const begin = useSlack();

const words = (markdown: string, changes: Partial<OutboundMessage> = {}): OutboundMessage => ({
  kind: 'text',
  markdown,
  buttons: [],
  live: false,
  silent: true,
  ...changes,
});

async function thread({ slack }: SlackUnderTest): Promise<ThreadAddress> {
  const { ts, told } = slack.people.say('U0ANN', 'C0API', '@dragoman go');
  expect(await told).toBe(true);
  return { platform: 'slack', channel: 'C0API', thread: ts };
}

/** The line under the thread as people see it now. */
function line({ slack }: SlackUnderTest, { channel, thread: root }: ThreadAddress): string | undefined {
  const status = slack.world.statuses.get(`${channel}/${root}`);
  return status === undefined || status.until <= slack.world.clock.now() ? undefined : status.line;
}

const count = ({ slack }: SlackUnderTest, method: string) =>
  slack.requests.filter((request) => request.method === method).length;

describe('the line under a thread', () => {
  test('stands while the agent works or waits, and no longer', async () => {
    const world = await begin();
    const { adapter } = world;
    const address = await thread(world);
    await adapter.showTyping?.(address, address.thread);
    expect(line(world, address)).toBe('is on it …');
    const activity = words('▸ Working', { kind: 'activity', live: true });
    const id = await adapter.post(address, activity, 'key-1');
    expect(line(world, address)).toBe('is on it …');
    const card = words('Wants to run', { kind: 'request', live: true });
    const request = await adapter.post(address, card, 'key-2');
    expect(line(world, address)).toBe('waits for an answer …');
    await adapter.edit(address, request, { ...card, live: false });
    expect(line(world, address)).toBe('is on it …');
    await adapter.post(address, words('Done.'), 'key-3');
    expect(line(world, address)).toBe('is on it …');
    await adapter.edit(address, id, words('Worked', { kind: 'activity' }));
    expect(line(world, address)).toBeUndefined();
    expect(world.slack.world.reactions.size).toBe(0);
  });

  test('is shown again before Slack takes it away, and not with every edit', async () => {
    const world = await begin({ sharedTime: true });
    const { adapter, clock } = world;
    const address = await thread(world);
    const activity = words('▸ Working', { kind: 'activity', live: true });
    const id = await adapter.post(address, activity, 'key-1');
    for (let seconds = 0; seconds < 300; seconds += 10) {
      await clock.advance(10_000);
      await adapter.edit(address, id, activity);
      expect(line(world, address)).toBe('is on it …');
    }
    expect(count(world, 'assistant.threads.setStatus')).toBe(4);
  });

  test('goes with a message that is taken away', async () => {
    const world = await begin();
    const { adapter } = world;
    const address = await thread(world);
    const id = await adapter.post(address, words('▸ Working', { kind: 'activity', live: true }), 'key-1');
    await adapter.remove?.(address, id);
    expect(line(world, address)).toBeUndefined();
  });

  test('a line that fails costs no message', async () => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    slack.faults.onCall('assistant.threads.setStatus', { type: 'cut' });
    await adapter.post(address, words('▸ Working', { kind: 'activity', live: true }), 'key-1');
    expect(slack.screen(address)).toEqual(['Ann: @dragoman go', 'dragoman: ▸ Working']);
  });
});

describe('the session of an app that is an agent', () => {
  const session = ({ slack }: SlackUnderTest, { channel, thread: root }: ThreadAddress) =>
    slack.world.sessions.get(`${channel}/${root}`);
  const working = words('▸ Working', { kind: 'activity', live: true });

  async function declared(): Promise<SlackUnderTest & { readonly address: ThreadAddress }> {
    const world = await begin();
    world.slack.world.agent.declared = true;
    return { ...world, address: await thread(world) };
  }

  test('says that it works, waits or is at rest, and no line is needed', async () => {
    const { address, ...world } = await declared();
    const { adapter } = world;
    const id = await adapter.post(address, working, 'key-1');
    expect(session(world, address)?.status).toBe('processing');
    const card = words('Wants to run', { kind: 'request', live: true });
    const request = await adapter.post(address, card, 'key-2');
    expect(session(world, address)?.status).toBe('suspended');
    await adapter.edit(address, request, { ...card, live: false });
    expect(session(world, address)?.status).toBe('processing');
    await adapter.edit(address, id, words('Worked', { kind: 'activity' }));
    expect(session(world, address)?.status).toBe('active');
    expect(count(world, 'assistant.threads.setStatus')).toBe(0);
  });

  test('what a process before us left at work comes to rest with the last edit', async () => {
    const { address, ...world } = await declared();
    const id = await world.adapter.post(address, working, 'key-1');
    const next = createSlackAdapter({ config: world.config, publicUrl: '', host: world.host });
    await next.edit(address, id, words('Worked', { kind: 'activity' }));
    expect(session(world, address)?.status).toBe('active');
    await next.edit(address, id, words('Worked well', { kind: 'activity' }));
    expect(count(world, 'agents.sessions.setStatus')).toBe(2);
  });

  test('Slack’s own Stop is a stop, and another title a rename; our own is neither', async () => {
    const { address, ...world } = await declared();
    const { adapter, slack, events } = world;
    await adapter.post(address, working, 'key-1');
    expect(await slack.people.stop('U0BEN', address.channel, address.thread)).toBe(true);
    await slack.people.retitle('U0ANN', address.channel, address.thread, 'Date test');
    await adapter.entitle?.(address, 'Fix the date test');
    await slack.settled();
    expect(session(world, address)?.title).toBe('Fix the date test');
    expect(events.slice(1)).toMatchObject([
      { type: 'command', name: 'stop', address, room: 'thread', author: { id: 'slack:U0BEN' } },
      { type: 'command', name: 'rename', text: 'Date test', address, author: { id: 'slack:U0ANN' } },
    ]);
  });

  test('an app that is none goes on with a line, keeps its names, and is asked once an hour', async () => {
    const world = await begin({ sharedTime: true });
    const address = await thread(world);
    const id = await world.adapter.post(address, working, 'key-1');
    expect(line(world, address)).toBe('is on it …');
    await world.adapter.edit(address, id, words('Worked', { kind: 'activity' }));
    await world.adapter.entitle?.(address, 'Fix the date test');
    expect(count(world, 'agents.sessions.setStatus')).toBe(1);
    expect(count(world, 'agents.sessions.rename')).toBe(0);
  });
});

describe('where there is no line', () => {
  test('in a direct message eyes at the message say that it was heard, once', async () => {
    const { adapter, slack } = await begin();
    const { ts, told } = slack.people.say('U0ANN', 'D0ANN', 'hello');
    await told;
    const address = { platform: 'slack', channel: 'D0ANN', thread: 'main' };
    await adapter.showTyping?.(address, ts);
    await adapter.showTyping?.(address, ts);
    expect([...slack.world.reactions]).toEqual([[`D0ANN/${ts}`, ['eyes']]]);
  });

  test('in a workspace without it as well; and who may not react is not asked again', async () => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    slack.faults.onCall('assistant.threads.setStatus', {
      type: 'answer',
      status: 200,
      body: { ok: false, error: 'feature_not_enabled' },
    });
    await adapter.showTyping?.(address, address.thread);
    expect(slack.world.reactions.size).toBe(1);
    slack.access.scopes = slack.access.scopes.filter((scope) => scope !== 'reactions:write');
    for (let times = 0; times < 3; times += 1) await adapter.showTyping?.(address, address.thread);
    expect(count(world, 'assistant.threads.setStatus')).toBe(1);
    expect(count(world, 'reactions.add')).toBe(2);
  });

  test('a rate that is used up is told', async () => {
    const { adapter, slack } = await begin();
    const { ts, told } = slack.people.say('U0ANN', 'D0ANN', 'hello');
    await told;
    slack.faults.onCall('reactions.add', {
      type: 'answer',
      status: 429,
      headers: { 'retry-after': '3' },
      body: { ok: false, error: 'ratelimited' },
    });
    const address = { platform: 'slack', channel: 'D0ANN', thread: 'main' };
    await expect(adapter.showTyping?.(address, ts)).rejects.toMatchObject({
      failure: { reason: 'rate-limited', retryAfterMs: 3000 },
    });
  });
});

describe('one of several bots', () => {
  test('its id stands in addresses, and people keep theirs', async () => {
    const world = await begin({ id: 'slack-ops' });
    const { adapter, slack, events } = world;
    const { ts, told } = slack.people.say('U0ANN', 'C0API', '@dragoman go');
    await told;
    await slack.people.slash('U0BEN', 'C0API', 'status');
    const [message, command] = events;
    expect(adapter.id).toBe('slack-ops');
    expect(message).toMatchObject({
      address: { platform: 'slack-ops', thread: ts },
      author: { id: 'slack:U0ANN' },
    });
    expect(command).toMatchObject({ address: { platform: 'slack-ops' }, author: { id: 'slack:U0BEN' } });
    if (message === undefined) throw new Error('nothing came');
    await adapter.whisper?.(message, 'Only for you.');
    const id = await adapter.post(message.address, words('Hello.', { mention: 'slack:U0ANN' }), 'key-1');
    expect(slack.acts('C0API', id)).toEqual(['@U0ANN']);
  });

  test('over HTTP each has a path of its own', async () => {
    const { slack, events, health } = await begin({ id: 'slack-ops', mode: 'http' });
    expect(health.proof).toMatch(/\/slack-ops\/events$/);
    await slack.people.say('U0ANN', 'D0ANN', 'hello').told;
    expect(events).toMatchObject([{ address: { platform: 'slack-ops' }, text: 'hello' }]);
  });
});
