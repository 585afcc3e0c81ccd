import { afterEach, describe, expect, test } from 'vitest';
import { createSlackAdapter } from '../../../adapters/slack/adapter.ts';
import type { ChannelAdapter, Form, OutboundMessage, ThreadAddress } from '../../../src/core/channel.ts';
import type { ChannelFailure } from '../../../src/core/errors.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { CallFault } from '../../fake/faults.ts';
import { tokens } from '../../fake/slack.ts';
import { adapterContract } from '../adapter.ts';
import { startSlackChannel } from './channel.ts';
import { type SlackUnderTest, startSlack, until, useSlack } from './world.ts';

adapterContract('Slack', startSlackChannel);

const begin = useSlack();
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

/** A thread that Ann has begun. */
async function thread({ slack }: SlackUnderTest): Promise<ThreadAddress> {
  const { ts, told } = slack.people.say('U0ANN', 'C0API', '@dragoman go');
  expect(await told).toBe(true);
  return { platform: 'slack', channel: 'C0API', thread: ts };
}

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
        id: `mention/C0API/${ts}`,
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

  test('a pasted table, names of places and groups, and what was passed on arrive as people see them', async () => {
    const { slack, events } = await begin();
    const cell = (text: string) => ({ type: 'raw_text', text });
    const table = {
      type: 'table',
      rows: [
        [cell('file'), cell('lines')],
        [cell('a.ts'), cell('12')],
      ],
    };
    const { told } = slack.people.say('U0ANN', 'C0API', '@dragoman sum this up', {
      attachments: [
        { fallback: '[no preview]', blocks: [table] },
        {
          is_share: true,
          author_id: 'U0BEN',
          author_name: 'Ben',
          text: 'ask <!subteam^S0TEAM> in <#C0OPS> or <#C0XXX>',
        },
      ],
    });
    expect(await told).toBe(true);
    expect(events).toMatchObject([
      {
        text: 'sum this up\n\n| file | lines |\n| --- | --- |\n| a.ts | 12 |',
        quote: { author: { name: 'Ben' }, text: 'ask @platform-team in #ops or #a-channel-out-of-sight' },
      },
    ]);
  });

  test('a mention that comes with a change is answered once, and one that was there is not run again', async () => {
    const { slack, events } = await begin();
    const late = slack.people.say('U0ANN', 'C0API', 'fix the date test');
    await late.told;
    await slack.people.edit('C0API', late.ts, '@dragoman fix the date test');
    const said = () => events.filter(({ type }) => type === 'message');
    expect(said()).toMatchObject([
      { text: 'fix the date test', addressed: false, address: { thread: 'main' } },
      { text: 'fix the date test', addressed: true, revised: true, address: { thread: late.ts } },
    ]);
    const early = slack.people.say('U0ANN', 'C0API', '@dragoman now the other');
    await early.told;
    await slack.people.edit('C0API', early.ts, '@dragoman now the other one');
    expect(said()).toHaveLength(3);
    const outside = slack.people.say('U0ANN', 'C0NOT', 'from where the bot is not');
    await outside.told;
    await slack.people.edit('C0NOT', outside.ts, '@dragoman from where the bot is not');
    await slack.people.edit('C0NOT', outside.ts, '@dragoman from where the bot is not yet');
    expect(said()).toHaveLength(4);
  });

  test('guests, people of other organisations and bots are told as such', async () => {
    const { slack, events } = await begin();
    for (const user of ['U0GUS', 'U0OUT', 'U0ROB', 'U0SIS'])
      await slack.people.say(user, 'C0API', '@dragoman let me in').told;
    expect(events.map(({ author }) => author)).toEqual([
      { id: 'slack:U0GUS', name: 'Gus', guest: true },
      { id: 'slack:U0OUT', name: 'Olga', outside: true },
      { id: 'slack:U0ROB', name: expect.any(String), bot: true },
      { id: 'slack:U0SIS', name: 'Sina' },
    ]);
  });

  test('a thread keeps its order while the facts of a first speaker are looked up; no other thread waits', async () => {
    const { slack, events } = await begin();
    const root = slack.people.say('U0BEN', 'C0API', 'known');
    await root.told;
    const open = slack.faults.hold('users.info');
    const first = slack.people.say('U0ANN', 'C0API', 'one', { thread: root.ts });
    const second = slack.people.say('U0BEN', 'C0API', 'two', { thread: root.ts });
    await until(() => slack.requests.filter(({ method }) => method === 'users.info').length === 2);
    expect(await slack.people.say('U0BEN', 'C0API', 'elsewhere').told).toBe(true);
    open();
    expect(await Promise.all([first.told, second.told])).toEqual([true, true]);
    const said = events.map((event) => event.type === 'message' && event.text);
    expect(said).toEqual(['known', 'elsewhere', 'one', 'two']);
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
      'dragoman (only to you): All is well.',
    ]);
    expect(slack.screen({ channel: 'C0NOT', viewer: 'U0BEN' })).toEqual([]);
  });

  test('of the two events of a mention the one with the files counts, whichever comes first', async () => {
    const { slack, events } = await begin();
    const file = { id: 'F1', name: 'log.txt', mimetype: 'text/plain', size: 12 };
    const said = { user: 'U0ANN', text: '<@U0BOT> see here', ts: '1767268800.000100', channel: 'C0API' };
    await Promise.all([
      slack.tell({ ...said, type: 'app_mention', event_ts: said.ts }),
      slack.tell({ ...said, type: 'message', event_ts: said.ts, subtype: 'file_share', files: [file] }),
    ]);
    expect(events).toMatchObject([{ text: 'see here', attachments: [{ id: 'F1' }] }]);
  });

  test('an app that is removed says so; a person who takes back a token of their own does not matter', async () => {
    const { slack, health } = await begin();
    await slack.tell({ type: 'tokens_revoked', tokens: { oauth: ['U0ANN'] } });
    expect(health.problem).toBeUndefined();
    await slack.tell({ type: 'tokens_revoked', tokens: { bot: ['U0BOT'] } });
    expect(health.problem).toMatchInlineSnapshot(
      `"The app was removed from the Slack workspace. Install it again, set the new SLACK_BOT_TOKEN, and restart."`,
    );
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

describe('what the agent shows', () => {
  test('text, small print and buttons stand in the thread; an edit leaves no mark', async () => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    const id = await adapter.post(address, words('▸ Working', { kind: 'activity', live: true }), 'key-1');
    await adapter.post(address, words('# Done\n\nIt was `Array<string>`, not Array<number>.'), 'key-2');
    const buttons = [
      { label: 'Allow once', token: 't1', style: 'primary' as const },
      { label: 'Reject', token: 't2', style: 'danger' as const },
    ];
    await adapter.edit(address, id, words('⚠ Wants to run', { buttons, footnote: 'in api · 3 < 4' }));
    expect(slack.screen(address)).toEqual([
      'Ann: @dragoman go',
      'dragoman: ⚠ Wants to run | [Allow once] [Reject] | in api · 3 < 4',
      'dragoman: Done\n\nIt was Array<string>, not Array<number>.',
    ]);
  });

  test('nothing rings but the one mention that may', async () => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    const nasty =
      '<!channel> <@U0BEN> <#C0OPS|ops> <!subteam^S1|team> `<!here>`\n\n```\n<!everyone|x>\n```\n<https://evil.example|bank> <https://ok.example>';
    const loud = await adapter.post(address, words(nasty, { footnote: '<!channel>' }), 'key-1');
    expect(slack.acts('C0API', loud)).toEqual([]);
    expect(JSON.stringify(slack.message('C0API', loud))).toContain('<https://ok.example>');
    expect(JSON.stringify(slack.message('C0API', loud))).not.toContain('<https://evil.example|');
    const meant = await adapter.post(address, words('Done.', { mention: 'slack:U0ANN' }), 'key-2');
    expect(slack.acts('C0API', meant)).toEqual(['@U0ANN']);
  });

  test('in a direct message it stands beside what was said', async () => {
    const { adapter, slack } = await begin();
    await slack.people.say('U0ANN', 'D0ANN', 'hello').told;
    const address = { platform: 'slack', channel: 'D0ANN', thread: 'main' };
    const id = await adapter.post(address, words('Hello.'), 'key-1');
    expect(slack.screen({ channel: 'D0ANN' })).toEqual(['Ann: hello', 'dragoman: Hello.']);
    expect(await adapter.find?.(address, 'key-1')).toBe(id);
  });

  test('a sign of hearing stands under the thread until the first message; who has no such line is not asked again', async () => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    await adapter.showTyping?.(address);
    expect([...slack.world.statuses.values()].map(({ line }) => line)).toEqual(['is on it …']);
    await adapter.post(address, words('Here.'), 'key-1');
    expect([...slack.world.statuses.values()]).toEqual([]);
    slack.faults.onCall('assistant.threads.setStatus', {
      type: 'answer',
      status: 200,
      body: { ok: false, error: 'missing_scope', needed: 'assistant:write' },
    });
    for (let count = 0; count < 3; count += 1) await adapter.showTyping?.(address);
    expect(slack.requests.filter(({ method }) => method === 'assistant.threads.setStatus')).toHaveLength(2);
  });

  test('a post whose answer was lost is found, also behind hundreds of messages', async () => {
    const world = await begin({ fake: { limits: false } });
    const { adapter, slack } = world;
    const address = await thread(world);
    for (let count = 0; count < 250; count += 1)
      await adapter.post(address, words(`${count}`), `key-${count}`);
    slack.faults.onCall('chat.postMessage', { type: 'apply-then-cut' });
    await expect(adapter.post(address, words('in doubt'), 'key-x')).rejects.toMatchObject({
      failure: { reason: 'unavailable' },
    });
    const found = (await adapter.find?.(address, 'key-x')) ?? '';
    expect(slack.message('C0API', found)?.text).toBe('in doubt');
    expect(await adapter.find?.(address, 'key-y')).toBeUndefined();
    expect(slack.requests.filter(({ body }) => body.includes('key-x'))).toHaveLength(1);
  });
});

