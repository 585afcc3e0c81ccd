/** What there is on the stand-in: a guild with channels, people, messages; all that outlives a connection. */
import { type Clock, systemClock } from '../../../src/lib/clock.ts';

export type Json = Record<string, unknown>;

export const channelType = {
  text: 0,
  dm: 1,
  voice: 2,
  thread: 11,
  forum: 15,
} as const;

/** `starter`: the sign with which a thread shows the message that it began from. */
export const messageType = { plain: 0, reply: 19, starter: 21 } as const;

export interface FakeUser {
  readonly id: string;
  readonly name: string;
  readonly bot: boolean;
  /** The bot may not write to them. */
  closed: boolean;
}

/** What the bot may do in a channel; a thread has those of its parent. */
export type Permission = 'view' | 'send' | 'sendInThreads' | 'createThreads' | 'history' | 'attach';

export interface FakeChannel {
  readonly id: string;
  readonly type: number;
  readonly guild: string | undefined;
  readonly parent: string | undefined;
  /** Who began it, where it is a thread. */
  readonly owner: string | undefined;
  name: string;
  readonly denied: Set<Permission>;
  archived: boolean;
  locked: boolean;
  /** Of a private chat. */
  readonly with: string | undefined;
  /** Times of renames, for the limit that no header announces. */
  readonly renames: number[];
  deleted: boolean;
}

export interface FakeFile {
  readonly id: string;
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
}

export interface FakeMessage {
  readonly id: string;
  readonly channel: string;
  readonly author: string;
  readonly at: number;
  content: string;
  type: number;
  flags: number;
  components: readonly Json[];
  attachments: readonly FakeFile[];
  /** Whom it mentions, as far as `allowed_mentions` lets it. */
  mentions: readonly string[];
  everyone: boolean;
  editedAt: number | undefined;
  /** Edits that came when it was over an hour old. */
  lateEdits: number;
  readonly nonce: string | undefined;
  /** The message that it answers, or with which its thread begins. */
  readonly reference: string | undefined;
  /** The message that it passes on. */
  readonly passesOn: string | undefined;
  /** The one person who sees it. */
  readonly onlyFor: string | undefined;
  readonly webhook: string | undefined;
  /** What it holds outside its text, on the wire: embeds, stickers, a poll, nulls; it wins over what is made here. */
  readonly outside: Json;
  deleted: boolean;
}

export interface Ping {
  readonly message: string;
  readonly user: string;
}

/** The host that keeps files. */
export interface Storage {
  /** Its address. */
  base(): string;
  /** What becomes of the next answers: they begin and do not end, do not stop coming, or break off. */
  readonly next: ('hangs' | 'endless' | 'cut')[];
  /** How many bytes it has sent. */
  bytes: number;
  readonly fetches: { readonly file: string; readonly headers: Readonly<Record<string, unknown>> }[];
}

export interface World {
  readonly clock: Clock;
  readonly bot: FakeUser;
  readonly application: string;
  readonly guild: string;
  /** The role that Discord makes for the bot in the guild. */
  readonly botRole: string;
  /** Of people, by id. */
  readonly roles: Map<string, string>;
  readonly users: Map<string, FakeUser>;
  readonly channels: Map<string, FakeChannel>;
  readonly messages: Map<string, FakeMessage>;
  /** Whose phone rang for what. */
  readonly pings: Ping[];
  readonly typing: string[];
  readonly storage: Storage;
  commands: readonly Json[];
  /** A snowflake: ids grow with time. */
  id(): string;
}

const epoch = 1_420_070_400_000;

export function createWorld(clock: Clock = systemClock, base = () => 'http://127.0.0.1'): World {
  const last = { at: 0, count: 0 };
  const id = (): string => {
    const at = clock.now();
    last.count = at > last.at ? 0 : last.count + 1;
    last.at = Math.max(at, last.at);
    return String((BigInt(last.at - epoch) << 22n) + BigInt(last.count));
  };
  const bot: FakeUser = { id: id(), name: 'dragoman', bot: true, closed: false };
  const guild = id();
  const world: World = {
    clock,
    bot,
    application: bot.id,
    guild,
    botRole: id(),
    roles: new Map(),
    users: new Map([[bot.id, bot]]),
    channels: new Map(),
    messages: new Map(),
    pings: [],
    typing: [],
    storage: { base, next: [], bytes: 0, fetches: [] },
    commands: [],
    id,
  };
  return world;
}

export function addUser(world: World, name: string, bot = false): string {
  const user: FakeUser = { id: world.id(), name, bot, closed: false };
  world.users.set(user.id, user);
  return user.id;
}

export function addChannel(
  world: World,
  changes: Pick<FakeChannel, 'type' | 'name'> & Partial<FakeChannel>,
): FakeChannel {
  const channel: FakeChannel = {
    id: world.id(),
    guild: world.guild,
    parent: undefined,
    owner: undefined,
    denied: new Set(),
    archived: false,
    locked: false,
    with: undefined,
    renames: [],
    deleted: false,
    ...changes,
  };
  world.channels.set(channel.id, channel);
  return channel;
}

export function isThread({ type }: FakeChannel): boolean {
  return type === channelType.thread;
}

export function theMessage(world: World, id: string): FakeMessage {
  const message = world.messages.get(id);
  if (message === undefined) throw new Error(`there is no message ${id}`);
  return message;
}

export function theChannel(world: World, id: string): FakeChannel {
  const channel = world.channels.get(id);
  if (channel === undefined) throw new Error(`there is no channel ${id}`);
  return channel;
}

/** Of a channel, oldest first, without those that are gone. */
export function messagesOf(world: World, channel: string): readonly FakeMessage[] {
  return [...world.messages.values()]
    .filter((message) => message.channel === channel && !message.deleted)
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
}

export function denies(world: World, channel: FakeChannel, permission: Permission): boolean {
  const from = channel.parent === undefined ? channel : (world.channels.get(channel.parent) ?? channel);
  return channel.denied.has(permission) || from.denied.has(permission);
}
