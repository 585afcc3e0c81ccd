import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { AgentRequest } from '../../../src/core/agent.ts';
import type { Author } from '../../../src/core/channel.ts';
import { serverMessageId, serverRequestId, serverSessionId } from '../../../src/core/ids.ts';
import type { World } from './world.ts';
import { createOpenWorlds, firstSession, type Making, over } from './worlds.ts';

/** One session in two threads: `t1` of the platform `fake`, and `t1` of the platform `other`. */

const worlds = createOpenWorlds();

const there = { on: 'other' } as const;
const permission: AgentRequest = {
  kind: 'permission',
  id: serverRequestId('per_1'),
  session: firstSession,
  from: firstSession,
  permission: 'bash',
  patterns: ['ls -la'],
  subject: 'ls -la',
};

const here = (one: World) => one.platform.screen().join('\n');
const beside = (one: World) => one.other.screen().join('\n');

const handled = (one: World) =>
  one.sees(async () => (await one.store.inbox.pending(one.agent.server, 10, [])).length === 0);
const settled = (one: World) => one.sees(() => over(one));

async function said(one: World, text: string, more: Parameters<World['say']>[1] = {}): Promise<string> {
  const message = await one.say(text, more);
  await handled(one);
  return message;
}

/** `t1` drives a session in which one prompt was answered. */
async function alone(more: Making = {}): Promise<World> {
  const one = await worlds.running(more);
  one.agent.write('Hi');
  one.agent.end();
  await settled(one);
  one.agent.shelf.sessions.push({ id: firstSession, title: 'hello', updatedAt: 0, origin: undefined });
  return one;
}

/** The same, and the other platform's thread watches. */
async function watched(more: Making = {}): Promise<World> {
  const one = await alone(more);
  await said(one, '!watch hello', there);
  await one.sees(() => beside(one).includes('This thread shows "hello", as `a thread on fake` does'));
  return one;
}

async function asks(one: World, text: string, where: Parameters<World['say']>[1] = {}): Promise<void> {
  const before = one.agent.prompts.length;
  await one.say(text, where);
  await one.sees(() => one.agent.prompts.length === before + 1);
}

async function restart(one: World): Promise<void> {
  await worlds.halt();
  one.start();
}

describe('a session in two places', () => {
  test('a prompt of one is quoted in the other, and its answer grows in both', async () => {
    const one = await watched();
    expect(beside(one)).not.toContain('Hi');
    await asks(one, 'list the files\nof src');
    one.agent.write('Two files');
    await one.sees(() => here(one).includes('Two files') && beside(one).includes('Two files'));
    expect(one.other.message('Two files').content.live).toBe(true);
    one.agent.write('Two files: a and b');
    one.agent.end();
    await settled(one);
    expect(one.other.screen().slice(1)).toEqual([
      'From Ann on fake:\n\n> list the files\\\n> of src',
      expect.stringMatching(/^Two files: a and b \| model · build · .* · 10 tokens$/),
    ]);
    expect(here(one)).not.toContain('From Ann');
    expect(here(one)).toContain('Two files: a and b');
  });

  test('both feed one queue, in order of acceptance; what waits is seen only where it was said', async () => {
    const one = await watched();
    await asks(one, 'first');
    await one.sees(() => beside(one).includes('> first'));
    await said(one, 'second', there);
    await one.sees(() => beside(one).includes('Queued behind 1 message.'));
    expect(here(one)).not.toContain('second');
    one.agent.end();
    await one.sees(() => one.agent.prompts.length === 2);
    expect(one.agent.prompts[1]?.ref.session).toBe('ses_1');
    await one.sees(() => here(one).includes('From Ann on other:\n\n> second'));
    expect(beside(one)).not.toContain('> second');
    one.agent.write('Done both');
    one.agent.end();
    await settled(one);
    expect(here(one)).toContain('Done both');
    expect(beside(one)).toContain('Done both');
  });

  test('a long turn calls its author back, in the thread where it was asked and nowhere else', async () => {
    const one = await watched();
    await asks(one, 'take your time');
    one.agent.write('Long');
    await one.sees(() => beside(one).includes('Long'));
    await sql`update prompt set sent_at = sent_at - interval '1 minute' where settled_at is null`.execute(
      worlds.db(),
    );
    one.agent.end();
    await settled(one);
    expect(one.platform.message('Long').content).toMatchObject({ silent: false, mention: 'fake:ann' });
    expect(one.other.message('Long').content.silent).toBe(true);
    expect(one.other.message('Long').content.mention).toBeUndefined();
  });

  test('a message that was sent into the run is quoted in the other place', async () => {
    const one = await watched();
    await asks(one, 'go');
    one.agent.write('Going');
    await said(one, '!steer and faster');
    await one.sees(() => beside(one).includes('From Ann on fake:\n\n> and faster'));
    one.agent.end();
    await settled(one);
  });

  test('what somebody writes at the agent server is quoted in both', async () => {
    const one = await watched();
    const ref = { session: firstSession, directory: '/' };
    await one.agent.prompt({
      ref,
      messageId: serverMessageId('msg_there'),
      parts: [{ id: 'prt', text: 'from there' }],
    });
    one.agent.write('Seen');
    await one.sees(() => here(one).includes('Seen') && beside(one).includes('Seen'));
    one.agent.end();
    await settled(one);
    for (const seen of [here(one), beside(one)]) {
      expect(seen).toContain('From somebody at the agent server:\n\n> from there');
      expect(seen).toContain('Seen');
    }
  });

  test('two threads of one platform are told apart by more than its name', async () => {
    const one = await alone();
    await said(one, '!watch hello', { thread: 't2' });
    await asks(one, 'go');
    await one.sees(() =>
      one.platform.screen('t2').some((text) => text.startsWith('From Ann in a thread on fake:')),
    );
    one.agent.end();
    await settled(one);
  });
});

