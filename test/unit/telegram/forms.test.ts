import { afterEach, describe, expect, test } from 'vitest';
import { valuesOf } from '../../../adapters/telegram/form-answers.ts';
import type { Form, FormField, InboundEvent, OutboundMessage } from '../../../src/core/channel.ts';
import { arrived, until } from '../../contract/adapter/rig.ts';
import { startTelegramChannel, type TelegramUnderTest } from '../../contract/telegram/channel.ts';

const field = (changes: Partial<FormField> = {}): FormField => ({
  id: 'q0',
  label: 'Format',
  options: [
    { label: 'Day', description: '' },
    { label: 'Week, whole', description: 'seven days' },
    { label: '3', description: '' },
  ],
  multiple: false,
  custom: false,
  required: true,
  ...changes,
});

describe('a reply fills a field', () => {
  const several = { multiple: true };
  const cases: readonly (readonly [string, Partial<FormField>, string, readonly string[] | undefined])[] = [
    ['a number', {}, '2', ['Week, whole']],
    ['a number as in a list', {}, '1.', ['Day']],
    ['a name in any case', {}, ' dAY ', ['Day']],
    ['a name that is a number', {}, '3', ['3']],
    ['nothing of the list', {}, 'year', undefined],
    ['a number too high', {}, '4', undefined],
    ['own words', { custom: true }, 'year', ['year']],
    ['nothing', { custom: true }, ' ', undefined],
    ['several numbers', several, '1, 3', ['Day', '3']],
    ['the same twice', several, '1,day', ['Day']],
    ['a name with a comma', several, 'week, whole', ['Week, whole']],
    ['several, one of them wrong', several, '1, year', undefined],
    ['several and own words', { multiple: true, custom: true }, '1, year', ['Day', 'year']],
    ['a sentence with a comma', { multiple: true, custom: true }, 'no, thanks', ['no, thanks']],
    ['commas alone', several, ', ,', undefined],
    ['any text where nothing can be chosen', { options: [] }, '2', ['2']],
    ['nothing where nothing is needed', { required: false }, '-', []],
  ];
  test.each(cases)('%s', (_, changes, text, expected) => {
    expect(valuesOf(field(changes), text)).toEqual(expected);
  });
});

const reason: Form = {
  token: 'reason-token',
  title: 'Reject with reason',
  submit: 'Reject',
  fields: [field({ id: 'reason', label: 'Reason', options: [] })],
};
const two: Form = {
  token: 'two-token',
  title: 'Answer',
  submit: 'Answer',
  fields: [field(), field({ id: 'q1', label: 'Where?', multiple: true, custom: true })],
};

const running: TelegramUnderTest[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((channel) => channel.stop()));
});

const card = (changes: Partial<OutboundMessage> = {}): OutboundMessage => ({
  kind: 'request',
  markdown: 'Wants to run `ls`',
  buttons: [],
  live: true,
  silent: true,
  ...changes,
});

/** A card with a form in Ann's private chat, whose button she has pressed. */
async function pressed(form: Form) {
  const channel = await startTelegramChannel();
  running.push(channel);
  const address = { platform: 'telegram', channel: String(channel.ann.chat), thread: 'general' };
  channel.ann.say(channel.ann.chat, 'hello');
  await arrived(channel, 'message');
  const id = await channel.adapter().post(address, card({ form }), 'key');
  const press = channel.ann.press(channel.ann.chat, Number(id), form.submit);
  await until(() => press.answer, 'the press is confirmed');
  return { ...channel, address, id };
}

type Pressed = Awaited<ReturnType<typeof pressed>>;

function questions({ telegram, ann }: Pick<Pressed, 'telegram' | 'ann'>) {
  return telegram.messages(ann.chat).filter(({ plain }) => plain.includes('Reply with'));
}

function question(channel: Pick<Pressed, 'telegram' | 'ann'>, holds: string) {
  return until(
    () => questions(channel).findLast(({ plain }) => plain.includes(holds)),
    `a question with ${holds}`,
  );
}

const forms = ({ gateway }: Pressed): readonly InboundEvent[] =>
  gateway.events.filter(({ type }) => type === 'form');

