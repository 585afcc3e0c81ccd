import { App, type Receiver } from '@slack/bolt';
import type { Host, InboundEvent } from '../../src/core/channel.ts';
import type { Answers } from './answers.ts';
import { type Client, clientOptions, quiet } from './client.ts';
import { callback, errorsOf, fieldsOf, modalOf, originOf, unpacked } from './forms.ts';
import type { Health } from './health.ts';
import {
  addressOf,
  commandOf,
  eventOf,
  gestureOf,
  isPrivate,
  main,
  placeOfPress,
  type Self,
} from './inbound.ts';
import type { Lanes } from './lanes.ts';
import type { People } from './people.ts';
import { mentioned } from './text.ts';
import { messageShape, movedShape, pressShape, slashShape, submissionShape } from './wire.ts';

/** What the listeners work with. */
export interface Workplace {
  readonly host: Host;
  readonly self: Self;
  readonly client: Client;
  readonly people: People;
  readonly lanes: Lanes;
  readonly answers: Answers;
  readonly health: Health;
}

export interface AppOptions {
  readonly botToken: string;
  readonly apiUrl: string | undefined;
  readonly receiver: Receiver;
  now(): number;
}

/** Bolt, with a listener for everything that people do. What a listener throws leaves the event unacknowledged. */
export function createApp(work: Workplace, { botToken, apiUrl, receiver, now }: AppOptions): App {
  const app = new App({
    token: botToken,
    receiver,
    botId: work.self.bot,
    botUserId: work.self.user,
    tokenVerificationEnabled: false,
    // Echoes are told apart by what they hold: Bolt's own check knows no edits.
    ignoreSelf: false,
    convoStore: false,
    logger: quiet,
    clientOptions: clientOptions({ apiUrl }),
  });
  app.event('message', ({ event }) => heard(work, event));
  app.event('app_mention', ({ event }) => heard(work, event));
  app.event('channel_id_changed', ({ event }) => moved(work, event));
  app.event('app_uninstalled', async () => work.health.removed());
  app.event('tokens_revoked', async () => work.health.removed());
  app.action({ type: 'block_actions', action_id: /^press:/ }, async ({ body, ack }) => {
    await pressed(work, body);
    await ack();
  });
  app.action({ type: 'block_actions', action_id: /^form:/ }, async ({ body, ack }) => {
    await opened(work, body);
    await ack();
  });
  app.view(callback, async ({ body, ack }) => {
    const errors = await submitted(work, body, now());
    await (errors === undefined ? ack() : ack({ response_action: 'errors', errors }));
  });
  app.command(/.*/, async ({ body, ack }) => {
    await commanded(work, body, now());
    await ack();
  });
  return app;
}

/** A channel's events go in one by one, so that a look-up cannot turn their order. */
function receive(
  { host, lanes }: Workplace,
  channel: string,
  make: () => Promise<InboundEvent | undefined>,
): Promise<void> {
  return lanes.run(channel, async () => {
    const event = await make();
    if (event !== undefined) await host.receive(event);
  });
}

async function heard(work: Workplace, payload: unknown): Promise<void> {
  const event = messageShape.parse(payload);
  const gesture = gestureOf(event, work.self);
  if (gesture === undefined) return;
  await receive(work, event.channel, async () => {
    const author = await work.people.author(gesture.writer);
    if (gesture.type !== 'deleted') await meet(work, gesture.text);
    return eventOf(gesture, author, work.self, work.people.name);
  });
}

/** At most this many people of one text are looked up for their names. */
const mostNames = 5;

/** Learns the names of those who are mentioned; without them their ids stand in the text. */
async function meet({ people, self }: Workplace, text: string): Promise<void> {
  const others = mentioned(text).filter((user) => user !== self.user);
  await Promise.allSettled(others.slice(0, mostNames).map((user) => people.author({ user })));
}

async function moved({ host }: Workplace, payload: unknown): Promise<void> {
  const { old_channel_id: from, new_channel_id: to } = movedShape.parse(payload);
  await host.channelMoved(from, to);
}

async function pressed(work: Workplace, payload: unknown): Promise<void> {
  const press = pressShape.parse(payload);
  const [action] = press.actions;
  if (action === undefined) return;
  await receive(work, press.channel.id, async () => ({
    type: 'button',
    id: `press/${press.channel.id}/${press.container.message_ts}/${press.user.id}/${action.action_ts}`,
    ...placeOfPress(press),
    author: await work.people.author({ user: press.user.id }),
    at: Math.round(Number(action.action_ts) * 1000),
    message: press.container.message_ts,
    token: action.value ?? '',
  }));
}

/** The modal has to be there within three seconds of the press, so nothing is looked up before but the form. */
async function opened(work: Workplace, payload: unknown): Promise<void> {
  const press = pressShape.parse(payload);
  const value = press.actions[0]?.value ?? '';
  const form = await unpacked(work.host.documents, value);
  const { address } = placeOfPress(press);
  const { channel, thread } = address;
  const message = press.container.message_ts;
  if (form !== undefined) {
    const view = modalOf(form, { packed: value, channel, thread, message });
    if (await shown(work, press.trigger_id, view)) return;
  }
  const sentence =
    form === undefined
      ? 'This form is no longer known, so it could not be opened. Answer in the thread instead.'
      : 'Slack did not open the form in time. Press the button again.';
  await work.answers.tell({ channel, thread, user: press.user.id }, sentence);
}

async function shown(
  { client, health }: Workplace,
  trigger: string,
  view: ReturnType<typeof modalOf>,
): Promise<boolean> {
  try {
    await client.views.open({ trigger_id: trigger, view });
    return true;
  } catch (error) {
    health.called(error);
    return false;
  }
}

/** Resolves to what the modal should complain of. */
async function submitted(
  work: Workplace,
  payload: unknown,
  at: number,
): Promise<Record<string, string> | undefined> {
  const submission = submissionShape.parse(payload);
  const origin = originOf(submission);
  const form = origin && (await unpacked(work.host.documents, origin.packed));
  if (origin === undefined || form === undefined) return undefined;
  const fields = fieldsOf(form, submission);
  const errors = errorsOf(form, fields);
  if (errors !== undefined) return { ...errors };
  const { channel, thread, message } = origin;
  await receive(work, channel, async () => ({
    type: 'form',
    id: `form/${submission.view.id}`,
    address: addressOf(channel, thread),
    room: isPrivate(channel) ? 'private' : thread === main ? 'channel' : 'thread',
    author: await work.people.author({ user: submission.user.id }),
    at,
    message,
    token: form.token,
    fields,
  }));
  return undefined;
}

async function commanded(work: Workplace, payload: unknown, at: number): Promise<void> {
  const slash = slashShape.parse(payload);
  await receive(work, slash.channel_id, async () => {
    const author = await work.people.author({ user: slash.user_id });
    const event = commandOf(slash, author, at);
    work.answers.expect(event.id, slash.response_url);
    return event;
  });
}