describe('a card in two places', () => {
  test('is answered in one, and says in the other who did and where', async () => {
    const one = await watched();
    await asks(one, 'go');
    one.agent.ask(permission);
    await one.sees(() => here(one).includes('[Allow once]') && beside(one).includes('[Allow once]'));
    expect(one.other.message('ls -la').content.silent).toBe(false);
    const ben: Author = { id: 'fake:ann', name: 'Ben' };
    await one.press('Allow once', { ...there, author: ben });
    await one.sees(() => /✓ Allowed once by Ben on other · \d\d:\d\d/.test(here(one)));
    await one.sees(() => /✓ Allowed once by Ben · \d\d:\d\d/.test(beside(one)));
    expect(here(one)).not.toContain('[Allow once]');
    expect(one.agent.replies).toEqual(['per_1 once']);
    one.agent.end();
    await settled(one);
  });

  test('a press that comes later is told who was first, and where', async () => {
    const one = await watched();
    await asks(one, 'go');
    one.agent.ask(permission);
    await one.sees(() => beside(one).includes('[Allow once]') && here(one).includes('[Allow once]'));
    const { message, button } = one.platform.button('Allow once');
    await one.press('Reject', there);
    await one.sees(() => one.agent.replies.length === 1);
    await one.receive({ type: 'button', message, token: button.token });
    await one.sees(() => /^Ann on other already answered this at \d\d:\d\d\.$/.test(whispered(one)));
    expect(one.agent.replies).toEqual(['per_1 reject']);
    one.agent.end();
    await settled(one);
  });

  test('a reply to it is asked back about where it was written', async () => {
    const one = await watched();
    await asks(one, 'go');
    one.agent.ask(permission);
    await one.sees(() => beside(one).includes('[Allow once]'));
    await said(one, 'not now', { ...there, replyTo: one.other.message('ls -la').id });
    await one.sees(() => beside(one).includes('[Reject with these words]'));
    expect(here(one)).not.toContain('[Reject with these words]');
    await one.press('Reject with these words', there);
    await one.sees(() => here(one).includes(': not now'));
    expect(here(one)).toMatch(/✗ Rejected by Ann on other · \d\d:\d\d: not now/);
    one.agent.end();
    await settled(one);
  });

  test('may be answered only by who may in that very room', async () => {
    const one = await watched();
    const eve: Author = { id: 'other:eve', name: 'Eve' };
    await asks(one, 'go');
    one.agent.ask(permission);
    await one.sees(() => beside(one).includes('[Allow once]'));
    await one.press('Allow once', { ...there, author: eve, room: 'thread' });
    await handled(one);
    expect(one.agent.replies).toEqual([]);
    expect(one.other.whispers.at(-1)?.text).toMatch(/^Only admins may decide this/);
    one.agent.end();
    await settled(one);
  });

  test('[Stop] works in both, and both say who pressed it', async () => {
    const one = await watched();
    await asks(one, 'go');
    one.agent.write('Working');
    await one.sees(() => beside(one).includes('[Stop]'));
    await one.press('Stop', there);
    await one.sees(() => here(one).includes('Stopped by Ann on other.'));
    await one.sees(() => beside(one).includes('Stopped by Ann.'));
    await settled(one);
  });

  test('a button of a session that the thread does not show does nothing', async () => {
    const one = await alone();
    await asks(one, 'go');
    one.agent.write('Working');
    await one.sees(() => here(one).includes('[Stop]'));
    const { token } = one.platform.button('Stop').button;
    await one.receive({ type: 'button', message: 'm1', token, ...there });
    await one.sees(() => one.other.whispers.at(-1)?.text.includes('no longer known'));
    expect(one.agent.aborts).toEqual([]);
    one.agent.end();
    await settled(one);
  });
});

