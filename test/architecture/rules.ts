/**
 * Who may import whom: the first row whose folder holds the file decides. A new wall or door belongs here and
 * into README.md › Architecture, with its reason.
 */
export interface Row {
  readonly folder: string;
  /** Folders and files of ours. Its own folder is always allowed. */
  readonly own: readonly string[];
  readonly outside: readonly string[];
  /** It decides or describes and does nothing: no Node, no clock, no chance. */
  readonly pure?: true;
}

/** What every wing of the gateway may know: contracts, what is to be shown, and the words of the shard. */
const gateway = [
  'src/core',
  'src/lib',
  'src/render',
  'src/store/types.ts',
  'src/gateway/policy',
  'src/gateway/shard.ts',
  'src/gateway/ids.ts',
  'src/gateway/thread-name.ts',
];
const outbound = 'src/gateway/outbound';
const requests = 'src/gateway/requests';
const runs = 'src/gateway/runs';
const access = 'src/gateway/access';
const commands = 'src/gateway/commands';
/** Each wing says in its README what it is for and what it may not know; its row here holds it to that. */
const wings: readonly Row[] = [
  { folder: outbound, own: gateway, outside: ['node:'] },
  { folder: requests, own: [...gateway, outbound], outside: [] },
  { folder: runs, own: [...gateway, outbound, requests], outside: [] },
  { folder: access, own: [...gateway, `${outbound}/notices.ts`], outside: ['node:'] },
  { folder: commands, own: [...gateway, access, requests, runs, outbound], outside: ['node:'] },
  {
    folder: 'src/gateway/inbound',
    own: [...gateway, access, commands, requests, runs, outbound],
    outside: ['node:'],
  },
];

/** Dialects of the agent server's API, one folder each. None knows another, and only the door knows them. */
export const dialects = { folders: ['src/opencode/v1'], door: 'src/opencode/index.ts' };
/** What dialects share: our own server as a process, its address, the stream. */
const aboveDialects = [
  'data-url.ts',
  'deadline.ts',
  'dialect.ts',
  'diffs.ts',
  'endpoint.ts',
  'environment.ts',
  'media.ts',
  'sentence.ts',
  'server.ts',
  'stream.ts',
].map((name) => `src/opencode/${name}`);

const everything = ['src', 'adapters', 'migrations'];
const contracts = ['src/core'];

export const table: readonly Row[] = [
  { folder: 'src/core', own: [], outside: [], pure: true },
  {
    folder: 'src/lib',
    // Routes, forms and documents as adapters know them, and the error that no restart mends.
    own: ['src/core/channel.ts', 'src/core/errors.ts'],
    outside: [
      'node:',
      'pino',
      'prom-client',
      'undici',
      'hono',
      '@hono/node-server',
      'zod',
      'mdast',
      'mdast-util-from-markdown',
      'mdast-util-gfm',
      'micromark-extension-gfm',
      'micromark-extension-cjk-friendly',
      'micromark-extension-cjk-friendly-gfm-strikethrough',
    ],
  },
  {
    folder: 'src/render',
    own: contracts,
    outside: [],
    pure: true,
  },
  {
    folder: 'src/opencode/v1',
    own: ['src/core', 'src/lib', ...aboveDialects],
    outside: ['node:', '@opencode-ai/sdk'],
  },
  { folder: 'src/opencode', own: ['src/core', 'src/lib'], outside: ['node:'] },
  {
    folder: 'src/store',
    own: ['src/core', 'src/lib', 'migrations'],
    outside: ['node:', 'kysely', 'pg', '@electric-sql/pglite'],
  },
  { folder: 'migrations', own: [], outside: ['kysely'] },
  { folder: 'src/gateway/policy', own: ['src/core', 'src/render/plan.ts'], outside: [], pure: true },
  ...wings,
  {
    folder: 'src/gateway',
    own: ['src/core', 'src/lib', 'src/render', 'src/store/types.ts'],
    outside: ['node:'],
  },
  { folder: 'src/demo', own: ['src/core', 'src/lib'], outside: ['node:'] },
  { folder: 'src/config', own: ['src/core', 'src/lib'], outside: ['node:', 'zod'] },
  { folder: 'src/doctor', own: everything, outside: ['node:'] },
  { folder: 'src/setup', own: everything, outside: ['node:', '@clack/prompts'] },
  { folder: 'src/cli', own: everything, outside: ['node:'] },
  { folder: 'src', own: everything, outside: ['node:'] },
  {
    folder: 'adapters/web',
    own: ['src/core', 'src/lib'],
    outside: ['node:', 'zod', 'hast', 'hast-util-to-html', 'lowlight', 'mdast-util-to-hast'],
  },
  {
    folder: 'adapters/telegram',
    own: ['src/core', 'src/lib'],
    outside: ['node:', 'grammy', 'zod', 'mdast'],
  },
  {
    folder: 'adapters/slack',
    own: ['src/core', 'src/lib'],
    outside: ['node:', 'zod', '@slack/bolt', '@slack/socket-mode', 'mdast'],
  },
  {
    folder: 'adapters/discord',
    own: ['src/core', 'src/lib'],
    outside: ['node:', 'zod', 'discord.js', 'mdast'],
  },
  { folder: 'adapters', own: ['src/core', 'adapters'], outside: [] },
];

