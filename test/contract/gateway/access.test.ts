import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { Author, InboundEvent, Room } from '../../../src/core/channel.ts';
import { serverRequestId } from '../../../src/core/ids.ts';
import { letIn } from '../../../src/gateway/access/pairing.ts';
import { createIds } from '../../../src/gateway/ids.ts';
import type { World } from './world.ts';
import { createOpenWorlds, firstSession, type Making, shows } from './worlds.ts';

const worlds = createOpenWorlds();

const numbers = { last: 0 };
const ann: Author = { id: 'fake:ann', name: 'Ann' };

/** A world of its own with a person of its own: people are the same in every channel of a database. */
function start(more?: Making): { readonly one: World; readonly eve: Author } {
  const one = worlds.begin(more);
  numbers.last += 1;
  return { one, eve: { id: `fake:eve${numbers.last}`, name: `Eve ${numbers.last}` } };
}

interface Said {
  readonly author?: Author;
  readonly thread?: string;
  readonly room?: Room;
  readonly addressed?: boolean;
  readonly [more: string]: unknown;
}

/** Says it; resolves with the message's id when it was handled. */
async function say(one: World, text: string, said: Said = {}): Promise<string> {
  numbers.last += 1;
  const message = `message${numbers.last}`;
  await one.receive({ type: 'message', message, text, addressed: true, author: ann, ...said });
  await handled(one);
  return message;
}

const handled = (one: World) =>
  one.sees(async () => (await one.store.inbox.pending(one.agent.server, 10, [])).length === 0);

const prompted = ({ agent }: World) => agent.prompts.flatMap(({ parts }) => parts.map(({ text }) => text));

async function codeOf(one: World, eve: Author, thread = 'eve'): Promise<string> {
  await say(one, 'hello?', { author: eve, thread });
  await one.sees(() => shows(one, 'in with code', thread));
  return (
    /`([2-9A-Z]{4}-[2-9A-Z]{4})`/.exec(one.platform.message('in with code', thread).content.markdown)?.[1] ??
    ''
  );
}

async function pair(one: World, eve: Author): Promise<void> {
  await say(one, `!pair ${await codeOf(one, eve)}`, { thread: 'ann' });
  await one.sees(() => shows(one, 'You are in', 'eve'));
}

const group = { room: 'thread', thread: 'group' } as const;

