/**
 * What Bolt is told to listen to, and what becomes of each. An event is stored before its listener ends, which is
 * what acknowledges it.
 */
import { App, type Receiver } from '@slack/bolt';
import type { Host, InboundEvent, ThreadAddress } from '../../src/core/channel.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { type Client, clientOptions, quiet } from './client.ts';
import { factsOf } from './facts.ts';
import { callback, errorsOf, fieldsOf, modalOf, modalOriginOf, unpacked } from './forms.ts';
import type { Health } from './health.ts';
import type { Self } from './identity.ts';
import {
  addressOf,
  commandOf,
  eventOf,
  gestureOf,
  isPrivate,
  main,
  millisecondsOf,
  placeOfPress,
} from './inbound.ts';
import type { OrderedLanes } from './lanes.ts';
import { patiently } from './patience.ts';
import type { People } from './people.ts';
import type { Whispers } from './whisper.ts';
import { messageShape, movedShape, pressShape, revokedShape, slashShape, submissionShape } from './wire.ts';

/** What hearing people needs. */
export interface DispatchDeps {
  readonly clock: Clock;
  readonly host: Pick<Host, 'receive' | 'documents' | 'channelMoved'>;
  readonly self: Self;
  readonly client: Client;
  /** For facts that an event waits for: it has less patience. */
  readonly lookUps: Client;
  readonly people: People;
  readonly lanes: OrderedLanes;
  readonly whispers: Whispers;
  readonly health: Health;
}

export interface AppOptions {
  readonly botToken: string;
  readonly apiUrl: string | undefined;
  readonly receiver: Receiver;
}

/** Bolt, with a listener for everything that people do. What a listener throws leaves the event unacknowledged. */
export function createBoltApp(deps: DispatchDeps, { botToken, apiUrl, receiver }: AppOptions): App {
  const app = new App({
    token: botToken,
    receiver,
    botId: deps.self.bot,
    botUserId: deps.self.user,
    tokenVerificationEnabled: false,
    // Echoes are told apart by what they hold: Bolt's own check knows no edits.
    ignoreSelf: false,
    convoStore: false,
    logger: quiet,
    clientOptions: clientOptions({ apiUrl }),
  });
  app.event('message', ({ event }) => heard(deps, event));
  app.event('app_mention', ({ event }) => heard(deps, event));
  app.event('channel_id_changed', ({ event }) => moved(deps, event));
  app.event('app_uninstalled', async () => deps.health.removed());
  app.event('tokens_revoked', async ({ event }) => revoked(deps, event));
  app.action({ type: 'block_actions', action_id: /^press:/ }, async ({ body, ack }) => {
    await pressed(deps, body);
    await ack();
  });
  app.action({ type: 'block_actions', action_id: /^form:/ }, async ({ body, ack }) => {
    await opened(deps, body);
    await ack();
  });
  app.view(callback, async ({ body, ack }) => {
    const errors = await submitted(deps, body);
    await (errors === undefined ? ack() : ack({ response_action: 'errors', errors }));
  });
  app.command(/.*/, async ({ body, ack }) => {
    await commanded(deps, body);
    await ack();
  });
  return app;
}

/** Something that happened in a thread, and the event that it becomes. */
interface Happening {
  readonly address: ThreadAddress;
  /** Milliseconds, with a fraction where Slack tells it. */
  readonly at: number;
  make(): Promise<InboundEvent>;
}

/** A thread's events go in one by one, in the order in which they happened; other threads do not wait for them. */
function receive({ host, lanes }: DispatchDeps, { address, at, make }: Happening): Promise<void> {
  const { channel, thread } = address;
  return lanes.run(`${channel}/${thread}`, { at, do: async () => host.receive(await make()) });
}

/** Of the three seconds in which Slack wants its answer. */
const patienceMs = 2250;

/** What is pressed, filled in or commanded is told once only. */
function receiveOnce(deps: DispatchDeps, happening: Happening): Promise<void> {
  return patiently(deps.clock, patienceMs, () => receive(deps, happening));
}