/** Packages that more than one folder may import, and why. Every other one has a single folder that knows it. */
export const shared: Readonly<Record<string, string>> = {
  zod: 'each adapter checks its own configuration and what it stored, and src/config the whole',
  kysely: 'migrations are SQL through its tag, the store runs them',
  mdast: 'types of a Markdown tree, which src/lib reads and adapters write in their dialects',
};

/** Files that bring parts together; all others import at most ten of ours. */
export const roots = [
  'migrations/index.ts',
  'src/app.ts',
  'src/cli.ts',
  'src/config.ts',
  'src/demo/script.ts',
  'migrations/index.ts',
  'src/gateway/commands/table.ts',
  'src/gateway/server.ts',
  'src/store/store.ts',
];

/** Files that every command loads, and the packages that come with them; a client of a platform takes a second. */
export const entrances: readonly { readonly file: string; readonly packages: readonly string[] }[] = [
  { file: 'adapters/index.ts', packages: ['node:', 'zod'] },
  { file: 'src/cli.ts', packages: ['node:', 'zod'] },
];

/** Each table, and the one file that writes it. */
export const writers: Readonly<Record<string, string>> = {
  inbox: 'src/store/inbox.ts',
  thread: 'src/store/threads.ts',
  overheard: 'src/store/overheard.ts',
  session: 'src/store/sessions.ts',
  prompt: 'src/store/prompts.ts',
  file: 'src/store/files.ts',
  request: 'src/store/requests.ts',
  ledger: 'src/store/ledger.ts',
  lease: 'src/store/leases.ts',
  document: 'src/store/documents.ts',
  person: 'src/store/people.ts',
  pairing: 'src/store/people.ts',
  opening: 'src/store/openings.ts',
  reason: 'src/store/reasons.ts',
};

/**
 * Maps and sets that begin empty and are filled while the process works, each with its one owner and what it is
 * for. State that is not here belongs into the store, or is derived.
 */
