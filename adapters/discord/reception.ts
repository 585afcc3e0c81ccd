import type { Host } from '../../src/core/channel.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { gapsIn, privateGaps, readBack } from './backfill.ts';
import type { Call } from './client.ts';
import { deleted, type Ear, edited, heard } from './dispatch.ts';
import type { Identity } from './identity.ts';
import { type Desk, interacted } from './interactions.ts';
import type { Lanes } from './lanes.ts';
import { writeMenu } from './menu.ts';
import { channelShape, interactionShape, readyShape } from './wire.ts';

/** What taking in what Discord tells needs. */
export interface Reception {
  readonly ear: Ear;
  readonly desk: Desk;
  readonly call: Call;
  readonly clock: Clock;
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

interface State extends Reception {
  /** The list of commands is being written. */
  greeted: boolean;
  /** The next of the readers. */
  reader: number;
}

type Taking = (state: State, data: unknown) => void;

const readersAtOnce = 4;

/** Hands on what one connection tells; nothing of it is waited for here. */
export function createReception(reception: Reception): (type: string, data: unknown) => void {
  const state: State = { ...reception, greeted: false, reader: 0 };
  return (type, data) => takings[type]?.(state, data);
}

const learn: Taking = ({ ear }, data) => ear.channels.learn(data);

const takings: Readonly<Record<string, Taking>> = {
  READY: meet,
  GUILD_CREATE: enter,
  CHANNEL_CREATE: learn,
  CHANNEL_UPDATE: learn,
  CHANNEL_DELETE: leave,
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
  const { call, clock, commands, signal, ear } = state;
  if (!state.greeted) start(state, writeMenu({ call, application: application.id, clock }, commands, signal));
  state.greeted = true;
  fill(state, privateGaps(ear.threads));
}

function enter(state: State, data: unknown): void {
  const { ear, clock, identity } = state;
  const guild = ear.channels.learnGuild(data);
  if (guild === undefined) return;
  const ours = guild.roles.filter(({ tags }) => tags?.bot_id === ear.self.id);
  identity.learn(ours.map(({ id }) => id));
  fill(state, gapsIn(guild, ear.threads, clock.now()));
}

/** What was missed stands in its channel's lane before anything new. */
function fill(state: State, gaps: readonly string[]): void {
  const { call, clock, ear, lanes, readers, signal } = state;
  const read = (channel: string) =>
    readBack({ call, threads: ear.threads, clock }, channel, (one) => heard(ear, one, signal), signal);
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
  const { ear } = state;
  const id = channelShape.safeParse(data).data?.id;
  if (id === undefined) return;
  ear.channels.forget(id);
  if (ear.threads.get(id) !== undefined) start(state, ear.threads.forget(id));
}

function press(state: State, data: unknown): void {
  const parsed = interactionShape.safeParse(data);
  if (parsed.success) start(state, interacted(state.desk, parsed.data));
}

function inLane(work: (ear: Ear, data: unknown, signal: AbortSignal) => Promise<void>): Taking {
  return (state, data) => {
    const { ear, lanes, signal } = state;
    start(
      state,
      lanes.run(channelOf(data), () => work(ear, data, signal)),
    );
  };
}

function channelOf(data: unknown): string {
  const id = typeof data === 'object' && data !== null && 'channel_id' in data ? data.channel_id : undefined;
  return typeof id === 'string' ? id : '';
}
