import { describe, expect, test } from 'vitest';
import { serverSessionId } from '../../../src/core/ids.ts';
import type { World } from './world.ts';
import { createWorlds, over, permission, shows } from './worlds.ts';

const worlds = createWorlds();

/** A thread with one answered prompt. */
async function answered(): Promise<World> {
  const one = worlds.begin();
  await one.say('hello');
  await one.sees(() => one.agent.prompts.length === 1);
  one.agent.write('Hi');
  one.agent.end();
  await one.sees(() => over(one));
  return one;
}

/** Places of these texts in the thread, from top to bottom. */
function order({ platform }: World, ...texts: readonly string[]): readonly number[] {
  const screen = platform.screen();
  return texts.map((text) => screen.findIndex((message) => message.includes(text)));
}

function times({ platform }: World, text: string): number {
  return platform.screen().filter((message) => message.includes(text)).length;
}

/** What the agent answers at the server, from its first word to its end. */
function answersThere({ agent }: World, text: string): void {
  agent.write(text);
  agent.end();
}

describe('what somebody writes at the agent server', () => {
  test('is quoted in the thread, and its answer grows below', async () => {
    const one = await answered();
    one.agent.hear('list the files\nof src');
    one.agent.write('Two files');
    await one.sees(() => shows(one, 'Two files'));
    one.agent.end();
    await one.sees(() => !one.platform.message('Two files').content.live);
    const screen = one.platform.screen();
    const quote = screen.findIndex((text) => text.includes('From somebody at the agent server:'));
    expect(screen[quote]).toContain('> list the files\\\n> of src');
    expect(screen.findIndex((text) => text.includes('Two files'))).toBeGreaterThan(quote);
    await one.sees(() => over(one));
  });

  test('in the middle of our run is covered by the same answer', async () => {
    const one = await answered();
    await one.say('go on');
    await one.sees(() => one.agent.prompts.length === 2);
    one.agent.write('Going on');
    await one.sees(() => shows(one, 'Going on'));
    one.agent.hear('and faster');
    one.agent.write('Both');
    await one.sees(() => shows(one, '> and faster'));
    one.agent.write('Both done');
    one.agent.end();
    await one.sees(() => shows(one, 'Both done') && !shows(one, '[Stop]'));
    expect(times(one, 'Both done')).toBe(1);
    await one.sees(() => over(one));
  });

  test('goes before what waits here, is never sent again, and is said to be lost with its server', async () => {
    const one = await answered();
    one.agent.hear('a long job');
    one.agent.write('Working');
    await one.sees(() => shows(one, 'Working'));
    await one.say('mine');
    await one.sees(() => shows(one, 'Queued behind 1 message.'));
    const before = one.agent.prompts.length;
    one.agent.die();
    one.agent.back();
    await one.sees(() => shows(one, 'The run ended with the server'));
    await one.sees(() => one.agent.prompts.length > before);
    expect(one.agent.prompts.slice(before).map(({ parts }) => parts.map(({ text }) => text))).toEqual([
      ['mine'],
    ]);
  });

  test('a title that the session gets there is its title here', async () => {
    const one = await answered();
    one.agent.retitle('Fix the date test');
    await one.sees(async () => {
      const row = await one.store.sessions.bySession(one.agent.server, serverSessionId('ses_1'));
      return row?.title === 'Fix the date test';
    });
  });

  test('is taken up after a restart of the gateway', async () => {
    const one = await answered();
    one.agent.hear('a job');
    one.agent.write('Half');
    await one.sees(() => shows(one, 'Half'));
    await worlds.halt();
    one.start();
    one.agent.write('Half, and whole');
    one.agent.end();
    await one.sees(() => shows(one, 'Half, and whole') && !shows(one, '[Stop]'));
    expect(times(one, 'a job')).toBe(1);
    expect(times(one, 'Half')).toBe(1);
  });

  test('just as a turn of ours ends is a turn of its own: its answer is not that of the one before', async () => {
    const one = await answered();
    await one.say('go on');
    await one.sees(() => one.agent.prompts.length === 2);
    one.agent.write('Ours');
    one.agent.end();
    one.agent.hear('and then', { byProgram: true });
    answersThere(one, 'Theirs');
    await one.sees(async () => shows(one, 'Theirs') && (await over(one)));
    const [ours = -1, quote = -1, theirs = -1] = order(one, 'Ours', '> and then', 'Theirs');
    expect([ours, quote, theirs].toSorted((a, b) => a - b)).toEqual([ours, quote, theirs]);
    expect(ours).toBeGreaterThan(-1);
  });
});