const reason: Form = {
  token: 'form-token',
  title: 'Reject with reason',
  submit: 'Reject',
  fields: [{ id: 'reason', label: 'Reason', options: [], multiple: false, custom: false, required: true }],
};

const choices: Form = {
  token: 'choice-token',
  title: 'Answer',
  submit: 'Answer',
  fields: [
    {
      id: 'q0',
      label: 'Which one?',
      options: Array.from({ length: 4 }, (_, at) => ({
        label: `${at + 1} ${'long '.repeat(30)}`,
        description: 'because of this '.repeat(40),
      })),
      multiple: false,
      custom: true,
      required: true,
    },
    {
      id: 'q1',
      label: 'Which of many?',
      options: Array.from({ length: 12 }, (_, at) => ({ label: `choice ${at}`, description: '' })),
      multiple: true,
      custom: false,
      required: false,
    },
  ],
};

describe('what people press', () => {
  test('a button brings its token back, once for each press', async () => {
    const world = await begin();
    const { adapter, slack, events } = world;
    const address = await thread(world);
    const token = 'x'.repeat(64);
    const buttons = [{ label: 'Allow once', token, style: 'primary' as const }];
    const message = await adapter.post(address, words('Wants to run', { buttons }), 'key-1');
    expect(await slack.people.press('U0GUS', 'C0API', message, 'Allow once')).toEqual({});
    expect(events.at(-1)).toMatchObject({
      type: 'button',
      message,
      token,
      address,
      room: 'thread',
      author: { id: 'slack:U0GUS', guest: true },
    });
    await slack.people.press('U0GUS', 'C0API', message, 'Allow once');
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  });

  test('a form opens at once and its answer comes back', async () => {
    const first = await begin();
    const address = await thread(first);
    const buttons = [{ label: 'Reject with reason', token: 'b', style: 'plain' as const, form: reason }];
    const message = await first.adapter.post(address, words('Wants to run', { buttons }), 'key-1');
    const { people } = first.slack;
    await people.press('U0BEN', 'C0API', message, 'Reject with reason');
    expect(first.events.at(-1)?.type).toBe('message');
    expect(await people.submit('U0BEN', { reason: '' })).toEqual({
      response_action: 'errors',
      errors: { reason: 'Please write something.' },
    });
    expect(await people.submit('U0BEN', { reason: 'Not on Friday' })).toEqual({});
    expect(people.view('U0BEN')).toBeUndefined();
    expect(first.events.at(-1)).toMatchObject({
      type: 'form',
      message,
      token: 'form-token',
      address,
      room: 'thread',
      author: { id: 'slack:U0BEN' },
      fields: { reason: ['Not on Friday'] },
    });
  });

  test('a long form with choices keeps whole labels, and either a choice or own words will do', async () => {
    const world = await begin();
    const { adapter, slack, events, documents } = world;
    const address = await thread(world);
    const message = await adapter.post(address, words('Has questions', { form: choices }), 'key-1');
    expect((await documents.list('forms')).map(({ key }) => key)).toEqual(['choice-token']);
    await slack.people.press('U0ANN', 'C0API', message, 'Answer');
    expect(await slack.people.submit('U0ANN', {})).toMatchObject({ response_action: 'errors' });
    const second = choices.fields[0]?.options[1]?.label ?? '';
    const shown = `${second.trim().slice(0, 74)}…`;
    await slack.people.submit('U0ANN', { q0: shown, 'q0/own': 'and this', q1: ['choice 3', 'choice 11'] });
    expect(events.at(-1)).toMatchObject({
      type: 'form',
      token: 'choice-token',
      fields: { q0: [second, 'and this'], q1: ['choice 3', 'choice 11'] },
    });
  });

  test('a form full of quotes opens as well, and one that is no longer known says so', async () => {
    const world = await begin();
    const { adapter, slack, documents } = world;
    const address = await thread(world);
    const label = '"'.repeat(900);
    const form = { ...reason, fields: reason.fields.map((field) => ({ ...field, label })) };
    const message = await adapter.post(address, words('Has a question', { form }), 'key-1');
    await slack.people.press('U0ANN', 'C0API', message, 'Reject with reason');
    expect(slack.people.view('U0ANN')?.open).toBe(true);
    for (const { key } of await documents.list('forms')) await documents.remove('forms', key);
    expect(await slack.people.submit('U0ANN', { reason: 'No' })).toEqual({
      response_action: 'errors',
      errors: { reason: 'This form is no longer known. Answer in the thread instead.' },
    });
    await slack.people.press('U0ANN', 'C0API', message, 'Reject with reason');
    expect(slack.screen({ ...address, viewer: 'U0ANN' }).at(-1)).toMatch(/This form is no longer known/);
  });

  test('a form that Slack opens too late is told to the person alone', async () => {
    const world = await begin();
    const { adapter, slack, clock } = world;
    const address = await thread(world);
    const message = await adapter.post(address, words('Has a question', { form: reason }), 'key-1');
    const open = slack.faults.hold('views.open');
    const press = slack.people.press('U0ANN', 'C0API', message, 'Reject with reason');
    await until(() => slack.requests.some(({ method }) => method === 'views.open'));
    await clock.advance(3001);
    open();
    await press;
    await until(() => slack.screen({ ...address, viewer: 'U0ANN' }).length === 3);
    expect(slack.screen({ ...address, viewer: 'U0ANN' }).at(-1)).toBe(
      'dragoman (only to you): Slack did not open the form in time. Press the button again.',
    );
    expect(slack.screen(address)).toHaveLength(2);
  });
});

