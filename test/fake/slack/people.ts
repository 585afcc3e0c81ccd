/** What people do, as the platform tells it to the app. */
import { isObject, listOf } from './blocks.ts';
import { changed, deleted, eventOf } from './chat.ts';
import type { Delivery } from './delivery.ts';
import { retitled } from './methods.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Answer } from './sockets.ts';
import {
  type FakeChannel,
  type FakeMessage,
  type FakeView,
  type Json,
  messageAt,
  nextId,
  nextTs,
  type World,
  wireMessage,
} from './world.ts';

export interface Said {
  readonly ts: string;
  /** Whether the app acknowledged every event of it. */
  readonly told: Promise<boolean>;
}

export interface Saying {
  readonly thread?: string;
  readonly files?: readonly Json[];
  readonly blocks?: readonly Json[];
  readonly attachments?: readonly Json[];
  /** Told with null wherever something may be left out. */
  readonly sparse?: boolean;
  /** Of a kind that is no ordinary message. */
  readonly subtype?: string;
}

export interface People {
  /** `@dragoman` is a mention of the app. */
  say(user: string, channel: string, text: string, options?: Saying): Said;
  edit(channel: string, ts: string, text: string): Promise<boolean>;
  delete(channel: string, ts: string): Promise<boolean>;
  /** The platform shows a preview of a link: the message changes, its text does not. */
  unfurl(channel: string, ts: string): Promise<boolean>;
  /** Presses the button with this label or value; undefined: the person saw a warning sign. */
  press(user: string, channel: string, ts: string, button: string): Promise<Answer>;
  slash(user: string, channel: string, text: string): Promise<Answer>;
  /** Presses the platform's own Stop, which is there while a session is processing and the app hears it. */
  stop(user: string, channel: string, thread: string): Promise<boolean>;
  /** Gives the platform's own session another title. */
  retitle(user: string, channel: string, thread: string, title: string): Promise<boolean>;
  /** The modal that is open before this person. */
  view(user: string): FakeView | undefined;
  /** Submits it: block id to a text, or to labels of options. The answer tells errors where there are any. */
  submit(user: string, values: Readonly<Record<string, string | readonly string[]>>): Promise<Answer>;
}

export interface PeopleDeps {
  readonly world: World;
  readonly delivery: Delivery;
  readonly urls: ResponseUrls;
  /** Sends one event; several of one gesture go side by side. */
  readonly tell: (events: readonly Json[]) => Promise<boolean>;
}

export function createPeople(deps: PeopleDeps): People {
  const { world } = deps;
  return {
    say: (user, channel, text, options = {}) =>
      say(deps, channelNamed(world, channel), { user, text, options }),
    async edit(channel, ts, text) {
      const message = needed(world, channel, ts);
      const before = wireMessage(world, message);
      message.text = wireText(world, text);
      message.edited = nextTs(world);
      const place = channelNamed(world, channel);
      const {
        subtype: _,
        channel_type: __,
        ...mention
      } = eventOf(world, place, message) as Record<string, unknown>;
      return deps.tell([
        ...(place.joined ? [changed(world, place, message, before)] : []),
        ...(isMention(world, place, message)
          ? [{ ...mention, type: 'app_mention', event_ts: nextTs(world) }]
          : []),
      ]);
    },
    async delete(channel, ts) {
      const message = needed(world, channel, ts);
      return deps.tell([removal(world, channelNamed(world, channel), message)]);
    },
    async unfurl(channel, ts) {
      const message = needed(world, channel, ts);
      const before = wireMessage(world, message);
      return deps.tell([changed(world, channelNamed(world, channel), message, before)]);
    },
    press: (user, channel, ts, button) => press(deps, user, needed(world, channel, ts), button),
    slash: (user, channel, text) => slash(deps, user, channelNamed(world, channel), text),
    async stop(user, channel, thread) {
      const isThere =
        world.agent.subscribed && world.sessions.get(`${channel}/${thread}`)?.status === 'processing';
      if (!isThere) throw new Error(`no Stop in ${channel}/${thread}`);
      const event = {
        type: 'agent_session_stopped',
        channel,
        thread_ts: thread,
        user,
        streaming_message_ts: [],
      };
      return deps.tell([{ ...event, event_ts: nextTs(world) }]);
    },
    async retitle(user, channel, thread, title) {
      const key = `${channel}/${thread}`;
      const session = world.sessions.get(key);
      if (session === undefined) throw new Error(`no session in ${key}`);
      world.sessions.set(key, { ...session, title });
      return deps.tell([retitled(world, { channel, thread, user, title })]);
    },
    view: (user) => viewOf(world, user),
    submit: (user, values) => submit(deps, user, values),
  };
}