describe('what a program says in a person’s place', () => {
  test('and nobody answers is a note: no turn, and nothing waits for it', async () => {
    const one = await answered();
    const before = one.platform.screen();
    one.agent.hear('9 messages pruned', { note: true });
    one.agent.hear('9 messages pruned again', { note: true, byProgram: true });
    await one.say('next');
    await one.sees(() => one.agent.prompts.length === 2);
    answersThere(one, 'Done');
    await one.sees(() => over(one));
    expect(one.platform.screen().join()).not.toContain('pruned');
    expect(one.platform.screen().join()).not.toContain('Run again');
    expect(one.platform.screen().slice(0, before.length)).toEqual(before);
  });

  test('is a turn where the agent works on it: shown, asked and stopped like any other', async () => {
    const one = await answered();
    one.agent.hear('[TODO] go on', { byProgram: true });
    one.agent.write('Continuing');
    await one.sees(() => shows(one, 'Continuing'));
    expect(one.platform.screen().join('\n')).toContain('From a program at the agent server:');
    one.agent.ask(permission);
    await one.sees(() => shows(one, 'ls -l') && shows(one, '[Allow once]'));
    await one.receive({ type: 'command', name: 'status', text: '' });
    await one.sees(() => shows(one, 'Running for'));
    await one.press('Allow once');
    await one.sees(() => one.agent.replies.includes('per_1 once'));
    await one.receive({ type: 'command', name: 'stop', text: '' });
    await one.sees(() => one.agent.aborts.length === 1 && shows(one, 'Stopped by Ann.'));
    await one.sees(() => over(one));
  });

  test('into a run is a part of that run, and not quoted', async () => {
    const one = await answered();
    await one.say('go on');
    await one.sees(() => one.agent.prompts.length === 2);
    one.agent.write('Going on');
    one.agent.hear('Continue if you have next steps', { byProgram: true });
    answersThere(one, 'All done');
    await one.sees(async () => shows(one, 'All done') && (await over(one)));
    expect(shows(one, 'next steps')).toBe(false);
  });
});

describe('what was done there while nobody listened', () => {
  test.each([
    ['the stream was lost', (one: World) => one.agent.away(Date.now()), (one: World) => one.agent.back()],
    ['the gateway was down', () => worlds.halt(), (one: World) => void one.start()],
  ])('is shown when we look again (%s), each run as a turn of its own', async (_name, leave, back) => {
    const one = await answered();
    await leave(one);
    one.agent.hear('first');
    answersThere(one, 'The first answer');
    one.agent.hear('a note', { note: true });
    one.agent.hear('second');
    one.agent.write('The second');
    await back(one);
    await one.sees(() => shows(one, 'The first answer') && shows(one, 'The second'));
    expect(shows(one, 'a note')).toBe(false);
    one.agent.write('The second answer');
    one.agent.end();
    await one.sees(async () => shows(one, 'The second answer') && (await over(one)));
    const places = order(one, 'Hi', '> first', 'The first answer', '> second', 'The second answer');
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(times(one, 'The first answer')).toBe(1);
  });

  test('a turn of ours that ended meanwhile does not get the answer to what came after it', async () => {
    const one = await answered();
    await one.say('go on');
    await one.sees(() => one.agent.prompts.length === 2);
    one.agent.write('Half');
    await one.sees(() => shows(one, 'Half'));
    await worlds.halt();
    one.agent.write('Half, and whole');
    one.agent.end();
    one.agent.hear('from the terminal');
    answersThere(one, 'For the terminal');
    one.start();
    await one.sees(async () => shows(one, 'For the terminal') && (await over(one)));
    const places = order(one, 'Half, and whole', '> from the terminal', 'For the terminal');
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(one.platform.message('Half, and whole').content).not.toMatchObject({
      markdown: expect.stringContaining('For the terminal'),
    });
  });

  test('nothing of it is shown twice, and nothing of before the thread took the session', async () => {
    const one = await answered();
    one.agent.hear('seen live');
    answersThere(one, 'Heard');
    await one.sees(async () => shows(one, 'Heard') && (await over(one)));
    await one.say('hello there', { thread: 't2' });
    await one.sees(() => one.agent.prompts.length === 2);
    one.agent.end({}, 'ses_2');
    await one.sees(() => over(one));
    one.agent.shelf.sessions.push({
      id: serverSessionId('ses_1'),
      title: 'Hi',
      updatedAt: Date.now(),
      origin: undefined,
    });
    await one.receive({ type: 'command', name: 'watch', text: 'ses_1', thread: 't2' });
    await one.sees(() => shows(one, 'shows', 't2'));
    for (let n = 0; n < 2; n += 1) {
      one.agent.away(Date.now());
      one.agent.back();
    }
    one.agent.hear('new for both');
    answersThere(one, 'To both');
    await one.sees(async () => shows(one, 'To both') && shows(one, 'To both', 't2') && (await over(one)));
    expect(times(one, 'Heard')).toBe(1);
    expect(shows(one, 'Heard', 't2')).toBe(false);
  });
});

describe('work that no turn shows', () => {
  test('is told by status and ended by stop: the server is asked', async () => {
    const one = await answered();
    one.agent.hear('something unusual');
    await one.receive({ type: 'command', name: 'status', text: '' });
    await one.sees(() => shows(one, 'The agent is at work'));
    await one.receive({ type: 'command', name: 'undo', text: '' });
    await one.sees(() => one.platform.whispers.some(({ text }) => text.includes('Wait until it is done')));
    await one.receive({ type: 'command', name: 'stop', text: '' });
    await one.sees(() => one.agent.aborts.length === 1);
    await one.sees(() => shows(one, 'Stopped what was running at the agent server.'));
  });
});
