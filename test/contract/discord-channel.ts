import { discord as definition } from '../../adapters/discord/index.ts';
import type { Documents, Form, MessageId, ThreadAddress } from '../../src/core/channel.ts';
import { plain } from '../fake/discord/screen.ts';
import type { FakeMessage } from '../fake/discord/world.ts';
import { type FakeDiscord, type FakeDiscordOptions, startFakeDiscord } from '../fake/discord.ts';
import { memoryDocuments } from '../unit/web/host.ts';
import { createGateway } from './adapter/gateway.ts';
import {
  type ChannelUnderTest,
  type People,
  type Place,
  type Platform,
  until,
  type Who,
} from './adapter/rig.ts';
import { createRunner } from './adapter/runner.ts';

export interface DiscordUnderTest extends ChannelUnderTest {
  readonly discord: FakeDiscord;
  readonly ids: Readonly<Record<Who, string>>;
  readonly spots: Readonly<Record<Place, string>>;
}

/** The adapter on the stand-in, with Ann and Ben in a guild, two threads that are ours, and a private chat. */
export async function startDiscordChannel(options: FakeDiscordOptions = {}): Promise<DiscordUnderTest> {
  const discord = await startFakeDiscord({ limits: false, ...options });
  const ids = { ann: discord.people.join('Ann'), ben: discord.people.join('Ben') };
  const team = discord.people.channel('team');
  const spots = {
    thread: discord.people.thread(ids.ann, team, 'Fix the date test'),
    other: discord.people.thread(ids.ann, team, 'Something else'),
    private: discord.people.privateChat(ids.ann),
    channel: discord.people.channel('everybody'),
  };
  const cursors = new Map<string, string>();
  const commands = [
    { name: 'model', description: 'Choose the model', argument: '[model]' },
    { name: 'status', description: 'What is going on', argument: '[what]' },
  ];
  const documents = watched(memoryDocuments(), cursors);
  const gateway = createGateway({ documents, routes: { add: () => {} }, commands });
  const environment = { DISCORD_BOT_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl };
  const adapters = createRunner({ definition, environment, gateway });
  await adapters.begin();
  for (const place of ['thread', 'other'] as const) {
    const id = discord.people.say(ids.ann, spots[place], `<@${discord.world.bot.id}> begin`);
    await until(() => cursors.get(spots[place]) === id || undefined, 'the thread is ours');
  }
  await until(() => discord.world.commands.length === 2 || undefined, 'the commands are listed');
  const world: World = { discord, ids, spots, cursors };
  const addressOf = (thread: string): ThreadAddress => ({ platform: 'discord', channel: team, thread });
  return {
    discord,
    ids,
    spots,
    gateway,
    ...adapters,
    places: {
      thread: addressOf(spots.thread),
      other: addressOf(spots.other),
      rooms: { thread: 'thread', other: 'thread', private: 'private', channel: 'channel' },
    },
    people: peopleOf(world),
    platform: platformOf(world),
    async stop() {
      await adapters.halt();
      await discord.close();
    },
  };
}

interface World {
  readonly discord: FakeDiscord;
  readonly ids: Readonly<Record<Who, string>>;
  readonly spots: Readonly<Record<Place, string>>;
  /** The last message of each thread that counts as read. */
  readonly cursors: Map<string, string>;
}

function watched(documents: Documents, cursors: Map<string, string>): Documents {
  return {
    ...documents,
    async put(collection, key, value) {
      await documents.put(collection, key, value);
      if (collection === 'threads') cursors.set(key, (value as { readonly last: string }).last);
    },
  };
}

function peopleOf({ discord, ids, spots, cursors }: World): People {
  const { people, world } = discord;
  return {
    async write(place, text, { by = 'ann', mention = false, replyTo } = {}) {
      const whole = mention ? `<@${world.bot.id}> ${text}` : text;
      const reply = replyTo === undefined ? {} : { replyTo };
      const id = people.say(ids[by], spots[place], whole, reply);
      return { acknowledged: () => BigInt(cursors.get(spots[place]) ?? 0) >= BigInt(id) };
    },
    repeatNext: () => discord.faults.onEvent('MESSAGE_CREATE', 'repeat'),
    change: async (_place, message, text) => people.edit(message, `<@${world.bot.id}> ${text}`),
    withdraw: async (_place, message) => people.remove(message),
    async command(place, name, text) {
      people.command(ids.ann, spots[place], name, text === '' ? undefined : text);
    },
    async attach(place, caption, name, bytes) {
      const file = { id: world.id(), filename: name, content_type: 'text/plain', size: bytes.length };
      people.say(ids.ann, spots[place], caption, { attachments: [file] });
    },
    async press(_place, message, label, by = 'ann') {
      people.press(ids[by], message, label);
    },
    submit: (_place, message, form, fields) => submit(discord, ids.ann, message, form, fields),
  };
}

