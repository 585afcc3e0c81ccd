/**
 * Where each thing that the gateway tells goes: to its lane, so that a channel's events stay in order and channels
 * do not wait for one another.
 */
import type { Host } from '../../src/core/channel.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Lanes } from '../../src/lib/lanes.ts';
import { gapsIn, privateGaps, readBack } from './backfill.ts';
import type { RestCall } from './client.ts';
import type { Identity } from './identity.ts';
import { type InteractionsDeps, interacted } from './interactions.ts';
import { writeMenu } from './menu.ts';
import { deleted, edited, heard, type MessagesDeps } from './messages.ts';
import { channelShape, interactionShape, readyShape } from './wire.ts';

/** What taking in what Discord tells needs. */
export interface DispatchDeps {
  readonly messages: MessagesDeps;
  readonly interactions: InteractionsDeps;
  readonly call: RestCall;
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
  /** Events of one channel, in order. */
  readonly lanes: Lanes;
  /** Channels that are read back: a few at a time, because each is a call. */
  readonly readers: Lanes;
  readonly commands: Host['commands'];
  readonly identity: Identity;
  readonly signal: AbortSignal;
  /** A bug of ours, or a store that cannot be used: the adapter cannot go on. */
  fail(error: unknown): void;
}

interface State extends DispatchDeps {
  /** The list of commands is being written. */
  greeted: boolean;
  /** The next of the readers. */
  reader: number;
}

type Handler = (state: State, data: unknown) => void;

const readersAtOnce = 4;

/** Hands on what one connection tells; nothing of it is waited for here. */
export function createDispatch(deps: DispatchDeps): (type: string, data: unknown) => void {
  const state: State = { ...deps, greeted: false, reader: 0 };
  return (type, data) => handlers[type]?.(state, data);
}

const learn: Handler = ({ messages }, data) => messages.channels.learn(data);

const learnRole: Handler = ({ messages }, data) => messages.channels.learnRole(data);

const handlers: Readonly<Record<string, Handler>> = {
  READY: meet,
  GUILD_CREATE: enter,
  CHANNEL_CREATE: learn,
  CHANNEL_UPDATE: learn,
  CHANNEL_DELETE: leave,
  GUILD_ROLE_CREATE: learnRole,
  GUILD_ROLE_UPDATE: learnRole,
  THREAD_CREATE: learn,
  THREAD_UPDATE: learn,
  THREAD_DELETE: leave,
  INTERACTION_CREATE: press,
  MESSAGE_CREATE: inLane(heard),
  MESSAGE_UPDATE: inLane(edited),
  MESSAGE_DELETE: inLane(deleted),
  MESSAGE_DELETE_BULK: inLane(deleted),
};

function start({ fail }: State, work: Promise<void>): void {
  work.catch(fail);
}

function meet(state: State, data: unknown): void {
  const parsed = readyShape.safeParse(data);
  if (!parsed.success) return;
  const { application } = parsed.data;
  const { call, clock, random, commands, signal, messages } = state;
  if (!state.greeted)
    start(state, writeMenu({ call, application: application.id, clock, random }, commands, signal));
  state.greeted = true;
  fill(state, privateGaps(messages.threads));
}

function enter(state: State, data: unknown): void {
  const { messages, clock, identity } = state;
  const guild = messages.channels.learnGuild(data);
  if (guild === undefined) return;
  const ours = guild.roles.filter(({ tags }) => tags?.bot_id === messages.self.id);
  identity.learn(ours.map(({ id }) => id));
  fill(state, gapsIn(guild, messages.threads, clock.now()));
}

/** What was missed stands in its channel's lane before anything new. */
function fill(state: State, gaps: readonly string[]): void {
  const { call, clock, random, messages, lanes, readers, signal } = state;
  const read = (channel: string) =>
    readBack(
      { call, threads: messages.threads, clock, random },
      channel,
      (one) => heard(messages, one, signal),
      signal,
    );
  for (const channel of gaps) {
    state.reader = (state.reader + 1) % readersAtOnce;
    const reader = String(state.reader);
    start(
      state,
      lanes.run(channel, () => readers.run(reader, () => read(channel))),
    );
  }
}

function leave(state: State, data: unknown): void {
  const { messages } = state;
  const id = channelShape.safeParse(data).data?.id;
  if (id === undefined) return;
  messages.channels.forget(id);
  if (messages.threads.get(id) !== undefined) start(state, messages.threads.forget(id));
}

function press(state: State, data: unknown): void {
  const parsed = interactionShape.safeParse(data);
  if (parsed.success) start(state, interacted(state.interactions, parsed.data));
}

function inLane(
  work: (messages: MessagesDeps, data: unknown, signal: AbortSignal) => Promise<void>,
): Handler {
  return (state, data) => {
    const { messages, lanes, signal } = state;
    start(
      state,
      lanes.run(channelOf(data), () => work(messages, data, signal)),
    );
  };
}

function channelOf(data: unknown): string {
  const id = typeof data === 'object' && data !== null && 'channel_id' in data ? data.channel_id : undefined;
  return typeof id === 'string' ? id : '';
}