/** A second process on the same documents. */
async function another(world: SlackUnderTest): Promise<ChannelAdapter> {
  const { config, host } = world;
  const clock = { now: world.clock.now, sleep: systemClock.sleep };
  const adapter = createSlackAdapter({ config, publicUrl: '', host, clock });
  const end = new AbortController();
  const { open } = world.slack.sockets;
  const before = open();
  const run = adapter.run(end.signal);
  ends.push(async () => {
    end.abort();
    await run;
  });
  await until(() => open() === before + 2);
  return adapter;
}

describe('streams', () => {
  const live = (markdown: string) => words(markdown, { live: true });
  const calls = ({ slack }: SlackUnderTest) =>
    slack.requests
      .map(({ method }) => method)
      .filter((method) => method.startsWith('chat.'))
      .map((method) => method.slice('chat.'.length));

  test('text that grows is appended, and is whole in the end whatever was lost on the way', async () => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    const id = await adapter.post(address, live('One.'), 'key-1');
    await adapter.edit(address, id, live('One.\n\n```ts\nconst a = 1;\n```'));
    await adapter.edit(address, id, live('One.\n\n```ts\nconst a = 1;\n  const b = 2 < 3;\n```'));
    expect(slack.screen(address).at(-1)).toBe('dragoman: One.\n\nconst a = 1;\n  const b = 2 < 3;');
    expect(calls(world)).toEqual(['startStream', 'appendStream', 'appendStream', 'appendStream']);
    await adapter.edit(address, id, words('One.\n\nTwo.', { footnote: 'small' }));
    expect(slack.screen(address)).toEqual(['Ann: @dragoman go', 'dragoman: One.\n\nTwo. | small']);
    expect(slack.message('C0API', id)?.streaming).toBeUndefined();
    expect(calls(world).slice(4)).toEqual(['stopStream', 'update']);
  });

  test('what is taken back is edited, and so is all that follows', async () => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    const id = await adapter.post(address, live('One and'), 'key-1');
    await adapter.edit(address, id, live('Two'));
    await adapter.edit(address, id, live('Two and'));
    expect(slack.screen(address).at(-1)).toBe('dragoman: Two and');
    expect(calls(world)).toEqual(['startStream', 'appendStream', 'stopStream', 'update', 'update']);
  });

  test('a stream ends before Slack ends it', async () => {
    const world = await begin({ sharedTime: true });
    const { adapter, slack, clock } = world;
    const address = await thread(world);
    const id = await adapter.post(address, live('One'), 'key-1');
    await clock.advance(5 * 60_000 - 10_000);
    await adapter.edit(address, id, live('One and two'));
    expect(slack.screen(address).at(-1)).toBe('dragoman: One and two');
    expect(calls(world).slice(2)).toEqual(['stopStream', 'update']);
  });

  test('a stream that Slack has ended is edited', async () => {
    const world = await begin();
    const { adapter, slack, clock } = world;
    const address = await thread(world);
    const id = await adapter.post(address, live('One'), 'key-1');
    await clock.advance(6 * 60_000);
    await adapter.edit(address, id, live('One and two'));
    expect(slack.screen(address).at(-1)).toBe('dragoman: One and two');
  });

  test('a stream of a process that died is stopped and edited by the next one', async () => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    const id = await adapter.post(address, live('One'), 'key-1');
    const next = createSlackAdapter({ config: world.config, publicUrl: '', host: world.host });
    await next.edit(address, id, live('One and two'));
    await next.edit(address, id, words('One, two, three'));
    expect(slack.screen(address)).toEqual(['Ann: @dragoman go', 'dragoman: One, two, three']);
    expect(calls(world).slice(2)).toEqual(['update', 'stopStream', 'update', 'update']);
  });

  test('where no stream can be had the message is posted, and for a while none is asked for', async () => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    slack.faults.onCall('chat.startStream', {
      type: 'answer',
      status: 200,
      body: { ok: false, error: 'feature_not_enabled' },
    });
    await adapter.post(address, live('One'), 'key-1');
    await adapter.post(address, live('Two'), 'key-2');
    expect(slack.screen(address).slice(1)).toEqual(['dragoman: One', 'dragoman: Two']);
    expect(calls(world)).toEqual(['startStream', 'postMessage', 'postMessage']);
  });

  test('a start in doubt is found as our own message in that thread, also by the next process', async () => {
    const world = await begin({ sharedTime: true });
    const { adapter, slack } = world;
    const address = await thread(world);
    const before = await adapter.post(address, live('Zero'), 'key-0');
    await adapter.edit(address, before, words('Zero.'));
    const other = await adapter.post(address, live('Half'), 'key-half');
    slack.faults.onCall('chat.startStream', { type: 'apply-then-cut' });
    slack.faults.onCall('conversations.replies', { type: 'cut' });
    await expect(adapter.post(address, live('One'), 'key-1')).rejects.toMatchObject({
      failure: { reason: 'unavailable' },
    });
    const next = await another(world);
    expect(await next.find?.(address, 'key-2')).toBeUndefined();
    const found = (await next.find?.(address, 'key-1')) ?? '';
    expect([before, other]).not.toContain(found);
    await next.edit(address, found, words('One.'));
    await next.edit(address, other, words('Half.'));
    expect(slack.screen(address).slice(1)).toEqual(['dragoman: Zero.', 'dragoman: Half.', 'dragoman: One.']);
  });

  test('a stream whose process died before it could note the message is found by what was stored before', async () => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    const id = await adapter.post(address, live('One'), 'key-1');
    const next = await another(world);
    expect(await next.find?.(address, 'key-1')).toBe(id);
    await next.edit(address, id, words('One.'));
    expect(slack.screen(address).slice(1)).toEqual(['dragoman: One.']);
  });

  test.each([
    ['apply-then-cut', ['startStream', 'update', 'stopStream', 'update', 'postMessage']],
    ['cut', ['startStream', 'postMessage', 'postMessage']],
  ] as const)('one start in doubt (%s) holds no text back, and none is asked for a while', async (type, made) => {
    const world = await begin({ sharedTime: true });
    const { adapter, slack } = world;
    const address = await thread(world);
    slack.faults.onCall('chat.startStream', { type });
    await adapter.post(address, live('One'), 'key-1');
    expect(slack.screen(address).slice(1)).toEqual(['dragoman: One']);
    await adapter.post(address, live('Two'), 'key-2');
    expect(slack.screen(address).slice(1)).toEqual(['dragoman: One', 'dragoman: Two']);
    expect(calls(world)).toEqual(made);
  });

  test('a stream whose first piece is lost shows it at once all the same', async () => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    slack.faults.onCall('chat.appendStream', { type: 'cut' });
    await adapter.post(address, live('One'), 'key-1');
    expect(slack.screen(address).slice(1)).toEqual(['dragoman: One']);
  });

  test('a piece in doubt is mended by the next edit', async () => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    const id = await adapter.post(address, live('One'), 'key-1');
    slack.faults.onCall('chat.appendStream', { type: 'apply-then-cut' });
    await expect(adapter.edit(address, id, live('One and two'))).rejects.toMatchObject({
      failure: { reason: 'unavailable' },
    });
    await adapter.edit(address, id, live('One and two'));
    expect(slack.screen(address).at(-1)).toBe('dragoman: One and two');
  });

  test('only some of many threads stream at once, and none for a guest', async () => {
    const world = await begin({ fake: { limits: false } });
    const { adapter, slack } = world;
    const addresses = await Promise.all(Array.from({ length: 12 }, () => thread(world)));
    for (const [at, address] of addresses.entries()) await adapter.post(address, live('One'), `key-${at}`);
    expect(calls(world).filter((method) => method === 'postMessage')).toHaveLength(4);
    const { ts, told } = slack.people.say('U0GUS', 'C0OPS', '@dragoman go');
    await told;
    await adapter.post({ platform: 'slack', channel: 'C0OPS', thread: ts }, live('One'), 'key-x');
    expect(calls(world).filter((method) => method === 'startStream')).toHaveLength(8);
  });
});