function say(
  { world, tell }: PeopleDeps,
  channel: FakeChannel,
  { user, text, options }: { readonly user: string; readonly text: string; readonly options: Saying },
): Said {
  const isBot = world.users.get(user)?.bot === true;
  const message: FakeMessage = {
    channel: channel.id,
    ts: nextTs(world),
    thread: options.thread,
    user,
    botId: isBot ? `B${user.slice(1)}` : undefined,
    clientId: isBot ? undefined : nextId(world, 'client-'),
    text: wireText(world, text),
    blocks: options.blocks ?? [],
    metadata: undefined,
    files: options.files ?? [],
    ...(options.attachments === undefined ? {} : { attachments: options.attachments }),
    ...(options.sparse === true ? { sparse: true } : {}),
    edited: undefined,
    deleted: false,
    streaming: undefined,
    onlyFor: undefined,
  };
  world.messages.push(message);
  const event = {
    ...eventOf(world, channel, message),
    ...(options.sparse === true ? { subtype: null } : {}),
    ...(options.subtype === undefined ? {} : { subtype: options.subtype }),
  };
  const mentioned = isMention(world, channel, message);
  const { channel_type: _, subtype: __, ...mention }: Record<string, unknown> = event;
  const told = tell([
    ...(channel.joined ? [event] : []),
    ...(mentioned ? [{ ...mention, type: 'app_mention' }] : []),
  ]);
  return { ts: message.ts, told };
}

/** Told by an event of its own, also when the message is changed and still or newly mentions the app. */
function isMention({ bot }: World, { kind }: FakeChannel, { text }: FakeMessage): boolean {
  return text.includes(`<@${bot.user}>`) && kind !== 'im';
}

/** What people type, as it travels: three signs escaped, the mention of the app resolved. */
function wireText({ bot }: World, text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@dragoman', `<@${bot.user}>`);
}

/** The first message of a thread with replies leaves a tombstone, any other one goes. */
function removal(world: World, channel: FakeChannel, message: FakeMessage): Json {
  const before = wireMessage(world, message);
  const replies = world.messages.some((one) => one.thread === message.ts && one !== message && !one.deleted);
  message.deleted = true;
  if (!replies) return deleted(world, channel, message, before);
  const event = changed(world, channel, message, before);
  const tombstone = { ...before, subtype: 'tombstone', text: 'This message was deleted.', user: 'USLACKBOT' };
  return { ...event, message: tombstone };
}

export interface FakeButton {
  readonly label: string;
  readonly element: Json;
  readonly block: Json;
}

export function buttonsOf(message: Pick<FakeMessage, 'blocks'>): readonly FakeButton[] {
  return message.blocks
    .filter(({ type }) => type === 'actions')
    .flatMap((block) =>
      listOf(block['elements']).map((element) => ({
        label: isObject(element['text']) ? String(element['text']['text']) : '',
        element,
        block,
      })),
    );
}

function triggerFor(world: World, user: string): string {
  const id = nextId(world, 'trigger.');
  world.triggers.set(id, { user, at: world.clock.now(), used: false });
  return id;
}

function personOf(world: World, user: string): Json {
  const known = world.users.get(user);
  const name = known?.name ?? user;
  return { id: user, username: name.toLowerCase(), name, team_id: known?.team ?? world.team };
}