describe('a place that is ill', () => {
  test('does not hold the other back, and shows the answer when it is well', async () => {
    const one = await watched();
    one.platform.faults.push({ failure: { reason: 'rate-limited', retryAfterMs: 600_000 } });
    await asks(one, 'go');
    await one.sees(() => one.platform.faults.length === 0);
    one.agent.write('Shown');
    one.agent.end();
    await one.sees(() => beside(one).includes('Shown') && !beside(one).includes('[Stop]'));
    expect(here(one)).not.toContain('Shown');
    expect(await one.store.prompts.unfinished(one.agent.server)).toMatchObject([{ state: 'answered' }]);
    await asks(one, 'next', there);
    one.clock.shift(600_000);
    await one.sees(() => here(one).includes('Shown'));
    one.agent.end();
    await settled(one);
  });

  test.each(['gone', 'forbidden'] as const)('and %s does not keep the turn for ever', async (reason) => {
    const one = await watched();
    one.other.faults.push(...Array.from({ length: 40 }, () => ({ failure: { reason } }) as const));
    await asks(one, 'go');
    one.agent.write('Shown');
    one.agent.end();
    await settled(one);
    expect(here(one)).toContain('Shown');
    expect(beside(one)).not.toContain('Shown');
  });

  test('and switched off holds nothing of the others', async () => {
    const one = await watched();
    await worlds.halt();
    one.start('two', undefined, undefined, ['fake']);
    await asks(one, 'go');
    one.agent.write('Shown');
    one.agent.end();
    await settled(one);
    expect(here(one)).toContain('Shown');
  });
});

describe('a restart', () => {
  test('in the middle of a turn goes on with the same messages in both places', async () => {
    const one = await watched();
    await asks(one, 'go');
    one.agent.write('Half');
    await one.sees(() => here(one).includes('Half') && beside(one).includes('Half'));
    await restart(one);
    one.agent.write('Half and whole');
    one.agent.end();
    await settled(one);
    for (const screen of [one.platform.screen(), one.other.screen()]) {
      expect(screen.filter((text) => text.includes('Half'))).toEqual([
        expect.stringContaining('Half and whole'),
      ]);
      expect(screen.filter((text) => text.includes('> go')).length).toBeLessThan(2);
    }
    expect(beside(one)).toContain('> go');
  });

  test('between what one place and the other were shown, the other is shown the rest', async () => {
    const one = await watched();
    await asks(one, 'go');
    one.agent.write('Half');
    await one.sees(() => here(one).includes('Half') && beside(one).includes('Half'));
    one.platform.faults.push({ failure: { reason: 'rate-limited', retryAfterMs: 600_000 } });
    one.agent.write('Half and whole');
    one.agent.end();
    await one.sees(() => beside(one).includes('Half and whole | model'));
    await one.sees(() => one.platform.faults.length === 0);
    expect(here(one)).not.toContain('whole');
    await worlds.halt();
    const before = one.other.attempts.length;
    one.start();
    await settled(one);
    expect(here(one)).toContain('Half and whole');
    expect(one.other.attempts.slice(before)).toEqual([]);
  });

  test('after a thread let go, and before it was told, finds what looks as if it went on', async () => {
    const one = await watched();
    await asks(one, 'go');
    one.agent.write('Half');
    await one.sees(() => beside(one).includes('Half'));
    one.other.faults.push({ failure: { reason: 'rate-limited', retryAfterMs: 600_000 } });
    one.agent.write('Half, more');
    await one.sees(() => one.other.faults.length === 0);
    await said(one, '!detach', there);
    expect(one.other.message('Half').content.live).toBe(true);
    await restart(one);
    await one.sees(() => beside(one).includes('It goes on elsewhere'));
    expect(one.other.message('Half').content.live).toBe(false);
    one.agent.write('Half, more and whole');
    one.agent.end();
    await settled(one);
    expect(beside(one)).not.toContain('whole');
  });
});

