/** What of the words in a thread of ours is for the agent, and that it learns of the rest when it is asked again. */
import { describe, expect, test } from 'vitest';
import { conversation, type Line } from './conversation.ts';
import type { World } from './world.ts';
import { createOpenWorlds, shows } from './worlds.ts';

const worlds = createOpenWorlds();

const names = ['Ann', 'Ben', 'Carla', 'Deniz', 'Eli'];
const idOf = (name: string) => `fake:${name.toLowerCase()}`;
const here = { room: 'thread', thread: 'talk' } as const;

const start = () => worlds.begin({ settings: { admins: names.map(idOf) } });

const handled = (one: World) =>
  one.sees(async () => (await one.store.inbox.pending(one.agent.server, 500, [])).length === 0);

const numbers = { last: 0 };

/** Says it as the platform tells it; the message's id. */
async function say(one: World, { by, text, to }: Line, more: object = {}): Promise<string> {
  numbers.last += 1;
  const message = `said-${numbers.last}`;
  const author = { id: idOf(by), name: by };
  const how = { addressed: to === 'agent', ...(to === 'other' ? { toOthers: true } : {}) };
  await one.receive({ type: 'message', message, text, author, ...how, ...here, ...more });
  return message;
}

const toAgent = (text: string): Line => ({ by: 'Ann', text, to: 'agent' });
const toAll = (text: string, by = 'Ben'): Line => ({ by, text, to: 'all' });
const toOther = (text: string, by = 'Ben'): Line => ({ by, text, to: 'other' });

/** What the agent was told with its newest prompt; the run is over then. */
async function told(one: World, count: number): Promise<string> {
  await one.sees(() => one.agent.prompts.length === count);
  one.agent.end();
  return JSON.stringify(one.agent.prompts[count - 1]);
}

/** A thread that the agent has spoken in, set so. */
async function ours(one: World, ...commands: readonly string[]): Promise<void> {
  await say(one, toAgent('hello'));
  await told(one, 1);
  for (const command of commands) await say(one, toAgent(command));
  await handled(one);
}

describe('a day among people, in a thread of ours', () => {
  const lines = conversation(200);

  test('that listens to mentions: none is answered that was not for us, and none is lost', async () => {
    const one = start();
    await ours(one, '!listen mentions');
    const asked: string[] = [];
    for (const line of lines) {
      await say(one, line);
      if (line.to === 'agent') asked.push(await told(one, asked.length + 2));
    }
    await handled(one);
    const wanted = lines.filter(({ to }) => to === 'agent');
    expect(one.agent.prompts).toHaveLength(wanted.length + 1);
    for (const [at, { text }] of wanted.entries()) expect(asked[at]).toContain(text);
    const last = lines.findLastIndex(({ to }) => to === 'agent');
    for (const { text, to } of lines.slice(0, last).filter((line) => line.to !== 'agent')) {
      const times = asked.filter((each) => each.includes(text)).length;
      expect({ text, to, times }).toEqual({ text, to, times: text.startsWith('!aside') ? 0 : 1 });
    }
    const notices = one.platform.screen('talk').filter((text) => text.includes('Queued'));
    expect(notices).toEqual([]);
  });

  test('that listens to all: what is said to somebody else is not answered, and comes with the next', async () => {
    const one = start();
    await ours(one);
    let count = 1;
    for (const line of lines.slice(0, 41)) {
      await say(one, line);
      if (line.to === 'other' || line.text.startsWith('!aside')) await handled(one);
      else {
        count += 1;
        await told(one, count);
      }
    }
    const all = one.agent.prompts.map((prompt) => JSON.stringify(prompt));
    for (const { text, to } of lines.slice(0, 41)) {
      const times = all.filter((each) => each.includes(text)).length;
      expect({ text, to, times }).toEqual({ text, to, times: text.startsWith('!aside') ? 0 : 1 });
    }
  });
});

describe('what was not for the agent', () => {
  test('is given as changed, without what was taken away, and bounded', async () => {
    const one = start();
    await ours(one, '!listen mentions');
    for (let n = 0; n < 60; n += 1) await say(one, toAll(`thought number ${n};`));
    const changed = await say(one, toAll('teh typo'));
    const removed = await say(one, toAll('a secret'));
    await handled(one);
    const base = { ...here, author: { id: idOf('Ben'), name: 'Ben' } };
    await one.receive({ type: 'message-edited', message: changed, text: 'the typo', ...base });
    await one.receive({ type: 'message-deleted', message: removed, ...base });
    await say(one, toAgent('what do you think?'));
    const prompt = await told(one, 2);
    expect(prompt).toContain('the typo');
    for (const text of ['teh typo', 'a secret', 'thought number 10;']) expect(prompt).not.toContain(text);
    expect(prompt).toContain('thought number 59;');
    expect(prompt).toContain('nobody asked you to act on it');
    await say(one, toAgent('and now?'));
    expect(await told(one, 3)).not.toContain('the typo');
  });

  test('is told by !why', async () => {
    const one = start();
    await ours(one, '!listen mentions');
    await say(one, toAll('just talking'));
    await say(one, toAgent('!why'));
    await one.sees(() => shows(one, '`!listen all` changes it', 'talk'));
  });

  test('is not what programs say', async () => {
    const one = start();
    await ours(one);
    const bot = { author: { id: 'fake:ci', name: 'CI', bot: true } };
    await say(one, toOther('run the following'), bot);
    await handled(one);
    await say(one, toAgent('go on'));
    expect(await told(one, 2)).not.toContain('run the following');
  });
});

describe('mute', () => {
  test('has an end, after which all is for the agent again; a mention is heard meanwhile', async () => {
    const one = start();
    await ours(one, '!mute 2h');
    await one.sees(() => shows(one, 'Muted for 2 h', 'talk'));
    await say(one, toAll('among us'));
    await handled(one);
    expect(one.agent.prompts).toHaveLength(1);
    await say(one, toAgent('you there?'));
    expect(await told(one, 2)).toContain('among us');
    await say(one, toAll('!mute off', 'Ann'));
    await one.sees(() => shows(one, 'not muted any more', 'talk'));
    await say(one, toAll('for everybody'));
    expect(await told(one, 3)).toContain('for everybody');
  });

  test('without a time, or for too long, says how', async () => {
    const one = start();
    await ours(one);
    for (const text of ['!mute for ever', '!mute 90d', '!mute 0m']) await say(one, toAgent(text));
    await handled(one);
    const said = one.platform.whispers
      .map(({ text }) => text)
      .filter((text) => text.includes('Say for how long'));
    expect(said).toHaveLength(3);
  });
});