async function press(
  { world, delivery, urls }: PeopleDeps,
  user: string,
  message: FakeMessage,
  wanted: string,
): Promise<Answer> {
  const found = buttonsOf(message).find(
    ({ label, element }) => label === wanted || element['value'] === wanted,
  );
  if (found === undefined) throw new Error(`no button "${wanted}" on ${message.ts}`);
  const { element, block } = found;
  const channel = channelNamed(world, message.channel);
  return delivery.interaction('interactive', {
    type: 'block_actions',
    team: { id: world.team, domain: 'home' },
    user: personOf(world, user),
    api_app_id: world.bot.app,
    token: 'verification',
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: false,
      ...(message.thread === undefined ? {} : { thread_ts: message.thread }),
    },
    trigger_id: triggerFor(world, user),
    channel: { id: channel.id, name: channel.kind === 'im' ? 'directmessage' : channel.name },
    message: wireMessage(world, message),
    state: { values: {} },
    response_url: urls.create(user, channel.id, message.thread),
    actions: [
      {
        type: 'button',
        action_id: element['action_id'] ?? 'generated',
        block_id: block['block_id'] ?? 'generated',
        value: element['value'],
        text: element['text'],
        action_ts: nextTs(world),
      },
    ],
  });
}

async function slash(
  { world, delivery, urls }: PeopleDeps,
  user: string,
  channel: FakeChannel,
  text: string,
): Promise<Answer> {
  const { name } = personOf(world, user);
  return delivery.interaction('slash_commands', {
    token: 'verification',
    team_id: world.team,
    team_domain: 'home',
    channel_id: channel.id,
    channel_name: channel.kind === 'im' ? 'directmessage' : channel.name,
    user_id: user,
    user_name: name,
    command: '/dragoman',
    text,
    api_app_id: world.bot.app,
    is_enterprise_install: false,
    response_url: urls.create(user, channel.id, undefined),
    trigger_id: triggerFor(world, user),
  });
}

function viewOf(world: World, user: string): FakeView | undefined {
  return [...world.views.values()].findLast((view) => view.open && view.user === user);
}

async function submit(
  { world, delivery }: PeopleDeps,
  user: string,
  values: Readonly<Record<string, string | readonly string[]>>,
): Promise<Answer> {
  const open = viewOf(world, user);
  if (open === undefined) throw new Error(`no modal is open before ${user}`);
  const inputs = listOf(open.view['blocks']).filter(({ type }) => type === 'input');
  const state = inputs.map((block): [string, Json] => {
    const element = block['element'] as Json;
    const value = stateOf(element, values[String(block['block_id'])]);
    return [String(block['block_id']), { [String(element['action_id'])]: value }];
  });
  const answer = await delivery.interaction('interactive', {
    type: 'view_submission',
    team: { id: world.team, domain: 'home' },
    user: personOf(world, user),
    api_app_id: world.bot.app,
    token: 'verification',
    trigger_id: triggerFor(world, user),
    view: {
      id: open.id,
      team_id: world.team,
      state: { values: Object.fromEntries(state) },
      hash: '1',
      app_id: world.bot.app,
      bot_id: world.bot.id,
      ...open.view,
    },
    response_urls: [],
  });
  if (answer !== undefined && answer['response_action'] !== 'errors') open.open = false;
  return answer;
}

function stateOf(element: Json, given: string | readonly string[] | undefined): Json {
  const type = String(element['type']);
  if (type === 'plain_text_input')
    return { type, value: typeof given === 'string' && given !== '' ? given : null };
  const labels = given === undefined ? [] : [given].flat();
  const options = listOf(element['options']);
  const chosen = labels.map((label) => {
    const option = options.find(({ text }) => isObject(text) && text['text'] === label);
    if (option === undefined) throw new Error(`no option "${label}"`);
    return option;
  });
  if (type === 'checkboxes' || type === 'multi_static_select') return { type, selected_options: chosen };
  return { type, selected_option: chosen[0] ?? null };
}

function channelNamed(world: World, id: string): FakeChannel {
  const channel = world.channels.get(id);
  if (channel === undefined) throw new Error(`no channel ${id}`);
  return channel;
}

function needed(world: World, channel: string, ts: string): FakeMessage {
  const message = messageAt(world, channel, ts);
  if (message === undefined) throw new Error(`no message ${ts} in ${channel}`);
  return message;
}
