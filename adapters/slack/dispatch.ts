/**
 * What Bolt is told to listen to, and what becomes of each. An event is stored before its listener ends, which is
 * what acknowledges it.
 */
import { App, type Receiver } from '@slack/bolt';
import type { z } from 'zod';
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
  type SlackPlace,
  sessionCommandOf,
} from './inbound.ts';
import type { OrderedLanes } from './lanes.ts';
import { patiently } from './patience.ts';
import type { People } from './people.ts';
import type { Places } from './places.ts';
import type { Whispers } from './whisper.ts';
import {
  messageShape,
  movedShape,
  type PressWire,
  pressShape,
  revokedShape,
  sessionShape,
  slashShape,
  submissionShape,
  tryRead,
} from './wire.ts';

/** What hearing people needs. */
export interface DispatchDeps {
  readonly clock: Clock;
  readonly host: Pick<Host, 'receive' | 'admits' | 'documents' | 'channelMoved' | 'log'>;
  readonly self: Self;
  readonly client: Client;
  /** For facts that an event waits for: it has less patience. */
  readonly lookUps: Client;
  readonly people: People;
  readonly places: Places;
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
  app.event('agent_session_stopped', ({ event }) => changedSession(deps, event));
  app.event('agent_session_title_changed', ({ event }) => changedSession(deps, event));
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
function receive({ host, lanes, places }: DispatchDeps, { address, at, make }: Happening): Promise<void> {
  const { channel, thread } = address;
  // How the place is called is no part of the event, which does not wait for it.
  if (!isPrivate(channel)) void places.learnChannel(channel);
  return lanes.run(`${channel}/${thread}`, { at, do: async () => host.receive(await make()) });
}

/** Of the three seconds in which Slack wants its answer. */
const patienceMs = 2250;

/** What is pressed, filled in or commanded is told once only. */
function receiveOnce(deps: DispatchDeps, happening: Happening): Promise<void> {
  return patiently(deps.clock, patienceMs, () => receive(deps, happening));
}

async function heard(deps: DispatchDeps, payload: unknown): Promise<void> {
  const event = readOrSetAside(deps, messageShape, payload);
  if (event === undefined) return;
  const gesture = gestureOf(event, deps.self);
  if (gesture === undefined) return;
  const make = async () => eventOf(gesture, deps.self, await factsOf(gesture, deps));
  await receive(deps, { address: gesture.address, at: gesture.at, make });
}

/** What cannot be read now cannot be read later either: it is acknowledged, and the operator is told. */
function readOrSetAside<Shape extends z.ZodType>(
  { host }: Pick<DispatchDeps, 'host'>,
  shape: Shape,
  payload: unknown,
): z.infer<Shape> | undefined {
  const parsed = tryRead(shape, payload);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path }) => path.map(String).join('.'));
  host.log.warn({ kind: kindOf(payload), fields }, 'an event could not be read and was set aside');
  return undefined;
}

function kindOf(payload: unknown): string {
  const type =
    typeof payload === 'object' && payload !== null && 'type' in payload ? payload.type : undefined;
  return typeof type === 'string' ? type : 'unknown';
}

async function changedSession(deps: DispatchDeps, payload: unknown): Promise<void> {
  const change = readOrSetAside(deps, sessionShape, payload);
  const command = change && sessionCommandOf(change, deps.self);
  if (change === undefined || command === undefined) return;
  const make = async () => ({ ...command, author: await deps.people.author({ user: change.user }) });
  await receive(deps, { address: command.address, at: command.at, make });
}

async function moved(deps: DispatchDeps, payload: unknown): Promise<void> {
  const ids = readOrSetAside(deps, movedShape, payload);
  if (ids !== undefined) await deps.host.channelMoved(ids.old_channel_id, ids.new_channel_id);
}

/** People's own tokens are no matter of ours. */
function revoked(deps: DispatchDeps, payload: unknown): void {
  const revocation = readOrSetAside(deps, revokedShape, payload);
  if (revocation?.tokens.bot?.includes(deps.self.user) === true) deps.health.removed();
}

async function pressed(deps: DispatchDeps, payload: unknown): Promise<void> {
  const press = readOrSetAside(deps, pressShape, payload);
  if (press !== undefined) await receivePress(deps, press, press.actions[0]?.value ?? '');
}

async function receivePress(deps: DispatchDeps, press: PressWire, token: string): Promise<void> {
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
    token,
  });
  await receiveOnce(deps, { address: place.address, at, make });
}

/**
 * The modal has to be there within three seconds of the press, so nothing is looked up before but the form and who
 * pressed. To those who may not answer nothing is shown: their press goes the way of all presses.
 */
async function opened(deps: DispatchDeps, payload: unknown): Promise<void> {
  const press = readOrSetAside(deps, pressShape, payload);
  if (press === undefined) return;
  const value = press.actions[0]?.value ?? '';
  const place = placeOfPress(press, deps.self);
  const [form, isAdmitted] = await Promise.all([
    unpacked(deps.host.documents, value),
    admitted(deps, press.user.id, place),
  ]);
  if (!isAdmitted) return receivePress(deps, press, form?.token ?? '');
  const { channel, thread } = place.address;
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

/** Who cannot be known now may not. */
async function admitted({ people, host }: DispatchDeps, user: string, place: SlackPlace): Promise<boolean> {
  try {
    return (await host.admits?.({ author: await people.author({ user }), ...place })) !== false;
  } catch (error) {
    host.log.warn({ error }, 'it could not be told who pressed, so no form was opened');
    return false;
  }
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
  const submission = readOrSetAside(deps, submissionShape, payload);
  if (submission === undefined) return undefined;
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
  const slash = readOrSetAside(deps, slashShape, payload);
  if (slash === undefined) return;
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