describe('an unknown person in private', () => {
  test('gets one message with a code, and nothing of theirs reaches the agent', async () => {
    const { one, eve } = start();
    await codeOf(one, eve);
    await say(one, 'do it', { author: eve, thread: 'eve' });
    await one.receive({ type: 'command', name: 'start', text: '', author: eve, thread: 'eve' });
    await handled(one);
    expect(one.platform.screen('eve')).toEqual([
      expect.stringMatching(
        /^I don't know you yet\. Ask an admin to let you in with code `\S{9}`, which is valid for one hour; then send your message again\.$/,
      ),
    ]);
    expect(one.agent.prompts).toEqual([]);
  });

  test('a command in the platform’s own form gets the code too, known to us or not', async () => {
    const { one, eve } = start();
    await one.receive({ type: 'command', name: 'start', text: '', author: eve, thread: 'eve' });
    await one.sees(() => shows(one, 'in with code', 'eve'));
  });

  test('is let in by an admin with the code, is told so, and may from then on', async () => {
    const { one, eve } = start();
    const code = await codeOf(one, eve);
    await say(one, `!pair ${code.toLowerCase()}`, { thread: 'ann' });
    await one.sees(() => shows(one, 'You are in: Ann let you in.', 'eve'));
    await one.sees(() => shows(one, `${eve.name} (\`${eve.id}\`) is let in.`, 'ann'));
    await say(one, 'fix it', { author: eve, thread: 'eve' });
    await one.sees(() => one.agent.prompts.length === 1);
    expect(prompted(one)).toEqual(['fix it']);
  });

  test('who was put out changes nothing of what still waits', async () => {
    const { one, eve } = start();
    await pair(one, eve);
    await say(one, 'long job', { author: eve, thread: 'eve' });
    await one.sees(() => one.agent.prompts.length === 1);
    const message = await say(one, 'then this', { author: eve, thread: 'eve' });
    await one.store.people.unpair(eve.id);
    await one.receive({
      type: 'message-edited',
      message,
      text: 'something else',
      author: eve,
      thread: 'eve',
    });
    await handled(one);
    one.agent.end();
    await one.sees(() => one.agent.prompts.length === 2);
    expect(prompted(one)).toEqual(['long job', 'then this']);
  });

  test('is told once, however often the code is given and the gateway begins anew', async () => {
    const { one, eve } = start();
    const code = await codeOf(one, eve);
    await say(one, `!pair ${code}`, { thread: 'ann' });
    await say(one, `!pair ${code}`, { thread: 'ann' });
    await one.sees(() => one.platform.screen('ann').length === 2);
    await worlds.halt();
    one.start();
    await say(one, '!who', { author: eve, thread: 'eve' });
    await one.sees(() => shows(one, 'Let in:', 'eve'));
    expect(one.platform.screen('eve').filter((text) => text.includes('You are in'))).toHaveLength(1);
    expect(one.platform.screen('eve').filter((text) => text.includes('in with code'))).toHaveLength(1);
  });

  test('is told at the next start where an operator let them in while nothing ran', async () => {
    const { one, eve } = start();
    const code = await codeOf(one, eve);
    await worlds.halt();
    await letIn(one.store, createIds('secret'), { text: code, by: 'operator', attempt: 'cli:1' });
    expect(shows(one, 'You are in', 'eve')).toBe(false);
    one.start();
    await one.sees(() => shows(one, 'You are in: an operator let you in.', 'eve'));
  });

  test('five wrong codes end the right one; the next message brings a new one', async () => {
    const { one, eve } = start();
    const code = await codeOf(one, eve);
    for (const wrong of ['2222-2222', '3333-3333', '4444-4444', '5555-5555', '6666-6666'])
      await say(one, `!pair ${wrong}`, { thread: 'ann' });
    await say(one, `!pair ${code}`, { thread: 'ann' });
    await one.sees(() =>
      one.platform.whispers.at(-1)?.text.includes(`That code of ${eve.name} is no longer valid`),
    );
    await say(one, 'fix it', { author: eve, thread: 'eve' });
    await one.sees(() => one.platform.screen('eve').length === 2);
    expect(one.platform.message('in with code', 'eve').content.markdown).not.toContain(code);
    expect(one.agent.prompts).toEqual([]);
  });

  test('a code does nothing in the mouth of somebody who is no admin', async () => {
    const { one, eve } = start();
    await pair(one, eve);
    const mallory = { id: `${eve.id}-mallory`, name: 'Mallory' };
    const code = await codeOf(one, mallory, 'mallory');
    await say(one, `!pair ${code}`, { author: mallory, thread: 'mallory' });
    await say(one, `!pair ${code}`, { author: eve, thread: 'eve' });
    expect(one.platform.whispers.at(-1)).toEqual({
      to: eve.id,
      text: expect.stringContaining('Only admins may do this: Ann'),
    });
    await say(one, 'fix it', { author: mallory, thread: 'mallory' });
    expect(one.agent.prompts).toEqual([]);
  });
});

