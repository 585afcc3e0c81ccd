/** Web API methods that read, and those of modals and status lines. */
import { isObject, viewProblem } from './blocks.ts';
import { channelOf, chat, type Method } from './chat.ts';
import { files } from './files.ts';
import { Refusal } from './refusal.ts';
import {
  type FakeMessage,
  type Json,
  messageAt,
  messagesOf,
  nextId,
  nextTs,
  type World,
  wireMessage,
} from './world.ts';

/** A trigger may be used once, within this time, milliseconds. */
const triggerMs = 3000;
/** A status line goes away by itself, milliseconds. */
const statusMs = 120_000;
const organisation = 'E0ORG';

export const methods: Readonly<Record<string, Method>> = {
  ...chat,
  ...files,

  'auth.test': ({ world }) => ({
    ok: true,
    url: 'https://home.example.org/',
    team: 'Home',
    user: 'dragoman',
    team_id: world.team,
    user_id: world.bot.user,
    bot_id: world.bot.id,
    enterprise_id: organisation,
    is_enterprise_install: false,
  }),

  'conversations.replies': ({ world, args }) => {
    const channel = readable(world, args);
    const root = messageAt(world, channel, String(args['ts'] ?? ''));
    if (root === undefined) throw new Refusal('thread_not_found');
    return paged(world, messagesOf(world, channel, root.thread ?? root.ts), args);
  },

  // The newest first.
  'conversations.history': ({ world, args }) =>
    paged(world, messagesOf(world, readable(world, args)).toReversed(), args),

  'conversations.info': ({ world, args }) => {
    const { id, name, kind, archived, joined, outside } = channelOf(world, args);
    return {
      ok: true,
      channel: {
        id,
        name,
        is_im: kind === 'im',
        is_mpim: kind === 'mpim',
        is_private: kind === 'group' || kind === 'mpim',
        is_archived: archived,
        is_member: joined,
        is_ext_shared: outside === true,
      },
    };
  },

  'users.conversations': ({ world }) => ({
    ok: true,
    channels: [...world.channels.values()]
      .filter(({ kind, joined, archived }) => joined && !archived && (kind === 'channel' || kind === 'group'))
      .map(({ id, name, outside }) => ({ id, name, is_member: true, is_ext_shared: outside === true })),
    response_metadata: { next_cursor: '' },
  }),

  'usergroups.list': ({ world }) => ({
    ok: true,
    usergroups: [...world.groups].map(([id, handle]) => ({ id, handle, name: handle, team_id: world.team })),
  }),

  'users.info': ({ world, args }) => {
    const user = world.users.get(String(args['user'] ?? ''));
    if (user === undefined) throw new Refusal('user_not_found');
    return {
      ok: true,
      user: {
        id: user.id,
        team_id: user.team,
        name: user.name.toLowerCase(),
        real_name: user.name,
        profile: { display_name: user.name, real_name: user.name },
        is_bot: user.bot === true,
        is_restricted: user.guest === true,
        is_ultra_restricted: false,
        is_stranger: user.stranger === true,
        ...(user.sister === true ? { enterprise_user: { enterprise_id: organisation } } : {}),
        deleted: false,
      },
    };
  },

  'views.open': ({ world, args }) => {
    const trigger = world.triggers.get(String(args['trigger_id'] ?? ''));
    if (trigger === undefined) throw new Refusal('invalid_trigger_id');
    if (trigger.used) throw new Refusal('exchanged_trigger_id');
    if (world.clock.now() - trigger.at > triggerMs) throw new Refusal('expired_trigger_id');
    const { view } = args;
    const problem = isObject(view) ? viewProblem(view) : 'no view';
    if (problem !== undefined || !isObject(view))
      throw new Refusal('invalid_arguments', { response_metadata: { messages: [problem] } });
    trigger.used = true;
    const id = nextId(world, 'V');
    world.views.set(id, { id, user: trigger.user, view, open: true });
    return { ok: true, view: { id, ...view } };
  },

  'assistant.threads.setStatus': ({ world, args }) => {
    const { id } = channelOf(world, args);
    const thread = String(args['thread_ts'] ?? '');
    if (messageAt(world, id, thread) === undefined) throw new Refusal('invalid_thread_ts');
    const status = String(args['status'] ?? '');
    if (status === '') world.statuses.delete(`${id}/${thread}`);
    else world.statuses.set(`${id}/${thread}`, { line: status, until: world.clock.now() + statusMs });
    return { ok: true };
  },

  'agents.sessions.setStatus': ({ world, args }) => {
    const { key, session } = sessionOf(world, args);
    const status = String(args['status'] ?? '');
    if (!['active', 'processing', 'suspended', 'closed'].includes(status))
      throw new Refusal('invalid_status');
    const title = session?.title ?? String(args['title'] ?? '');
    world.sessions.set(key, { status, title });
    const isDeaf = status === 'processing' && !world.agent.subscribed;
    return {
      ok: true,
      status,
      title,
      ...(isDeaf ? { warning: 'missing_agent_session_stopped_event_subscription' } : {}),
    };
  },

  'agents.sessions.rename': ({ world, announce, args }) => {
    const { key, session, channel, thread } = sessionOf(world, args);
    if (session === undefined) throw new Refusal('agent_session_not_found');
    const title = String(args['title'] ?? '');
    if (title === '' || title.length > 200) throw new Refusal('invalid_title');
    world.sessions.set(key, { ...session, title });
    announce(retitled(world, { channel: channel.id, thread, user: world.bot.user, title }), { channel });
    return { ok: true, title };
  },

  'reactions.add': ({ world, args }) => {
    const channel = readable(world, args);
    const message = messageAt(world, channel, String(args['timestamp'] ?? ''));
    const name = String(args['name'] ?? '');
    if (message === undefined) throw new Refusal('message_not_found');
    if (!/^[a-z0-9_+-]+$/.test(name)) throw new Refusal('invalid_name');
    const key = `${channel}/${message.ts}`;
    const known = world.reactions.get(key) ?? [];
    if (known.includes(name)) throw new Refusal('already_reacted');
    world.reactions.set(key, [...known, name]);
    return { ok: true };
  },
};