describe('what Slack refuses', () => {
  const refusal = (error: string) => ({ type: 'answer', status: 200, body: { ok: false, error } }) as const;

  const refusals: readonly (readonly [CallFault, ChannelFailure])[] = [
    [refusal('message_not_found'), { reason: 'gone' }],
    [refusal('channel_not_found'), { reason: 'gone' }],
    [refusal('not_in_channel'), { reason: 'forbidden' }],
    [refusal('is_archived'), { reason: 'forbidden' }],
    [refusal('edit_window_closed'), { reason: 'forbidden' }],
    [refusal('ratelimited'), { reason: 'rate-limited', retryAfterMs: 5000 }],
    [refusal('rate_limited'), { reason: 'rate-limited', retryAfterMs: 5000 }],
    [
      { ...refusal('ratelimited'), headers: { 'retry-after': '9' } },
      { reason: 'rate-limited', retryAfterMs: 9000 },
    ],
    [refusal('internal_error'), { reason: 'unavailable' }],
    [refusal('invalid_auth'), { reason: 'unavailable' }],
    [{ type: 'answer', status: 503, body: 'oh' } as const, { reason: 'unavailable' }],
    [{ type: 'answer', status: 200, body: '<html>' } as const, { reason: 'unavailable' }],
    [{ type: 'cut' } as const, { reason: 'unavailable' }],
    // Not of Slack, whatever its status: nothing is known to have happened, and nothing is over.
    ...[200, 403, 404, 410, 500].map(
      (status) =>
        [
          { type: 'answer', status, body: '<html><h1>Login</h1></html>' },
          { reason: 'unavailable' },
        ] satisfies [CallFault, ChannelFailure],
    ),
    [{ type: 'answer', status: 200, body: {} } as const, { reason: 'unavailable' }],
    [{ type: 'answer', status: 200, body: 'null' } as const, { reason: 'unavailable' }],
    [{ type: 'answer', status: 200, body: { message: 'no upstream' } } as const, { reason: 'unavailable' }],
    [
      { type: 'answer', status: 429, body: '<html>slow down</html>' } as const,
      { reason: 'rate-limited', retryAfterMs: 5000 },
    ],
    [
      { type: 'answer', status: 429, body: { ok: false, error: 'ratelimited', retry_after: 12.5 } } as const,
      { reason: 'rate-limited', retryAfterMs: 13_000 },
    ],
    [
      {
        type: 'answer',
        status: 429,
        headers: { 'retry-after': 'soon' },
        body: { retry_after: null },
      } as const,
      { reason: 'rate-limited', retryAfterMs: 5000 },
    ],
    [
      {
        type: 'answer',
        status: 429,
        headers: { 'retry-after': '7' },
        body: { ok: false, error: 'ratelimited' },
      } as const,
      { reason: 'rate-limited', retryAfterMs: 7000 },
    ],
  ];

  test.each(refusals)('%j is told as %j, and tried once', async (fault, failure) => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    slack.faults.onCall(/^chat/, fault, { times: 2 });
    await expect(adapter.post(address, words('one'), 'key-1')).rejects.toMatchObject({ failure });
    await expect(adapter.edit(address, '1.000001', words('two'))).rejects.toMatchObject({ failure });
    expect(slack.requests.filter(({ method }) => method.startsWith('chat'))).toHaveLength(2);
  });

  test.each([
    ['msg_too_long', { reason: 'rejected' }],
    ['invalid_blocks', { reason: 'rejected' }],
    ['some_new_word', { reason: 'unknown' }],
  ])('%s, said of every form, is told as %j', async (word, failure) => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    const id = await adapter.post(address, words('before'), 'key-1');
    slack.faults.onCall(/^chat/, refusal(word), { times: 9 });
    await expect(adapter.post(address, words('one'), 'key-2')).rejects.toMatchObject({ failure });
    await expect(adapter.edit(address, id, words('two'))).rejects.toMatchObject({ failure });
    slack.faults.clear();
    expect(slack.screen(address).at(-1)).toBe('dragoman: before');
  });

  test('a long text whose blocks are refused stands in sections, each fence closed, and the last form is the words alone', async () => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    const code = Array.from({ length: 300 }, (_, at) => `const value${at} = list<${at}>(${at});`).join('\n');
    const text = `It **works**:\n\n\`\`\`ts\n${code}\n\`\`\`\n\nThat is all.`;
    slack.faults.onCall('chat.postMessage', refusal('invalid_blocks'));
    const id = await adapter.post(address, words(text, { footnote: 'small print' }), 'key-1');
    const { blocks = [] } = slack.message(address.channel, id) ?? {};
    const sections = blocks.flatMap(({ type, text: object }) =>
      type === 'section' ? [String((object as { text: string }).text)] : [],
    );
    expect(sections.length).toBeGreaterThan(3);
    for (const section of sections) expect((section.match(/^```/gm) ?? []).length % 2).toBe(0);
    expect(sections[0]).toContain('It *works*:');
    expect(sections.join('\n').match(/const value\d+/g)).toHaveLength(300);
    expect(slack.screen(address).at(-1)).toContain('That is all. | small print');
    slack.faults.onCall('chat.update', refusal('invalid_blocks'), { times: 2 });
    await adapter.edit(address, id, words('a < **b**', { footnote: 'small print' }));
    expect(slack.screen(address).at(-1)).toMatch(/^dragoman: a < \*\*b\*\*\nsmall print/);
  });

  test('text that grows is not refused with every word, and its end is tried in its richest form', async () => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    slack.faults.onCall('chat.startStream', refusal('feature_not_enabled'));
    const id = await adapter.post(address, words('One', { live: true }), 'key-1');
    slack.faults.onCall('chat.update', refusal('blocks_are_odd'));
    for (const text of ['One two', 'One two three'])
      await adapter.edit(address, id, words(text, { live: true }));
    const updates = () => slack.requests.filter(({ method }) => method === 'chat.update').length;
    expect(updates()).toBe(3);
    await adapter.edit(address, id, words('**One** two three.'));
    expect(updates()).toBe(4);
    expect(slack.message(address.channel, id)?.blocks).toMatchObject([{ type: 'markdown' }]);
  });

  test('one call that is limited holds back no other', async () => {
    const world = await begin();
    const { adapter, slack } = world;
    const address = await thread(world);
    const id = await adapter.post(address, words('one'), 'key-1');
    slack.faults.onCall('chat.update', {
      type: 'answer',
      status: 429,
      headers: { 'retry-after': '60' },
      body: { ok: false, error: 'ratelimited' },
    });
    await expect(adapter.edit(address, id, words('two'))).rejects.toMatchObject({
      failure: { reason: 'rate-limited', retryAfterMs: 60_000 },
    });
    await adapter.post(address, words('three'), 'key-2');
    expect(slack.screen(address).at(-1)).toBe('dragoman: three');
  });

  test('a token that is refused ends in a sentence, and what was to be shown is kept', async () => {
    const world = await begin();
    const { adapter, slack, health } = world;
    const address = await thread(world);
    slack.access.tokens = { ...tokens, bot: 'xoxb-another' };
    await expect(adapter.post(address, words('one'), 'key-1')).rejects.toMatchObject({
      failure: { reason: 'unavailable' },
    });
    await slack.tell({ type: 'reaction_added' });
    expect(health.problem).toMatchInlineSnapshot(
      `"Slack refuses SLACK_BOT_TOKEN (invalid_auth), so no message arrives. Copy the token anew from OAuth & Permissions of the app, and restart."`,
    );
    slack.access.tokens = tokens;
    await adapter.post(address, words('one'), 'key-1');
    await slack.settled();
    await until(() => health.problem === undefined);
  });
});

describe('over sockets', () => {
  test('a socket that pings and never says hello is given up, which is told, and another one is opened', async () => {
    const state = { muted: true };
    const { slack, health } = await begin({
      unheard: true,
      before: (fake) => fake.sockets.mute(true),
      sleep: (ms, signal) => systemClock.sleep(state.muted ? Math.min(ms, 150) : ms, signal),
    });
    await until(() => health.problem !== undefined);
    expect(health.problem).toBe(
      'Slack cannot be reached (a socket opened, but Slack did not say hello on it within 20 seconds). Trying again.',
    );
    expect(health.proof).toBeUndefined();
    state.muted = false;
    slack.sockets.mute(false);
    await until(() => slack.sockets.open() === 2 && health.problem === undefined);
  });

  test('a refresh leaves no gap', async () => {
    const world = await begin();
    const { slack, events } = world;
    for (const word of ['one', 'two', 'three', 'four']) {
      slack.sockets.disconnect('refresh_requested');
      expect(slack.sockets.open()).toBeGreaterThan(0);
      expect(await slack.people.say('U0ANN', 'D0ANN', word).told).toBe(true);
      await until(() => slack.sockets.open() === 2);
    }
    expect(events).toHaveLength(4);
    expect(slack.sockets.counts.connected).toBe(6);
  });

  test('both sockets cut: back within a moment, and what was sent meanwhile is delivered', async () => {
    const world = await begin();
    const { slack, events } = world;
    slack.sockets.cut('all');
    const { told } = slack.people.say('U0ANN', 'D0ANN', 'in between');
    expect(await told).toBe(true);
    expect(events).toMatchObject([{ text: 'in between' }]);
  });

  test('an envelope whose socket went away comes over the other one, and is one event', async () => {
    const world = await begin();
    const { slack, events, given, slowStore } = world;
    const { promise, resolve } = Promise.withResolvers<void>();
    slowStore(promise);
    const { told } = slack.people.say('U0ANN', 'D0ANN', 'once');
    await until(() => given.length === 1);
    slack.sockets.cut('all');
    resolve();
    expect(await told).toBe(true);
    expect(events).toHaveLength(1);
  });

  test('an app token that is revoked ends in a sentence and not in a crash, and mends by itself', async () => {
    const world = await begin();
    const { slack, health } = world;
    slack.access.tokens = { ...tokens, app: 'xapp-another' };
    slack.sockets.cut('all');
    await until(() => health.problem !== undefined);
    expect(health.problem).toMatchInlineSnapshot(
      `"Slack refuses SLACK_APP_TOKEN (invalid_auth), so no message arrives. Copy the token anew from Basic Information › App-Level Tokens of the app, and restart."`,
    );
    slack.access.tokens = tokens;
    await until(() => slack.sockets.open() === 2);
    expect(health.problem).toBeUndefined();
  });

  test('a bot token that is refused at the start is said, and tried again', async () => {
    const { slack, health } = await begin({
      unheard: true,
      before: ({ access }) => Object.assign(access, { tokens: { ...tokens, bot: 'xoxb-another' } }),
    });
    await until(() => health.problem !== undefined);
    expect(health.problem).toMatchInlineSnapshot(
      `"Slack refuses SLACK_BOT_TOKEN (invalid_auth), so no message arrives. Copy the token anew from OAuth & Permissions of the app, and restart."`,
    );
    slack.access.tokens = tokens;
    await until(() => slack.sockets.open() === 2);
    expect(health.problem).toBeUndefined();
  });

  test('a scope without which nothing works is named', async () => {
    const { health } = await begin({
      unheard: true,
      before: ({ access }) => Object.assign(access, { scopes: ['chat:write'] }),
    });
    await until(() => health.problem !== undefined);
    expect(health.problem).toMatchInlineSnapshot(
      `"The Slack app lacks users:read, so nobody can be answered. Add it under OAuth & Permissions of the app, install the app again, and restart."`,
    );
  });

  test('an end lets what is under way be acknowledged', async () => {
    const world = await startSlack();
    const { slack, given, slowStore } = world;
    const { promise, resolve } = Promise.withResolvers<void>();
    slowStore(promise);
    const { told } = slack.people.say('U0ANN', 'D0ANN', 'last words');
    await until(() => given.length === 1);
    const stopped = world.stop();
    resolve();
    expect(await told).toBe(true);
    await stopped;
  });
});

describe('over HTTP', () => {
  test('events, presses, forms and commands come as signed requests', async () => {
    const world = await begin({ mode: 'http' });
    const { adapter, slack, events, health } = world;
    const address = await thread(world);
    const message = await adapter.post(address, words('Wants to run', { form: reason }), 'key-1');
    await slack.people.press('U0ANN', 'C0API', message, 'Reject with reason');
    await slack.people.submit('U0ANN', { reason: 'No' });
    await slack.people.slash('U0ANN', 'C0API', 'status');
    expect(events.map(({ type }) => type)).toEqual(['message', 'form', 'command']);
    expect(health).toEqual({ proof: 'a request of Slack has arrived', problem: undefined });
  });

  test('what is not stored is refused, comes again with its number, and is one event', async () => {
    const { slack, clock, events, given, breakStore } = await begin({ mode: 'http' });
    breakStore(true);
    const { told } = slack.people.say('U0ANN', 'D0ANN', 'kept');
    await until(() => given.length === 2);
    await until(() => clock.sleepers() === 1);
    breakStore(false);
    await clock.advance(60_000);
    expect(await told).toBe(true);
    expect(events).toMatchObject([{ text: 'kept' }]);
  });

  test.each([
    ['a right signature', {}, 200],
    ['another secret', { secret: 'another-secret-of-32-characters!' }, 401],
    ['another body', { body: '{"type":"url_verification","challenge":"other"}' }, 401],
    ['a stamp of ten minutes ago', { shift: -600 }, 401],
    ['a stamp of ten minutes ahead', { shift: 600 }, 401],
    ['a stamp that is no number', { stamp: 'now' }, 401],
    ['no signature', { signature: '' }, 401],
    ['a signature of another length', { signature: 'v0=abc' }, 401],
  ])('%s', async (_, forged, status) => {
    const { request } = await begin({ mode: 'http' });
    const response = await request({ body: '{"type":"url_verification","challenge":"abc"}', ...forged });
    expect(response.status).toBe(status);
    if (status === 200) expect(await response.json()).toEqual({ challenge: 'abc' });
  });

  test.each([
    ['as Slack sends it', 'ssl_check=1&token=verification', 200],
    ['with a press beside it', 'ssl_check=1&payload=%7B%22type%22%3A%22block_actions%22%7D', 401],
    ['with a command beside it', 'ssl_check=1&command=%2Fdragoman&text=stop', 401],
    ['without it', 'token=verification', 401],
  ])('an unsigned look at the certificate is answered and does nothing: %s', async (_, body, status) => {
    const { request, given } = await begin({ mode: 'http' });
    const contentType = 'application/x-www-form-urlencoded';
    const response = await request({ body, signature: '', contentType });
    expect(response.status).toBe(status);
    if (status === 200) expect(await response.text()).toBe('');
    expect(given).toEqual([]);
  });
});
