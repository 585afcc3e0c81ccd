import { describe, expect, test } from 'vitest';
import type { Author } from '../../../src/core/channel.ts';
import { serverMessageId, serverRequestId, serverSessionId } from '../../../src/core/ids.ts';
import { engines } from '../store/rig.ts';
import type { World } from './world.ts';
import { createWorlds, firstSession, shows } from './worlds.ts';

describe.each(engines)('commands on $name', ({ open }) => {
  const worlds = createWorlds(open);
  const start = (): World => worlds.begin();

  test('help names every command and those of the server; a slip is told, and text that begins with "!" is a prompt', async () => {
    const one = start();
    await said(one, '!help');
    await one.sees(() => shows(one, '`!steer <text>`'));
    await one.sees(() => shows(one, '`!review`'));
    await said(one, '!help steer');
    await one.sees(() =>
      shows(one, '`!steer <text>` Say something to the agent while it works, ahead of the queue'),
    );
    await said(one, '!stauts');
    expect(one.platform.whispers.at(-1)?.text).toBe(
      'There is no command `!stauts`, so nothing was done. Did you mean `!status`?',
    );
    await said(one, '!important stuff');
    await one.sees(() => one.agent.prompts.length === 1);
    expect(texts(one)).toEqual(['!important stuff']);
  });

  test('cost says what the answers of the thread took, the person’s, and those of today', async () => {
    const one = start();
    await said(one, '!cost');
    await one.sees(() => shows(one, 'This thread: nothing yet'));
    await said(one, 'go');
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.write('Done.');
    one.agent.end();
    await one.sees(() => shows(one, 'Done.'));
    await said(one, '!cost');
    await one.sees(() => shows(one, 'This thread: 10 tokens · in 1 answer'));
    await one.sees(() =>
      /You, in all threads: .*answer[\s\S]*Today, everybody: .*answer/.test(
        one.platform.screen('t1').join('\n'),
      ),
    );
  });

  test('the platform’s own form of a command that there is not names the near ones', async () => {
    const one = start();
    await one.receive({ type: 'command', name: 'modle', text: '' });
    await handled(one);
    expect(one.platform.whispers.at(-1)?.text).toContain('Did you mean `!model`?');
  });

  test('model and agent hold for the next prompts; unknown ones are refused with the nearest', async () => {
    const one = start();
    await said(one, '!model fake/othr');
    expect(one.platform.whispers.at(-1)?.text).toBe(
      'The agent server has no model `fake/othr`. The nearest: `fake/other`.',
    );
    await said(one, '!model other');
    await one.sees(() => shows(one, 'run with model `fake/other`.'));
    await said(one, '!agent plan');
    await said(one, 'go');
    await one.sees(() => one.agent.prompts.length === 1);
    expect(one.agent.prompts[0]).toMatchObject({ model: 'fake/other', agent: 'plan' });
    await said(one, '!model default');
    one.agent.end();
    await said(one, 'again');
    await one.sees(() => one.agent.prompts.length === 2);
    expect(one.agent.prompts[1]?.model).toBeUndefined();
  });

  test('a list of hundreds is searched and turned in the same message', async () => {
    const one = start();
    const models = Array.from(
      { length: 300 },
      (_, index) => `provider-with-a-long-name/model-of-the-year-${index}`,
    );
    one.agent.shelf.offers = { ...one.agent.shelf.offers, models };
    await said(one, '!model year-2');
    await one.sees(() => shows(one, '111 to choose from with `year-2`. Page 1 of 37.'));
    await one.press('Next');
    await one.sees(() => shows(one, 'Page 2 of 37.'));
    expect(one.platform.screen().length).toBe(1);
    for (const { token } of one.platform.message('Page 2').content.buttons)
      expect(Buffer.byteLength(token)).toBeLessThanOrEqual(64);
    await one.press('provider-with-a-long-name/model-of-the-year-22');
    await one.sees(() => shows(one, 'run with model `provider-with-a-long-name/model-of-the-year-22'));
    expect(one.platform.screen().length).toBe(1);
  });

  test('stop all ends what runs and withdraws what waits; status tells both before', async () => {
    const one = start();
    await said(one, 'first');
    await one.sees(() => one.agent.prompts.length === 1);
    await said(one, 'second');
    await said(one, '!status');
    await one.sees(() => shows(one, 'Queue: 1 (Ann: "second")'));
    expect(one.platform.message('Queue: 1').content.markdown).toMatch(
      /^api on server\d+ · session "first" · fake\/model · build {2}\nRunning for .* s {2}\nQueue: 1 \(Ann: "second"\) {2}\nShows: normal · pings: all {2}\nIn a terminal: `opencode attach http:\/\/127\.0\.0\.1:4096 --dir \/srv\/api --session ses_1` with OPENCODE_SERVER_PASSWORD set/,
    );
    await said(one, '!stop all');
    await one.sees(() => shows(one, '1 waiting message withdrawn.'));
    await one.sees(() => shows(one, 'Stopped by Ann.'));
    expect(texts(one)).toEqual(['first']);
    await said(one, '!stop');
    await one.sees(() => one.platform.whispers.at(-1)?.text.startsWith('Nothing runs here now'));
  });

  test('status names who may decide what is waited for', async () => {
    const one = start();
    await said(one, 'first');
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.ask(permission);
    await one.sees(() => shows(one, '[Allow once]'));
    await one.receive({ type: 'command', name: 'status', text: '', room: 'thread' });
    await one.sees(() => shows(one, 'waiting for Ann: ls -la'));
  });

  test('a command that nobody else saw is answered to the one who gave it', async () => {
    const one = start();
    const command = { type: 'command', name: 'help', text: '', room: 'channel' } as const;
    await one.receive(command);
    const told = () => one.platform.whispers.map(({ text }) => text).join('\n');
    await one.sees(() => told().includes('`!status`') && told().includes('`!review`'));
    expect(one.platform.screen()).toEqual([]);
    await one.receive({ ...command, message: 'm7' });
    await one.sees(() => shows(one, '`!status`'));
  });

  test('steer goes into what runs, ahead of the queue', async () => {
    const one = start();
    await said(one, 'first');
    await one.sees(() => one.agent.prompts.length === 1);
    await said(one, 'waits');
    await said(one, '!steer look at b');
    await one.sees(() => texts(one).join() === 'first,look at b');
    await one.sees(() => shows(one, 'one answer will cover both messages'));
  });

  test('verbosity and notify are chosen by a button, and what runs keeps to them', async () => {
    const one = start();
    await said(one, '!notify');
    await one.press('cards');
    await one.sees(() => shows(one, 'Only cards that wait for an answer ping. (notify: cards)'));
    await said(one, '!notify loud');
    expect(one.platform.whispers.at(-1)?.text).toContain('There is no notify `loud`.');
    await said(one, 'work');
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.write('done');
    one.clock.shift(60_000);
    await said(one, '!verbosity quiet');
    await one.sees(() => shows(one, '(verbosity: quiet)'));
    one.agent.ask(permission);
    await one.sees(() => shows(one, 'ls -la'));
    expect(one.platform.message('ls -la').content.silent).toBe(false);
    await said(one, '!notify off');
    await one.sees(() => one.platform.message('ls -la').content.silent);
  });

  test('new, sessions, attach and detach move a thread from session to session', async () => {
    const one = start();
    await said(one, 'first');
    await one.sees(() => one.agent.prompts.length === 1);
    await said(one, '!new');
    expect(one.platform.whispers.at(-1)?.text).toContain('The agent is at work in this session.');
    one.agent.end();
    await one.sees(async () => (await open1(one)) === 0);
    await said(one, '!new');
    await one.sees(() => shows(one, 'The next message begins a new session.'));
    await said(one, 'second');
    await one.sees(() => one.agent.prompts.length === 2);
    expect(one.agent.prompts[1]?.ref.session).toBe('ses_2');
    one.agent.end({}, 'ses_2');
    one.agent.shelf.sessions.push(
      { id: firstSession, title: 'first', updatedAt: 0, origin: undefined },
      { id: serverSessionId('ses_9'), title: 'made elsewhere', updatedAt: 0, origin: undefined },
    );
    await one.sees(async () => (await open1(one)) === 0);
    await said(one, '!sessions');
    await one.sees(() => shows(one, '2: "made elsewhere"'));
    await one.press('2 made elsewhere');
    await one.sees(() => shows(one, 'This thread goes on with "made elsewhere".'));
    expect((await bound(one))?.serverSession).toBe('ses_9');
    await said(one, '!attach made elsewhere', { thread: 't2' });
    expect(one.platform.whispers.at(-1)?.text).toMatch(
      /^Another thread drives that session: `a thread on fake`\. Say `!detach` there first/,
    );
    await said(one, '!detach');
    await one.sees(() => shows(one, 'let go of its session'));
    await said(one, '!attach ses_9', { thread: 't2' });
    expect((await bound(one, 't2'))?.serverSession).toBe('ses_9');
    await said(one, '!attach 7');
    expect(one.platform.whispers.at(-1)?.text).toContain('There is no session `7` in this project.');
  });

  test('people who were let in see their own sessions, and attach none', async () => {
    const one = start();
    const ben: Author = { id: `fake:ben-${one.agent.server}`, name: 'Ben' };
    await letIn(one, ben);
    await said(one, 'of Ann');
    await one.sees(() => one.agent.prompts.length === 1);
    await said(one, 'of Ben', { thread: 'b', author: ben });
    await one.sees(() => one.agent.prompts.length === 2);
    one.agent.shelf.sessions.push(
      { id: firstSession, title: 'of Ann', updatedAt: 0, origin: undefined },
      { id: serverSessionId('ses_2'), title: 'of Ben', updatedAt: 0, origin: undefined },
    );
    await said(one, '!sessions', { thread: 'b', author: ben });
    await one.sees(() =>
      one.platform.screen('b').some((text) => text.includes('Your sessions of this project.')),
    );
    const list = one.platform.message('Your sessions', 'b').content;
    expect(list.markdown).not.toContain('of Ann');
    expect(list.buttons).toEqual([]);
    await said(one, '!attach 1', { thread: 'b', author: ben });
    expect(one.platform.whispers.at(-1)?.text).toMatch(/^Only admins may do this/);
  });

  test('undo and redo go message by message, each once however often it is handled', async () => {
    const one = start();
    await said(one, 'first');
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.end();
    await one.sees(async () => (await open1(one)) === 0);
    one.agent.shelf.prompts = [
      { id: serverMessageId('msg_a'), text: 'first', answered: true },
      { id: serverMessageId('msg_b'), text: 'second', answered: true },
    ];
    one.agent.changes.value = { files: 2, added: 3, removed: 1, patch: '--- a\n+++ b\n+x\n' };
    await said(one, '!diff');
    await one.sees(() => shows(one, '```diff\n--- a'));
    await said(one, '!undo');
    await one.sees(() =>
      shows(one, 'Taken back: "second" and the answer to it; 2 files went back to what was there before'),
    );
    await said(one, '!undo');
    await one.sees(() => shows(one, 'Taken back: "first"'));
    await said(one, '!undo');
    expect(one.platform.whispers.at(-1)?.text).toBe('There is no message left to take back.');
    await said(one, '!redo');
    await one.sees(() =>
      shows(one, 'Brought back: "first" and the answer to it, with its changes to files. More'),
    );
    await said(one, '!redo');
    await one.sees(() => shows(one, 'Brought back: "second"'));
    expect(one.agent.shelf.done).toEqual([
      'revert ses_1 msg_b',
      'revert ses_1 msg_a',
      'revert ses_1 msg_b',
      'unrevert ses_1',
    ]);
  });

  test('an undo that is handled again after a crash takes back the same message', async () => {
    const one = start();
    await said(one, 'first');
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.end();
    await one.sees(async () => (await open1(one)) === 0);
    one.agent.shelf.prompts = [
      { id: serverMessageId('msg_a'), text: 'first', answered: true },
      { id: serverMessageId('msg_b'), text: 'second', answered: true },
    ];
    one.agent.shelf.failAfter = 'revert';
    await said(one, '!undo');
    await one.sees(() => shows(one, 'Taken back: "second"'));
    expect(one.agent.shelf.done).toEqual(['revert ses_1 msg_b', 'revert ses_1 msg_b']);
  });

  test('rename, compact, todo and fork work on the session of the thread', async () => {
    const one = start();
    await said(one, '!todo');
    expect(one.platform.whispers.at(-1)?.text).toContain('This thread has no session yet.');
    await said(one, 'first');
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.end();
    await one.sees(async () => (await open1(one)) === 0);
    await said(one, '!rename A better title');
    await one.sees(() => shows(one, 'The session is now called "A better title".'));
    await said(one, '!compact');
    await one.sees(() => shows(one, 'The conversation was summarised to make room'));
    one.agent.shelf.todos = [{ text: 'write it', status: 'in_progress' }];
    await said(one, '!todo');
    await one.sees(() => shows(one, 'write it'));
    await said(one, '!fork');
    await one.sees(() =>
      shows(one, 'This thread goes on with a copy of the session. The original (`ses_1`)'),
    );
    expect((await bound(one))?.serverSession).toBe('ses_1_fork');
    expect(one.agent.shelf.done).toEqual([
      'rename ses_1 A better title',
      'compact ses_1 default',
      'fork ses_1',
      'claim ses_1_fork',
    ]);
  });

  test('a command of the server runs as a prompt with its template, agent and model', async () => {
    const one = start();
    const { offers } = one.agent.shelf;
    one.agent.shelf.offers = {
      ...offers,
      commands: [
        ...offers.commands,
        { name: 'fix-it', description: '', template: 'Fix $1 in $2', agent: 'plan', model: 'fake/other' },
        { name: 'sh', description: '', template: 'Look: !`rm -rf /`' },
      ],
    };
    await said(one, '!fix-it bug "the long file" now');
    await one.sees(() => one.agent.prompts.length === 1);
    expect(one.agent.prompts[0]).toMatchObject({
      agent: 'plan',
      model: 'fake/other',
      parts: [{ text: 'Fix bug in the long file now' }],
    });
    await said(one, '!sh');
    expect(one.platform.whispers.at(-1)?.text).toContain('would run without asking anybody');
  });

  test('a command of the server is called by the name that the server gives it, and help lists no other', async () => {
    const one = start();
    const { offers } = one.agent.shelf;
    const names = ['git:commit', 'v1.2', '9lives', '提交', 'Deploy', 'a/b'];
    const command = (name: string, template: string | undefined = `Do ${name}:`) => ({
      name,
      description: '',
      template,
    });
    const untellable = [
      command('undo'),
      command('two words'),
      { ...command('tracker:plan'), template: undefined },
    ];
    one.agent.shelf.offers = { ...offers, commands: [...names.map((name) => command(name)), ...untellable] };
    await said(one, '!help');
    await one.sees(() => one.platform.screen().join('\n').includes('a/b'));
    const help = one.platform.screen().join('\n').split('Commands of the agent server:')[1];
    const listed = help?.match(/`![^`]+`/g) ?? [];
    expect(listed).toEqual(names.map((name) => `\`!${name}\``));
    for (const [at, name] of names.entries()) {
      await said(one, `!${name} now`);
      await one.sees(() => one.agent.prompts.length === at + 1);
      expect(one.agent.prompts.at(-1)?.parts.map(({ text }) => text)).toEqual([`Do ${name}:\n\nnow`]);
      one.agent.end();
    }
    await said(one, '!tracker:plan');
    expect(one.platform.whispers.at(-1)?.text).toContain('only OpenCode itself can fill in');
    await said(one, '!wow: this is no command');
    await one.sees(() => one.agent.prompts.length === names.length + 1);
  });
});