async function heard(deps: DispatchDeps, payload: unknown): Promise<void> {
  const event = messageShape.parse(payload);
  const gesture = gestureOf(event, deps.self);
  if (gesture === undefined) return;
  const make = async () => eventOf(gesture, deps.self, await factsOf(gesture, deps));
  await receive(deps, { address: gesture.address, at: gesture.at, make });
}

async function moved({ host }: DispatchDeps, payload: unknown): Promise<void> {
  const { old_channel_id: from, new_channel_id: to } = movedShape.parse(payload);
  await host.channelMoved(from, to);
}

/** People's own tokens are no matter of ours. */
function revoked({ health, self }: DispatchDeps, payload: unknown): void {
  if (revokedShape.parse(payload).tokens.bot?.includes(self.user) === true) health.removed();
}

async function pressed(deps: DispatchDeps, payload: unknown): Promise<void> {
  const press = pressShape.parse(payload);
  const [action] = press.actions;
  if (action === undefined) return;
  const at = millisecondsOf(action.action_ts);
  const place = placeOfPress(press, deps.self);
  const make = async (): Promise<InboundEvent> => ({
    type: 'button',
    id: `press/${press.channel.id}/${press.container.message_ts}/${press.user.id}/${action.action_ts}`,
    ...place,
    author: await deps.people.author({ user: press.user.id }),
    at: Math.round(at),
    message: press.container.message_ts,
    token: action.value ?? '',
  });
  await receiveOnce(deps, { address: place.address, at, make });
}

/** The modal has to be there within three seconds of the press, so nothing is looked up before but the form. */
async function opened(deps: DispatchDeps, payload: unknown): Promise<void> {
  const press = pressShape.parse(payload);
  const value = press.actions[0]?.value ?? '';
  const form = await unpacked(deps.host.documents, value);
  const { address } = placeOfPress(press, deps.self);
  const { channel, thread } = address;
  const message = press.container.message_ts;
  if (form !== undefined) {
    const view = modalOf(form, { packed: value, channel, thread, message });
    if (await shown(deps, press.trigger_id, view)) return;
  }
  const sentence =
    form === undefined
      ? 'This form is no longer known, so it could not be opened. Answer in the thread instead.'
      : 'Slack did not open the form in time. Press the button again.';
  await deps.whispers.tell({ channel, thread, user: press.user.id }, sentence);
}

async function shown(
  { client, health }: DispatchDeps,
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
async function submitted(deps: DispatchDeps, payload: unknown): Promise<Record<string, string> | undefined> {
  const submission = submissionShape.parse(payload);
  const origin = modalOriginOf(submission);
  const form = origin && (await unpacked(deps.host.documents, origin.packed));
  if (origin === undefined || form === undefined) {
    const [block = ''] = Object.keys(submission.view.state.values);
    return { [block]: 'This form is no longer known. Answer in the thread instead.' };
  }
  const fields = fieldsOf(form, submission);
  const errors = errorsOf(form, fields);
  if (errors !== undefined) return { ...errors };
  const { channel, thread, message } = origin;
  const address = addressOf(deps.self, channel, thread);
  const at = deps.clock.now();
  const make = async (): Promise<InboundEvent> => ({
    type: 'form',
    id: `form/${submission.view.id}`,
    address,
    room: isPrivate(channel) ? 'private' : thread === main ? 'channel' : 'thread',
    author: await deps.people.author({ user: submission.user.id }),
    at,
    message,
    token: form.token,
    fields,
  });
  await receiveOnce(deps, { address, at, make });
  return undefined;
}

async function commanded(deps: DispatchDeps, payload: unknown): Promise<void> {
  const slash = slashShape.parse(payload);
  const at = deps.clock.now();
  const make = async () => {
    const author = await deps.people.author({ user: slash.user_id });
    const event = commandOf(slash, deps.self, { author, at });
    deps.whispers.expect(event.id, slash.response_url);
    return event;
  };
  const address = addressOf(deps.self, slash.channel_id, main);
  await receiveOnce(deps, { address, at, make });
}
