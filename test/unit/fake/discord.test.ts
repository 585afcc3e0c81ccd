import { afterEach, expect, test } from 'vitest';
import { createTestClock } from '../../clock.ts';
import { type FakeDiscord, type FakeDiscordOptions, startFakeDiscord } from '../../fake/discord.ts';

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function start(options: FakeDiscordOptions = {}) {
  const clock = createTestClock();
  const discord = await startFakeDiscord({ clock, ...options });
  ends.push(() => discord.close());
  const channel = discord.people.channel('team');
  return { discord, clock, channel, ann: discord.people.join('Ann'), call: caller(discord) };
}

function caller({ apiUrl, token }: FakeDiscord) {
  return async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${apiUrl}/v10${path}`, {
      method,
      headers: { authorization: `Bot ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    return { status: response.status, code: answer['code'], answer, headers: response.headers };
  };
}

test('a key that is used again yields the first message, for some minutes', async () => {
  const { call, channel, clock } = await start();
  const post = async () =>
    (await call('POST', `/channels/${channel}/messages`, { content: 'a', nonce: 'n', enforce_nonce: true }))
      .answer;
  const { id, nonce } = await post();
  expect(nonce).toBeUndefined();
  expect((await post())['id']).toBe(id);
  await clock.advance(6 * 60_000);
  expect((await post())['id']).not.toBe(id);
});

test('a message that is an hour old takes few more edits', async () => {
  const { call, channel, clock } = await start();
  const { answer } = await call('POST', `/channels/${channel}/messages`, { content: 'a' });
  const edit = () => call('PATCH', `/channels/${channel}/messages/${answer['id']}`, { content: 'b' });
  await clock.advance(3_700_000);
  for (let n = 0; n < 5; n += 1) expect((await edit()).status).toBe(200);
  await clock.advance(5000);
  expect((await edit()).code).toBe(30046);
});

test('a bucket tells how much is left, and a full one how long it is full', async () => {
  const { call, channel, clock } = await start();
  const post = () => call('POST', `/channels/${channel}/messages`, { content: 'a' });
  expect((await post()).headers.get('x-ratelimit-remaining')).toBe('4');
  for (let n = 0; n < 4; n += 1) await post();
  const full = await post();
  expect(full).toMatchObject({ status: 429, answer: { global: false, retry_after: 5 } });
  expect(full.headers.get('x-ratelimit-scope')).toBe('user');
  await clock.advance(5000);
  expect((await post()).status).toBe(200);
});

test('a thread takes two names in ten minutes', async () => {
  const { call, channel, discord, ann } = await start();
  const message = discord.people.say(ann, channel, 'hello');
  const opened = await call('POST', `/channels/${channel}/messages/${message}/threads`, { name: 'one' });
  const rename = (name: string) => call('PATCH', `/channels/${opened.answer['id']}`, { name });
  expect((await rename('two')).status).toBe(200);
  expect((await rename('three')).status).toBe(200);
  const third = await rename('four');
  expect(third).toMatchObject({ status: 429, answer: { retry_after: 600 } });
  expect(third.headers.get('x-ratelimit-scope')).toBe('shared');
});

test('a thread that a person began keeps its name', async () => {
  const { call, channel, discord, ann } = await start();
  const thread = discord.people.thread(ann, channel, 'one');
  expect(await call('PATCH', `/channels/${thread}`, { name: 'two' })).toMatchObject({
    status: 403,
    code: 50013,
  });
});

test('without allowed_mentions everybody who is named is called', async () => {
  const { call, channel, discord, ann } = await start();
  const content = `<@${ann}> @everyone`;
  await call('POST', `/channels/${channel}/messages`, { content });
  expect(discord.world.pings.map(({ user }) => user)).toEqual([ann, 'everyone']);
  await call('POST', `/channels/${channel}/messages`, { content, allowed_mentions: { parse: [] } });
  expect(discord.world.pings).toHaveLength(2);
});

test('what may not be done is refused with Discord’s own codes', async () => {
  const { call, channel, discord, ann } = await start();
  const messages = `/channels/${channel}/messages`;
  const theirs = discord.people.say(ann, channel, 'mine');
  const button = { type: 2, style: 1, label: 'x', custom_id: 'same' };
  const rows = [{ type: 1, components: [button, button] }];
  expect((await call('POST', messages, { content: ' ' })).code).toBe(50006);
  expect((await call('POST', messages, { content: 'x'.repeat(2001) })).code).toBe(50035);
  expect((await call('POST', messages, { content: 'x', components: rows })).code).toBe(50035);
  expect((await call('PATCH', `${messages}/${theirs}`, { content: 'x' })).code).toBe(50005);
  expect((await call('DELETE', `${messages}/${theirs}`)).code).toBe(50013);
  discord.world.channels.get(channel)?.denied.add('send');
  expect((await call('POST', messages, { content: 'x' })).code).toBe(50013);
  discord.world.channels.get(channel)?.denied.add('view');
  expect((await call('POST', messages, { content: 'x' })).code).toBe(50001);
  discord.access.token = 'another';
  expect((await call('GET', '/users/@me')).status).toBe(401);
});

test('an interaction is answered once, and within three seconds', async () => {
  const { call, channel, discord, ann, clock } = await start();
  await call('PUT', `/applications/${discord.world.application}/commands`, [
    { name: 'status', description: 's' },
  ]);
  const answer = ({ id, token }: { id: string; token: string }) =>
    call('POST', `/interactions/${id}/${token}/callback`, { type: 5, data: { flags: 64 } });
  const quick = discord.people.command(ann, channel, 'status');
  expect((await answer(quick)).status).toBe(204);
  expect((await answer(quick)).code).toBe(40060);
  const slow = discord.people.command(ann, channel, 'status');
  await clock.advance(3001);
  expect(await answer(slow)).toMatchObject({ status: 404, code: 10062 });
  await clock.advance(15 * 60_000);
  const late = await call('POST', `/webhooks/${discord.world.application}/${quick.token}`, { content: 'x' });
  expect(late.code).toBe(10062);
});