const permission = {
  kind: 'permission',
  id: serverRequestId('per_1'),
  session: firstSession,
  from: firstSession,
  permission: 'bash',
  patterns: ['ls -la'],
  subject: 'ls -la',
} as const;

const texts = ({ agent }: World) => agent.prompts.flatMap(({ parts }) => parts.map(({ text }) => text));

const handled = (one: World) =>
  one.sees(async () => (await one.store.inbox.pending(one.agent.server, 10, [])).length === 0);

async function said(one: World, text: string, more: Parameters<World['say']>[1] = {}): Promise<void> {
  await one.say(text, more);
  await handled(one);
}

async function bound(one: World, thread = 't1') {
  const place = { platform: 'fake', channel: one.channel, thread };
  const row = await one.store.threads.byAddress(place);
  return row?.session === undefined ? undefined : one.store.sessions.byId(row.session);
}

async function open1(one: World): Promise<number> {
  const session = await bound(one);
  return session === undefined ? 0 : (await one.store.prompts.open(session.id)).length;
}

async function letIn(one: World, person: Author): Promise<void> {
  await said(one, 'hello?', { thread: 'b', author: person });
  await one.sees(() => one.platform.screen('b').some((text) => text.includes('in with code')));
  const [, code = ''] = /`(\S{9})`/.exec(one.platform.message('in with code', 'b').content.markdown) ?? [];
  await said(one, `!pair ${code}`, { thread: 'ann' });
  await one.sees(() => one.platform.screen('b').some((text) => text.includes('You are in')));
}