/** By the select where the answers are among its options, else by the window. */
async function submit(
  { people }: FakeDiscord,
  user: string,
  message: MessageId,
  form: Form,
  fields: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const [field] = form.fields;
  if (field === undefined) return;
  const given = fields[field.id] ?? [];
  if (given.every((answer) => field.options.some(({ label }) => label === answer))) {
    people.choose(user, message, given);
    return;
  }
  const opened = await people.answered(people.press(user, message, 'Own answer'));
  people.submit(opened, { 'Own answer': given[0] ?? '' });
}

const refusals = {
  'rate-limited': (ms: number) => ({
    status: 429,
    headers: { 'retry-after': String(ms / 1000), 'x-ratelimit-scope': 'user' },
    body: { message: 'You are being rate limited.', retry_after: ms / 1000, global: false },
  }),
  unavailable: () => ({ status: 502, body: '<html><h1>502 Bad Gateway</h1></html>' }),
  gone: () => ({ status: 404, body: { message: 'Unknown Channel', code: 10003 } }),
  forbidden: () => ({ status: 403, body: { message: 'Missing Permissions', code: 50013 } }),
  rejected: () => ({ status: 400, body: { message: 'Invalid Form Body', code: 50035, errors: {} } }),
} as const;

const calls = { post: 'createMessage', edit: 'editMessage', any: /^(create|edit)Message$/ } as const;

function platformOf({ discord, ids, spots }: World): Platform {
  const { world, faults } = discord;
  const refuse = (reason: keyof typeof refusals) => (ms: number) =>
    faults.onCall(calls.any, { type: 'answer', ...refusals[reason](ms) });
  const inChannel = (channel: string) =>
    [...world.messages.values()].filter((one) => one.channel === channel && !one.deleted);
  const one = (id: MessageId): FakeMessage => {
    const message = world.messages.get(id);
    if (message === undefined) throw new Error(`message ${id} is not there`);
    return message;
  };
  return {
    screen: async ({ thread }) =>
      inChannel(thread)
        .filter(({ onlyFor }) => onlyFor === undefined)
        .map((message) => ({
          id: message.id,
          by: message.author === world.bot.id ? 'agent' : 'person',
          text: plain(world, message.content),
          buttons: labelsOf(message),
        })),
    refuse: {
      'rate-limited': refuse('rate-limited'),
      unavailable: refuse('unavailable'),
      gone: refuse('gone'),
      forbidden: refuse('forbidden'),
      rejected: refuse('rejected'),
    },
    loseAnswer: (call) => faults.onCall(calls[call], { type: 'apply-then-cut' }),
    cut: () => discord.gateway.cut(),
    minted: async (_address, id) => mintedBy(discord, one(id)),
    notice: (_address, id) => ({
      silent: (one(id).flags & (1 << 12)) !== 0,
      named: one(id).mentions.map((user) => `discord:${user}`),
    }),
    shownToAnn: ({ thread }) =>
      [...inChannel(thread).filter(({ onlyFor }) => onlyFor === ids.ann), ...inChannel(spots.private)].map(
        ({ content }) => plain(world, content),
      ),
    isAlive: ({ thread }) => world.typing.includes(thread),
    secrets: [discord.token],
  };
}

function labelsOf({ components }: FakeMessage): readonly string[] {
  const parts = components.flatMap((row) => (row['components'] ?? []) as readonly { label?: string }[]);
  return parts.flatMap(({ label }) => label ?? []);
}

/** What Discord makes of a text beside words, outside of code: mentions, live marks, previews, invitations. */
const live =
  /(?<!\\)<(?:@[!&]?\d|#\d|\/[\w -]+:\d|a?:\w+:\d|t:-?\d|id:\w)|@(?:everyone|here)\b|discord\.gg\/\w/g;
const suppressed = 1 << 2;

function mintedBy({ world }: FakeDiscord, message: FakeMessage): readonly string[] {
  const { id, content, mentions, everyone, flags } = message;
  const outside = content.replace(/```[\w+#.-]*\n[\s\S]*?```|``[^\n]+?``|`[^`\n]+`/g, ' ');
  const links = [...outside.matchAll(/(?<!\\)\]\(<?([a-z]+:)/gi)].map(([, scheme = '']) => scheme);
  const open = (flags & suppressed) === 0 ? [...outside.matchAll(/(?<!<)https?:\/\/\S+/g)] : [];
  return [
    ...world.pings.filter((ping) => ping.message === id).map(({ user }) => `ping ${user}`),
    ...mentions,
    ...(everyone ? ['everyone'] : []),
    ...[...outside.matchAll(live)].map(([mark]) => mark),
    ...links.filter((scheme) => !/^https?:$/i.test(scheme)),
    ...open.map(([address]) => `preview ${address}`),
  ];
}