test('the bot asks for field after field, again where an answer does not fit, and takes its questions away', async () => {
  const channel = await pressed(two);
  const { ann } = channel;
  const first = await question(channel, 'Format');
  expect(first.text).toMatchInlineSnapshot(`
    "*Answer* · 1 of 2
    Format

    1. Day
    2. Week, whole: seven days
    3. 3

    Reply with a number or a name."
  `);
  ann.say(ann.chat, 'year', { replyTo: first.id });
  const again = await question(channel, 'none of the choices');
  ann.say(ann.chat, '2', { replyTo: again.id });
  const second = await question(channel, 'Where?');
  expect(second.text).toMatchInlineSnapshot(`
    "*Answer* · 2 of 2
    Where?

    1. Day
    2. Week, whole: seven days
    3. 3

    Reply with numbers or names, commas between them, or your own words."
  `);
  ann.say(ann.chat, '1, 3', { replyTo: second.id });
  expect(await arrived(channel, 'form')).toMatchObject({
    message: channel.id,
    token: 'two-token',
    author: { name: 'Ann' },
    fields: { q0: ['Week, whole'], q1: ['Day', '3'] },
  });
  await until(() => (questions(channel).length === 0 ? true : undefined), 'no question is left');
  expect(channel.gateway.events.map(({ type }) => type)).toEqual(['message', 'form']);
});

test('whoever may not be answered gets no question, however often they press; the gateway is told of each', async () => {
  const channel = await startTelegramChannel({ admits: ({ author }) => author.name !== 'Ben' });
  running.push(channel);
  const { ben, telegram, gateway } = channel;
  const address = { platform: 'telegram', channel: String(channel.forum.id), thread: 'general' };
  const id = await channel.adapter().post(address, card({ form: reason }), 'key');
  const before = telegram.requests.length;
  for (let round = 0; round < 3; round += 1) ben.press(channel.forum.id, Number(id), reason.submit);
  await until(() => gateway.events.length === 3 || undefined, 'three presses');
  expect(gateway.events.map(({ type, author }) => [type, author.name])).toEqual(
    Array.from({ length: 3 }, () => ['button', 'Ben']),
  );
  const calls = telegram.requests.slice(before).map(({ method }) => method);
  expect(calls.filter((method) => !/^(getUpdates|answerCallbackQuery)$/.test(method))).toEqual([]);
});

test('a half-filled form goes on after a new beginning', async () => {
  const channel = await pressed(two);
  const { ann } = channel;
  ann.say(ann.chat, '1', { replyTo: (await question(channel, 'Format')).id });
  const second = await question(channel, 'Where?');
  await channel.halt();
  await channel.begin();
  ann.say(ann.chat, 'everywhere', { replyTo: second.id });
  expect(await arrived(channel, 'form')).toMatchObject({ fields: { q0: ['Day'], q1: ['everywhere'] } });
});

test('an answer that cannot be stored comes again, and counts once', async () => {
  const channel = await pressed(reason);
  const asks = await question(channel, 'Reason');
  channel.gateway.turn('refuses');
  const before = channel.gateway.offered();
  channel.ann.say(channel.ann.chat, 'not today', { replyTo: asks.id });
  await until(() => (channel.gateway.offered() > before ? true : undefined), 'the answer is offered');
  channel.gateway.turn('stores');
  expect(await arrived(channel, 'form')).toMatchObject({ fields: { reason: ['not today'] } });
  expect(forms(channel)).toHaveLength(1);
});

test('a card that is settled ends its questions, and a late answer is a reply to the card', async () => {
  const channel = await pressed(reason);
  const asks = await question(channel, 'Reason');
  // It stays, so that it can be answered late.
  const body = { ok: false, error_code: 400, description: "Bad Request: message can't be deleted" };
  channel.telegram.faults.onCall('deleteMessage', { type: 'answer', status: 400, body });
  await channel.adapter().edit(channel.address, channel.id, card({ live: false }));
  await until(
    () => channel.gateway.logged.find((line) => line.includes('could not be taken away')),
    'the question is given up',
  );
  channel.ann.say(channel.ann.chat, 'too late', { replyTo: asks.id });
  const late = await arrived(channel, 'message', ({ text }) => text === 'too late');
  expect([late.replyTo, forms(channel)]).toEqual([channel.id, []]);
});