describe('a place that comes or goes', () => {
  test('in the middle of a turn shows all of it from its beginning', async () => {
    const one = await alone();
    await asks(one, 'go');
    one.agent.write('Half');
    await one.sees(() => here(one).includes('Half'));
    await said(one, '!watch hello', there);
    await one.sees(() => beside(one).includes('> go') && beside(one).includes('Half'));
    await one.sees(() => here(one).includes('Ann on other watches this session from now on.'));
    one.agent.end();
    await settled(one);
    expect(one.other.message('Half').content.live).toBe(false);
  });

  test('lets go in the middle of a turn: what it shows comes to rest, and the turn goes on in the other', async () => {
    const one = await watched();
    await asks(one, 'go');
    one.agent.write('Half');
    one.agent.ask(permission);
    await one.sees(() => beside(one).includes('[Allow once]'));
    const card = one.other.message('ls -la').id;
    await said(one, '!detach', there);
    await one.sees(() => beside(one).includes('let go of its session, which goes on in `a thread on fake`'));
    await one.sees(() => !beside(one).includes('[Allow once]'));
    expect(beside(one)).toContain('It goes on elsewhere and is no longer shown here.');
    expect(one.other.screen().some((text) => text.includes('▸'))).toBe(false);
    await said(one, 'a new matter', { ...there, replyTo: card });
    await one.sees(() => one.agent.prompts.length === 3);
    expect(one.agent.prompts[2]?.ref.session).toBe('ses_2');
    expect(one.agent.replies).toEqual([]);
    await one.press('Allow once');
    await one.sees(() => one.agent.replies.length === 1);
    one.agent.write('Half and whole');
    one.agent.end();
    await one.sees(() => here(one).includes('Half and whole') && !here(one).includes('[Stop]'));
    expect(beside(one)).not.toContain('whole');
    expect(beside(one)).not.toContain('Allowed');
    one.agent.end({}, 'ses_2');
    await settled(one);
  });

  test('and comes back to the same turn: its messages go on', async () => {
    const one = await watched();
    await asks(one, 'go');
    one.agent.write('Half');
    await one.sees(() => beside(one).includes('Half'));
    await said(one, '!unwatch', there);
    await one.sees(() => beside(one).includes('Half | It goes on elsewhere'));
    await said(one, '!watch hello', there);
    one.agent.write('Half and whole');
    one.agent.end();
    await settled(one);
    expect(one.other.screen().filter((text) => text.includes('Half'))).toEqual([
      expect.stringContaining('Half and whole | model'),
    ]);
  });

  test('cannot let go of what was asked there, nor the last of what runs', async () => {
    const one = await watched();
    await asks(one, 'go', there);
    one.agent.write('A beginning.');
    await one.sees(() => here(one).includes('A beginning.') && beside(one).includes('A beginning.'));
    await said(one, '!new', there);
    expect(one.other.whispers.at(-1)?.text).toContain('The agent is at work in this session.');
    await said(one, '!new');
    await one.sees(() => here(one).includes('The next message begins a new session.'));
    await one.sees(() => here(one).includes('It goes on elsewhere and is no longer shown here.'));
    one.agent.write('A beginning. For the other');
    one.agent.end();
    await one.sees(() => beside(one).includes('For the other'));
    await settled(one);
    expect(here(one)).not.toContain('For the other');
  });
});