describe('a group', () => {
  test('unknown people, bots and those who speak as a group get no word, whatever they do', async () => {
    const { one, eve } = start();
    await say(one, 'hello', group);
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.write('Working on it');
    await one.sees(() => shows(one, '[Stop]', 'group') && shows(one, 'Working on it', 'group'));
    await one.sees(() => shows(one, 'turns it off', 'group'));
    const before = one.platform.screen('group').length;
    const bot = { ...ann, bot: true };
    const anonymous = { ...ann, anonymous: true };
    for (const author of [eve, bot, anonymous]) {
      await say(one, 'do it', { author, ...group });
      await say(one, '!status', { author, ...group });
      await say(one, '!who open', { author, ...group });
      await one.receive({ type: 'command', name: 'who', text: 'open', author, ...group });
      await handled(one);
    }
    for (const author of [bot, anonymous]) await one.press('Stop', { author, thread: 'group' });
    await handled(one);
    expect(one.platform.screen('group')).toHaveLength(before);
    expect(one.platform.whispers).toEqual([]);
    expect(one.agent.aborts).toEqual([]);
    expect(prompted(one)).toEqual(['hello']);
  });

  test('a stranger gets no word of ours, whatever they write or press, but at most one for each message', async () => {
    const { one, eve } = start();
    const where = { ...group, author: eve };
    await say(one, '!help', { ...where, attachments: [{ id: 'f', name: 'a', mime: 'text/plain', size: 1 }] });
    await say(one, '!stauts', where);
    await say(one, '!no-such-command', where);
    expect(one.platform.whispers).toEqual([]);
    for (let round = 0; round < 3; round += 1) {
      await one.receive({ type: 'button', message: 'm1', token: 'not one of ours', ...where });
      await handled(one);
    }
    expect(one.platform.whispers.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Only admins may do this/),
    ]);
    expect(one.platform.screen('group')).toEqual([]);
  });

  test('who presses without the right is told alone who may', async () => {
    const { one, eve } = start();
    await say(one, 'hello', group);
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.write('Working on it');
    await one.sees(() => shows(one, '[Stop]', 'group'));
    const { message, button } = one.platform.button('Stop', 'group');
    await one.receive({ type: 'button', message, token: button.token, author: eve, ...group });
    await handled(one);
    expect(one.platform.whispers).toEqual([
      { to: eve.id, text: expect.stringMatching(/^Only people who were let in may do this: .*Ann/) },
    ]);
    expect(one.agent.aborts).toEqual([]);
  });

  test('a card is decided by a paired person, and by nobody else', async () => {
    const { one, eve } = start();
    await pair(one, eve);
    await say(one, 'hello', group);
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.ask({
      kind: 'permission',
      id: serverRequestId('per_1'),
      session: firstSession,
      from: firstSession,
      permission: 'bash',
      patterns: ['ls'],
      subject: 'ls -l',
    });
    await one.sees(() => shows(one, '[Allow once]', 'group'));
    const { message, button } = one.platform.button('Allow once', 'group');
    const press = async (author: Author) => {
      await one.receive({ type: 'button', message, token: button.token, author, ...group });
      await handled(one);
    };
    const zoe = { id: `${eve.id}-zoe`, name: 'Zoe' };
    await press(zoe);
    await press(zoe);
    expect(one.platform.whispers).toEqual([
      { to: zoe.id, text: expect.stringMatching(/^Only people who were let in may decide this: .*Ann/) },
    ]);
    expect(one.agent.replies).toEqual([]);
    await press(eve);
    expect(one.agent.replies).toEqual(['per_1 once']);
  });

  test('is opened to paired people by the first message of an admin, who is told, and closed again', async () => {
    const { one, eve } = start();
    await pair(one, eve);
    const asks = (text: string) => say(one, text, { author: eve, ...group });
    await asks('before');
    expect(one.platform.screen('group')).toEqual([]);

    await say(one, 'hello', group);
    await one.sees(() => shows(one, '`!who close` turns it off', 'group'));
    await asks('after');
    await say(one, '!who close', group);
    await one.sees(() => shows(one, 'Here only admins may talk to me.', 'group'));
    await asks('closed');
    await say(one, 'hello again', group);
    await asks('still closed');
    await say(one, '!who open', group);
    await one.sees(() => shows(one, 'Here all of them may talk to me.', 'group'));
    await asks('open');

    one.agent.write('Done');
    for (const count of [2, 3, 4]) {
      one.agent.end();
      await one.sees(() => one.agent.prompts.length === count);
    }
    const theirs = (text: string) => `${eve.name}: ${text}`;
    expect(prompted(one)).toEqual(['hello', theirs('after'), 'Ann: hello again', theirs('open')]);
    expect(one.platform.screen('group').filter((text) => text.includes('turns it off'))).toHaveLength(1);
  });

  test('a message of a bot or a paired person opens nothing', async () => {
    const { one, eve } = start();
    await pair(one, eve);
    await say(one, 'hello', { author: { ...ann, bot: true }, ...group });
    await say(one, 'hello', { author: eve, ...group });
    expect(one.agent.prompts).toEqual([]);
  });

  test('a channel that moved stays open', async () => {
    const { one } = start();
    await say(one, 'hello', group);
    const { rows } = await sql<{ channel: string }>`
      select channel from thread where server = ${one.agent.server} and thread = 'group'`.execute(
      worlds.db(),
    );
    const from = rows[0]?.channel ?? '';
    await one.store.openings.move('fake', from, `${from}-moved`);
    expect(await one.store.openings.of({ platform: 'fake', channel: `${from}-moved` })).toMatchObject({
      open: true,
    });
  });
});