test('a question that Telegram does not take at once is asked later; a command is no answer', async () => {
  const channel = await pressed(reason);
  const first = await question(channel, 'Reason');
  channel.ann.say(channel.ann.chat, '/stop', { replyTo: first.id });
  await arrived(channel, 'command');
  channel.platform.refuse.unavailable?.(0);
  const press = channel.ann.press(channel.ann.chat, Number(channel.id), 'Reject');
  await until(() => press.answer, 'the press is confirmed');
  const next = await until(() => questions(channel).find(({ id }) => id > first.id), 'a new question');
  channel.ann.say(channel.ann.chat, 'no', { replyTo: next.id });
  expect(await arrived(channel, 'form')).toMatchObject({ fields: { reason: ['no'] } });
});

test('in a group only the one who pressed is asked, and nobody else fills it', async () => {
  const channel = await startTelegramChannel();
  running.push(channel);
  const { thread } = channel.places;
  const id = await channel.adapter().post(thread, card({ form: reason }), 'key');
  const topic = Number(thread.thread);
  channel.ann.press(channel.forum.id, Number(id), 'Reject');
  const asks = await until(
    () =>
      channel.telegram.messages(channel.forum.id, topic).find(({ plain }) => plain.includes('Reply with')),
    'the question',
  );
  expect(asks.text).toMatchInlineSnapshot(`
    "<Ann> · *Reject with reason*
    Reason

    Reply with your answer."
  `);
  expect([asks.silent, asks.replyTo]).toEqual([true, Number(id)]);
  const sent = channel.telegram.requests.findLast(({ method }) => method === 'sendMessage');
  expect(sent?.parameters['reply_markup']).toMatchObject({ force_reply: true, selective: true });
  channel.ben.say(channel.forum.id, 'mine', { topic, replyTo: asks.id });
  await until(
    () =>
      channel.telegram
        .messages(channel.forum.id, topic, channel.ben.user.id)
        .find(({ plain }) => plain.includes('This question is for the one who pressed')),
    'Ben is told',
  );
  channel.ann.say(channel.forum.id, 'ours', { topic, replyTo: asks.id });
  expect(await arrived(channel, 'form')).toMatchObject({ fields: { reason: ['ours'] }, room: 'thread' });
});

test('what the bot is in a chat, and a chat that moved, is in the log by its id', async () => {
  const channel = await startTelegramChannel();
  running.push(channel);
  const { telegram, gateway, ann } = channel;
  const group = telegram.group('Small', { type: 'group' });
  ann.say(ann.chat, 'hello');
  ann.block(true);
  group.setBot('kicked');
  const small = telegram.group('Other', { type: 'group' });
  const moved = small.migrate();
  const logged = () => gateway.logged.filter((line) => !line.includes('refused'));
  await until(() => logged().find((line) => line.includes(String(moved.id))), 'the move is logged');
  expect(logged()).toContain(
    `warn a person blocked the bot: what it had to say there is given up {"chat":"${ann.chat}"}`,
  );
  expect(logged()).toContain(
    `warn the bot was removed from a group: what it had to say there is given up {"chat":"${group.id}"}`,
  );
  expect(logged()).toContain(`info the bot was added to a group {"chat":"${group.id}"}`);
  expect(logged().join()).not.toContain('Small');
});

test('what is asked and taken away counts in the pace of the platform', async () => {
  const channel = await startTelegramChannel();
  running.push(channel);
  const spent: string[] = [];
  Object.assign(channel.gateway.host, {
    spent: ({ channel: chat }: { readonly channel: string }) => void spent.push(chat),
  });
  const { ann, places } = channel;
  const address = { ...places.thread, channel: String(ann.chat), thread: 'general' };
  ann.say(ann.chat, 'hello');
  await arrived(channel, 'message');
  const id = await channel.adapter().post(address, card({ form: reason }), 'key');
  ann.press(ann.chat, Number(id), reason.submit);
  const asks = await question(channel, 'Reason');
  expect(spent).toEqual([address.channel]);
  ann.say(ann.chat, 'no', { replyTo: asks.id });
  await until(() => questions(channel).length === 0 || undefined, 'the question is taken away');
  expect(spent).toEqual([address.channel, address.channel]);
});
