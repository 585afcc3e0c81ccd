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
  /** What stands below it: pasted tables, messages of elsewhere, previews. */
  readonly attachments?: readonly Json[];
  /** Told with null wherever something may be left out. */
  readonly sparse?: boolean;
  edited: string | undefined;
  deleted: boolean;
  /** A stream that is not closed, and when it began. */
  streaming: number | undefined;
  /** Seen by this person only. */
  readonly onlyFor: string | undefined;
}

export interface FakeFile {
  readonly id: string;
  readonly user: string;
  readonly name: string;
  title: string;
  readonly mime: string;
  /** As it was announced. */
  readonly length: number;
  bytes: Buffer | undefined;
  /** Of a shared channel: messages tell its id only. */
  readonly foreign: boolean;
  readonly mode: 'hosted' | 'external' | 'tombstone' | 'hidden_by_limit';
  /** Where it is said to lie; undefined: here. */
  readonly address: string | undefined;
  readonly snippet: string | undefined;
  readonly shares: { readonly channel: string; readonly ts: string; readonly thread: string | undefined }[];
  upload: 'begun' | 'sent' | 'completed';
}

/** They begin and stop, break off, or never end. */
export type Serving = 'hangs' | 'cut' | 'endless';

/** What the workspace tells the app. */
export type Announce = (event: Json, about: { readonly channel: FakeChannel }) => void;

export interface World {
  readonly clock: Clock;
  readonly team: string;
  readonly bot: { readonly user: string; readonly id: string; readonly app: string };
  readonly users: Map<string, FakeUser>;
  readonly channels: Map<string, FakeChannel>;
  readonly messages: FakeMessage[];
  /** Whether the app is declared as an agent, and hears the platform's own Stop. */
  readonly agent: { declared: boolean; subscribed: boolean };
  /** `channel/thread` to the platform's own session. */
  readonly sessions: Map<string, { readonly status: string; readonly title: string }>;
  /** Groups of people: id to handle. */
  readonly groups: Map<string, string>;
  /** `channel/thread` to the line below the thread's composer. */
  readonly statuses: Map<string, { readonly line: string; readonly until: number }>;
  readonly views: Map<string, FakeView>;
  readonly triggers: Map<string, { readonly user: string; readonly at: number; used: boolean }>;
  readonly files: Map<string, FakeFile>;
  /** Files are looked through before they are shared: `held` until what waits is called. */
  readonly sharing: { held: boolean; readonly waiting: (() => void)[] };
  /** Bytes of files that went out, and what becomes of the next ones. */
  readonly served: { bytes: number; readonly next: Serving[] };
  /** `channel/ts` to the reactions of the bot. */
  readonly reactions: Map<string, readonly string[]>;
  /** Root of all addresses, without a slash at the end. */
  readonly base: () => string;
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

export function createWorld(clock: Clock, base: () => string): World {
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
    agent: { declared: false, subscribed: true },
    sessions: new Map(),
    groups: new Map([['S0TEAM', 'platform-team']]),
    statuses: new Map(),
    views: new Map(),
    triggers: new Map(),
    files: new Map(),
    sharing: { held: false, waiting: [] },
    served: { bytes: 0, next: [] },
    reactions: new Map(),
    base,
    count: 0,
  };
}

/** `whole`: as `files.info` tells it, of a file that messages only name as well. */
export function wireFile(world: World, file: FakeFile, whole = false): Json {
  const { id, user, name, title, mime, length, mode, shares, foreign } = file;
  if (foreign && !whole) return { id, created: 0, mode: 'file_access', file_access: 'check_file_info' };
  if (mode === 'tombstone' || mode === 'hidden_by_limit') return { id, mode, created: 0 };
  const address = file.address ?? `${world.base()}/files-pri/${world.team}-${id}`;
  return {
    id,
    user,
    name,
    title,
    mimetype: mime,
    size: length,
    mode,
    is_external: mode === 'external',
    file_access: 'visible',
    url_private: `${address}/${encodeURIComponent(name)}`,
    ...(mode === 'external'
      ? {}
      : { url_private_download: `${address}/download/${encodeURIComponent(name)}` }),
    ...(whole ? { shares: sharesOf(world, shares) } : {}),
  };
}

/** By kind, then by channel. */
function sharesOf(world: World, shares: FakeFile['shares']): Json {
  const of = (open: boolean) =>
    Object.fromEntries(
      shares
        .filter(({ channel }) => (world.channels.get(channel)?.kind === 'channel') === open)
        .map(({ channel, ts, thread }) => [
          channel,
          [{ ts, ...(thread === undefined ? {} : { thread_ts: thread }) }],
        ]),
    );
  const [open, closed] = [of(true), of(false)];
  return {
    ...(Object.keys(open).length === 0 ? {} : { public: open }),
    ...(Object.keys(closed).length === 0 ? {} : { private: closed }),
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
  const { ts, thread, user, clientId, text, blocks, metadata, files, edited } = message;
  const nothing = [
    'bot_id',
    'username',
    'bot_profile',
    'blocks',
    'thread_ts',
    'files',
    'attachments',
    'edited',
  ];
  const parent = thread === undefined ? undefined : messageAt(world, message.channel, thread);
  const replies = messagesOf(world, message.channel, ts).length - 1;
  return {
    ...(message.sparse === true ? Object.fromEntries(nothing.map((name) => [name, null])) : {}),
    type: 'message',
    user,
    ts,
    text,
    team: world.users.get(user)?.team ?? world.team,
    ...(clientId === undefined ? {} : { client_msg_id: clientId }),
    ...programOf(world, message),
    ...(blocks.length === 0 ? {} : { blocks }),
    ...(thread === undefined || thread === ts
      ? {}
      : { thread_ts: thread, parent_user_id: parent?.user ?? user }),
    ...(replies > 0 ? { thread_ts: ts, reply_count: replies } : {}),
    ...(files.length === 0 ? {} : { files }),
    ...(message.attachments === undefined ? {} : { attachments: message.attachments }),
    ...(edited === undefined ? {} : { edited: { user, ts: edited } }),
    ...(withMetadata && metadata !== undefined ? { metadata } : {}),
    ...(message.streaming === undefined ? {} : { streaming_state: 'in_progress' }),
  };
}

function programOf({ bot, users }: World, { user, botId }: FakeMessage): Json {
  if (botId === undefined) return {};
  return {
    bot_id: botId,
    app_id: botId === bot.id ? bot.app : `A${botId.slice(1)}`,
    bot_profile: { id: botId, name: users.get(user)?.name ?? user },
  };
}