describe('who was put out', () => {
  test.each([
    ['by id', (eve: Author) => eve.id],
    ['by name', (eve: Author) => eve.name],
  ])('may do nothing any more (%s)', async (_name, wordFor) => {
    const { one, eve } = start();
    await pair(one, eve);
    await say(one, `!unpair ${wordFor(eve)}`, { thread: 'ann' });
    await one.sees(() => shows(one, 'is no longer let in', 'ann'));
    await say(one, 'fix it', { author: eve, thread: 'eve' });
    await one.sees(
      () => one.platform.screen('eve').filter((text) => text.includes('in with code')).length === 2,
    );
    expect(one.agent.prompts).toEqual([]);
  });

  test('an admin is not put out here, and nobody unknown is', async () => {
    const { one } = start();
    await say(one, '!unpair fake:ann', { thread: 'ann' });
    await say(one, '!unpair somebody', { thread: 'ann' });
    expect(one.platform.whispers.map(({ text }) => text)).toEqual([
      'fake:ann is an admin by configuration: an operator can change DRAGOMAN_ADMINS.',
      'Nobody known here is called "somebody".',
    ]);
  });
});

test('who: admins, paired people, and this place', async () => {
  const { one, eve } = start({ settings: { admins: ['fake:ann', 'fake:never-met'] } });
  await pair(one, eve);
  await say(one, '!who', { author: eve, thread: 'eve' });
  await one.sees(() => shows(one, 'Let in:', 'eve'));
  const text = one.platform.message('Let in:', 'eve').content.markdown;
  expect(text).toContain('Admins: Ann (`fake:ann`), `fake:never-met`');
  expect(text).toMatch(new RegExp(`Let in: .*${eve.name} \\(\`${eve.id}\`\\)`));
  expect(text).toContain('This is a private chat.');
});

describe('why', () => {
  test('as a reply, and for the last one of the thread, with a reference that the log has', async () => {
    const { one, eve } = start();
    const unheard = await say(one, 'just talking', { ...group, addressed: false });
    await say(one, 'me too', { author: eve, ...group });
    await say(one, '!why', group);
    await one.sees(() => shows(one, 'an admin has not let its author in', 'group'));
    await say(one, '!why', { ...group, replyTo: unheard });
    await one.sees(() =>
      one.platform
        .screen('group')
        .some((text) =>
          /^Not answered: here the bot acts only when mentioned, and this thread is not one it owns\. \(\d\d:\d\d:\d\d, ref [2-9A-Z]{4}\)$/.test(
            text,
          ),
        ),
    );
    await say(one, '!why', { ...group, replyTo: 'unknown' });
    await one.sees(() => shows(one, 'No reason is recorded for that message', 'group'));
  });

  test('keeps no text of anybody, nor does the inbox once it is handled', async () => {
    const { one, eve } = start();
    await say(one, 'a private matter', { author: eve, thread: 'eve' });
    const reasons = await sql`select * from reason where author = ${eve.id}`.execute(worlds.db());
    expect(reasons.rows).toHaveLength(1);
    const inbox = await sql<{ event: InboundEvent }>`
      select event from inbox where event -> 'author' ->> 'id' = ${eve.id}`.execute(worlds.db());
    expect(inbox.rows).toHaveLength(1);
    expect(JSON.stringify([reasons.rows, inbox.rows])).not.toContain('private matter');
  });
});

describe('files', () => {
  const file = (name: string) => ({ id: name, name, mime: 'application/pdf', size: 1000 });

  test('a stranger’s file gets no other word than a stranger', async () => {
    const { one, eve } = start();
    await say(one, 'read this', { author: eve, attachments: [file('plan.pdf')], ...group });
    expect(one.platform.screen('group')).toEqual([]);
  });
});