export const memory: Readonly<Record<string, string>> = {
  'src/gateway/outbound/backlog.ts:backlog':
    'threads whose shown state may differ from what they should show',
  'src/gateway/outbound/apply.ts:slots': 'the ledger of running turns, read once; forgotten with the turn',
  'src/gateway/outbound/apply.ts:hashes': 'the hash of a content that is rendered again unchanged',
  'src/gateway/outbound/apply.ts:unclear':
    'slots refused in words that nobody knows, until they are shown; forgotten with the turn',
  'src/gateway/outbound/apply.ts:shown': 'local: one turn’s rows of the ledger on their way into slots',
  'src/gateway/runs/in-flight.ts:handed': 'what was sent into the run, until the server says that it has it',
  'src/gateway/policy/pace.ts:calls': 'times of recent calls, by which the next one is predicted',
  'src/gateway/policy/pace.ts:blocked': 'until when a platform told us to wait',
  'src/gateway/requests/requests.ts:telling': 'requests whose decision is on its way to the server',
  'src/gateway/inbound/router.ts:busy': 'threads with an event in hand',
  'src/gateway/runs/session-loops.ts:hearing':
    'the same loops by the server’s session that each of them hears',
  'src/gateway/runs/session-loops.ts:loops': 'sessions with something to do',
  'src/gateway/outbound/turns.ts:active': 'turns that run, derived from events and snapshots',
  'adapters/telegram/update-window.ts:waiting': 'updates that were heard and are not stored',
  'adapters/telegram/update-window.ts:done': 'updates that are stored while an earlier one is not',
  'src/lib/wake.ts:waiting': 'loops that wait for a change',
  'src/lib/http.ts:handlers': 'routes of the one HTTP server',
  'src/lib/recent.ts:entries': 'what its owner remembers, at most so many',
  'src/lib/redact.ts:spellings': 'secrets that are never written, as they travel',
  'src/lib/redact.ts:values': 'the same as they are',
  'src/opencode/v1/calls.ts:clients': 'the SDK’s client of each address',
  'src/opencode/v1/connection.ts:read': 'defaults of each directory, read once a connection',
  'src/opencode/v1/feed.ts:holds': 'events that wait for the snapshot of their session',
  'src/opencode/v1/feed.ts:strangers': 'events that wait until the root of their session is known',
  'src/opencode/v1/stream-memory.ts:tracked': 'roots whose parts are wanted',
  'src/opencode/v1/stream-memory.ts:ignored': 'counts of events that meant nothing',
  'src/opencode/v1/stream-memory.ts:open': 'messages of one run that are not complete',
  'src/opencode/v1/probe.ts:there': 'local: calls that one server’s description lists',
  'src/opencode/v1/tracking.ts:sessions': 'sessions of which snapshots are wanted',
  'src/opencode/v1/tracking.ts:running': 'snapshots under way, one a session',
  'src/lib/wake.ts:seen': 'wake-ups each of them has seen, so that none is lost',
  'adapters/telegram/albums.ts:open': 'albums that wait for their other pieces; all are in the documents',
  'adapters/slack/lanes.ts:lanes':
    'events of each channel on their way in, so that they go one by one, in order',
  'adapters/slack/people.ts:asked': 'look-ups under way, one a person',
  'adapters/slack/places.ts:asked': 'look-ups under way, one a channel',
  'adapters/slack/streams.ts:open':
    'streams that are being written; one that was forgotten is stopped and edited',
  'adapters/slack/socket.ts:underWay': 'local: events of one socket that are not acknowledged yet',
  'adapters/web/archive.ts:open': 'threads that were read lately',
  'adapters/web/sessions.ts:seen': 'when each browser was last seen, by its digest; all are in the documents',
  'adapters/web/archive.ts:read': 'the rows of the threads, once they were read; all are in the documents',
  'adapters/web/archive.ts:unwritten': 'live contents that are shown and not stored yet',
  'adapters/web/assets.ts:files': 'the page’s files',
  'adapters/web/feed.ts:streams': 'browsers that listen',
  'adapters/web/feed.ts:pending': 'newest content of each message that one browser has not got yet',
  'adapters/web/wire.ts:made': 'the HTML of a content, made once',
  'adapters/discord/channels.ts:known': 'what Discord told of its channels; told anew with each session',
  'adapters/discord/gateway.ts:live': 'shards that have a session now',
  'adapters/discord/gateway.ts:all': 'shards that were heard of on this connection',
  'adapters/discord/identity.ts:roles': 'roles that are ours; told anew with each session',
  'src/lib/lanes.ts:tails': 'what is under way in each lane, so that its work goes one by one',
  'adapters/discord/reposts.ts:forward': 'messages that stand under another id now; all are in the documents',
  'adapters/discord/reposts.ts:backward': 'the same from the other end',
  'adapters/discord/threads.ts:known': 'conversations we take part in; all are in the documents',
  'adapters/discord/channels.ts:roles': 'what roles are called, told anew with each session',
};