/** Only an app that is declared as an agent has sessions. */
function sessionOf(world: World, args: Json) {
  const channel = channelOf(world, args);
  if (!world.agent.declared) throw new Refusal('app_is_not_an_agent');
  const thread = String(args['thread_ts'] ?? '');
  if (messageAt(world, channel.id, thread) === undefined) throw new Refusal('thread_not_found');
  const key = `${channel.id}/${thread}`;
  return { channel, thread, key, session: world.sessions.get(key) };
}

/** What the platform tells when a session gets another title, whoever gave it. */
export function retitled(
  world: World,
  { channel, thread, user, title }: Readonly<Record<'channel' | 'thread' | 'user' | 'title', string>>,
): Json {
  return {
    type: 'agent_session_title_changed',
    channel,
    thread_ts: thread,
    user,
    team_id: world.team,
    title,
    event_ts: nextTs(world),
  };
}

function readable(world: World, args: Json): string {
  const { id, joined } = channelOf(world, args);
  if (!joined) throw new Refusal('not_in_channel');
  return id;
}

function paged(world: World, messages: readonly FakeMessage[], args: Json): Json {
  const limit = Math.min(Number(args['limit'] ?? 100), 999);
  const from = args['cursor'] ? Number(Buffer.from(String(args['cursor']), 'base64').toString()) : 0;
  const oldest = String(args['oldest'] ?? '');
  const latest = String(args['latest'] ?? '\uffff');
  const inclusive = String(args['inclusive']) === 'true';
  const listed = messages.filter(
    ({ onlyFor, ts }) => onlyFor === undefined && ts > oldest && (inclusive ? ts <= latest : ts < latest),
  );
  const more = from + limit < listed.length;
  const cursor = more ? Buffer.from(String(from + limit)).toString('base64') : '';
  const metadata = String(args['include_all_metadata']) === 'true';
  return {
    ok: true,
    messages: listed.slice(from, from + limit).map((message) => wireMessage(world, message, metadata)),
    has_more: more,
    response_metadata: { next_cursor: cursor },
  };
}

/** Arguments of a call; lists and objects come as JSON texts in the form. */
export function argumentsOf(contentType: string, body: string): Json {
  if (contentType.startsWith('application/json')) return JSON.parse(body || '{}') as Json;
  const structured = new Set([
    'blocks',
    'view',
    'metadata',
    'chunks',
    'attachments',
    'files',
    'loading_messages',
  ]);
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([name, value]) => [
      name,
      structured.has(name) ? (JSON.parse(value) as unknown) : value,
    ]),
  );
}
