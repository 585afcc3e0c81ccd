/** The workspace that the stand-in is: people, channels and messages, and nothing about wires. */
import type { Clock } from '../../../src/lib/clock.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface FakeUser {
  readonly id: string;
  readonly name: string;
  readonly team: string;
  readonly guest?: boolean;
  /** Of another organisation, in a shared channel. */
  readonly stranger?: boolean;
  readonly bot?: boolean;
  /** Of another workspace of the same organisation. */
  readonly sister?: boolean;
}

export interface FakeChannel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'group' | 'im' | 'mpim';
  /** The bot is in it. */
  readonly joined: boolean;
  archived: boolean;
  /** People of another organisation are in it. */
  readonly outside?: boolean;
  /** The one person of a direct message. */
  readonly with?: string;
}

export interface FakeMessage {
  readonly channel: string;
  readonly ts: string;
  readonly thread: string | undefined;
  readonly user: string;
  readonly botId: string | undefined;
  readonly clientId: string | undefined;
  text: string;
  blocks: readonly Json[];
  metadata: Json | undefined;
  files: readonly Json[];
  edited: string | undefined;
  deleted: boolean;
  /** A stream that is not closed, and when it began. */
  streaming: number | undefined;
  /** Seen by this person only. */
  readonly onlyFor: string | undefined;
}

/** What the workspace tells the app. */
export type Announce = (event: Json, about: { readonly channel: FakeChannel }) => void;

export interface World {
  readonly clock: Clock;
  readonly team: string;
  readonly bot: { readonly user: string; readonly id: string; readonly app: string };
  readonly users: Map<string, FakeUser>;
  readonly channels: Map<string, FakeChannel>;
  readonly messages: FakeMessage[];
  /** `channel/thread` to the line below the thread's composer. */
  readonly statuses: Map<string, string>;
  readonly views: Map<string, FakeView>;
  readonly triggers: Map<string, { readonly user: string; readonly at: number; used: boolean }>;
  count: number;
}

export interface FakeView {
  readonly id: string;
  readonly user: string;
  readonly view: Json;
  open: boolean;
}

const team = 'T0HOME';
const bot = { user: 'U0BOT', id: 'B0BOT', app: 'A0APP' } as const;

export function createWorld(clock: Clock): World {
  const users: readonly FakeUser[] = [
    { id: bot.user, name: 'dragoman', team, bot: true },
    { id: 'U0ANN', name: 'Ann', team },
    { id: 'U0BEN', name: 'Ben', team },
    { id: 'U0GUS', name: 'Gus', team, guest: true },
    { id: 'U0OUT', name: 'Olga', team: 'T0AWAY', stranger: true },
    { id: 'U0SIS', name: 'Sina', team: 'T0SISTER', sister: true },
    { id: 'U0ROB', name: 'robot', team, bot: true },
  ];
  const channels: readonly FakeChannel[] = [
    { id: 'C0API', name: 'api', kind: 'channel', joined: true, archived: false },
    { id: 'C0OPS', name: 'ops', kind: 'channel', joined: true, archived: false },
    { id: 'C0NOT', name: 'elsewhere', kind: 'channel', joined: false, archived: false },
    { id: 'G0SEC', name: 'secret', kind: 'group', joined: true, archived: false },
    { id: 'G0MPI', name: 'mpdm-ann-ben', kind: 'mpim', joined: true, archived: false },
    { id: 'D0ANN', name: 'Ann', kind: 'im', joined: true, archived: false, with: 'U0ANN' },
    { id: 'D0BEN', name: 'Ben', kind: 'im', joined: true, archived: false, with: 'U0BEN' },
  ];
  return {
    clock,
    team,
    bot,
    users: new Map(users.map((user) => [user.id, user])),
    channels: new Map(channels.map((channel) => [channel.id, channel])),
    messages: [],
    statuses: new Map(),
    views: new Map(),
    triggers: new Map(),
    count: 0,
  };
}

/** Unique and growing: seconds, and a count in place of microseconds. */
export function nextTs(world: World): string {
  world.count += 1;
  return `${Math.floor(world.clock.now() / 1000)}.${String(world.count).padStart(6, '0')}`;
}

export function nextId(world: World, prefix: string): string {
  world.count += 1;
  return `${prefix}${String(world.count).padStart(8, '0')}`;
}

export function messageAt(world: World, channel: string, ts: string): FakeMessage | undefined {
  return world.messages.find((one) => one.channel === channel && one.ts === ts && !one.deleted);
}

/** From top to bottom; without a thread: what stands in the channel itself. */
export function messagesOf(world: World, channel: string, thread?: string): readonly FakeMessage[] {
  return world.messages.filter(
    (one) =>
      one.channel === channel &&
      !one.deleted &&
      (thread === undefined
        ? one.thread === undefined || one.thread === one.ts
        : one.thread === thread || one.ts === thread),
  );
}

/** As the platform writes it into answers and events. */
export function wireMessage(world: World, message: FakeMessage, withMetadata = false): Json {
  const { ts, thread, user, botId, clientId, text, blocks, metadata, files, edited } = message;
  const parent = thread === undefined ? undefined : messageAt(world, message.channel, thread);
  const replies = messagesOf(world, message.channel, ts).length - 1;
  return {
    type: 'message',
    user,
    ts,
    text,
    team: world.users.get(user)?.team ?? world.team,
    ...(clientId === undefined ? {} : { client_msg_id: clientId }),
    ...(botId === undefined
      ? {}
      : { bot_id: botId, app_id: world.bot.app, bot_profile: { id: botId, name: 'dragoman' } }),
    ...(blocks.length === 0 ? {} : { blocks }),
    ...(thread === undefined || thread === ts
      ? {}
      : { thread_ts: thread, parent_user_id: parent?.user ?? user }),
    ...(replies > 0 ? { thread_ts: ts, reply_count: replies } : {}),
    ...(files.length === 0 ? {} : { files }),
    ...(edited === undefined ? {} : { edited: { user, ts: edited } }),
    ...(withMetadata && metadata !== undefined ? { metadata } : {}),
    ...(message.streaming === undefined ? {} : { streaming_state: 'in_progress' }),
  };
}