describe('who may watch what', () => {
  test('attach is refused where another thread drives the session, and names the way', async () => {
    const one = await alone();
    await said(one, '!attach hello', there);
    expect(one.other.whispers.at(-1)?.text).toMatch(
      /^Another thread drives that session: `a thread on fake`\. Say `!detach` there first, or `!watch ses_1` to show it here as well; nothing was changed\.$/,
    );
  });

  test('the list of sessions watches what is elsewhere; status names the places', async () => {
    const one = await alone();
    await said(one, '!sessions', there);
    await one.sees(() => beside(one).includes('[Watch 1 hello]'));
    await one.press('Watch 1 hello', there);
    await one.sees(() => beside(one).includes('This thread shows "hello", as `a thread on fake` does'));
    await said(one, '!status');
    await one.sees(() => here(one).includes('Also shown in: `a thread on other`'));
    await said(one, '!sessions', there);
    await one.sees(() => /"hello" · .* ago · here and in `a thread on fake`/.test(beside(one)));
  });

  test('people who were let in watch what they have prompted, and nothing else', async () => {
    const one = await alone();
    const ben: Author = { id: `other:ben-${one.agent.server}`, name: 'Ben' };
    const asBen = { ...there, thread: 'b', author: ben };
    await letIn(one, ben);
    await said(one, '!watch hello', asBen);
    expect(one.other.whispers.at(-1)?.text).toMatch(/^There is no session `hello` that you could watch\./);
    await asks(one, 'of Ben', asBen);
    one.agent.end({}, 'ses_2');
    one.agent.shelf.sessions.push({
      id: serverSessionId('ses_2'),
      title: 'of Ben',
      updatedAt: 0,
      origin: undefined,
    });
    await settled(one);
    await said(one, '!watch of Ben', { ...asBen, thread: 'b2' });
    await one.sees(() =>
      one.other
        .screen('b2')
        .some((text) => text.startsWith('This thread shows "of Ben", as `a thread on other` does')),
    );
  });

  test('a session of another project of the server works in that project', async () => {
    const one = await alone();
    await said(one, '!watch hello', { ...there, project: 'docs' });
    await said(one, '!status', there);
    await one.sees(() => /^api on server\d+ · session "hello"/m.test(beside(one)));
    await said(one, '!detach', there);
    await said(one, '!status', there);
    await one.sees(() => /^docs on server\d+ · no session yet/m.test(beside(one)));
  });

  test('what is done to the session is told in the other place', async () => {
    const one = await watched();
    one.agent.shelf.prompts = [{ id: serverMessageId('msg_a'), text: 'hello', answered: true }];
    await said(one, '!rename Dates', there);
    await said(one, '!undo', there);
    await said(one, '!redo', there);
    await said(one, '!compact', there);
    await one.sees(() => here(one).includes('The conversation was summarised'));
    expect(one.platform.screen().slice(1)).toEqual([
      'Ann on other watches this session from now on.',
      'Ann on other named this session "Dates".',
      'Ann on other took back "hello" and the answer to it; no file had changed.',
      'Ann on other brought back "hello" and the answer to it.',
      'The conversation was summarised to make room; nothing was lost in this thread.',
    ]);
  });
});

function whispered({ platform }: World): string {
  return platform.whispers.at(-1)?.text ?? '';
}

async function letIn(one: World, person: Author): Promise<void> {
  const at = { ...there, thread: 'b' };
  await said(one, 'hello?', { ...at, author: person });
  await one.sees(() => one.other.screen('b').some((text) => text.includes('in with code')));
  const [, code = ''] = /`(\S{9})`/.exec(one.other.message('in with code', 'b').content.markdown) ?? [];
  await said(one, `!pair ${code}`, { thread: 'ann' });
  await one.sees(() => one.other.screen('b').some((text) => text.includes('You are in')));
}
