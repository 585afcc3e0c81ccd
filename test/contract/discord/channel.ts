import { discord as definition } from '../../../adapters/discord/index.ts';
import type { Documents, Form, MessageId, ThreadAddress } from '../../../src/core/channel.ts';
import { plain } from '../../fake/discord/screen.ts';
import { type FakeMessage, messageType } from '../../fake/discord/world.ts';
import { type FakeDiscord, type FakeDiscordOptions, startFakeDiscord } from '../../fake/discord.ts';
import { memoryDocuments } from '../../fake/documents.ts';
import { type Elsewhere, startElsewhere } from '../adapter/elsewhere.ts';
import type { SentFile } from '../adapter/file-rig.ts';
import { createGateway, type GatewayOptions } from '../adapter/gateway.ts';
import {
  type ChannelUnderTest,
  type People,
  type Place,
  type Platform,
  type Saying,
  type Sent,
  until,
  type Who,
} from '../adapter/rig.ts';
import { createRunner } from '../adapter/runner.ts';
import { words } from '../adapter/words.ts';
import { downloadsOf, filesOf, refusalsOf, uploadsOf } from './files.ts';

export interface DiscordUnderTest extends ChannelUnderTest {
  readonly discord: FakeDiscord;
  readonly ids: Readonly<Record<Who, string>>;
  readonly spots: Readonly<Record<Place, string>>;
}

/** The adapter on the stand-in, with Ann and Ben in a guild, two threads that are ours, and a private chat. */
export async function startDiscordChannel(
  options: FakeDiscordOptions = {},
  more: Pick<GatewayOptions, 'suggest'> = {},
): Promise<DiscordUnderTest> {
  const discord = await startFakeDiscord({ limits: false, ...options });
  const ids = { ann: discord.people.join('Ann'), ben: discord.people.join('Ben') };
  const team = discord.people.channel('team');
  const spots = {
    thread: discord.people.thread(ids.ann, team, 'Fix the date test'),
    other: discord.people.thread(ids.ann, team, 'Something else'),
    private: discord.people.privateChat(ids.ann),
    channel: discord.people.channel('everybody'),
  };
  const addressOf = (thread: string): ThreadAddress => ({ platform: 'discord', channel: team, thread });
  const elsewhere = await startElsewhere();
  const cursors = new Map<string, string>();
  const commands = [
    { name: 'model', description: 'Choose the model', argument: '[model]', names: 'model' as const },
    { name: 'status', description: 'What is going on', argument: '[what]' },
  ];
  const documents = watched(memoryDocuments(), cursors);
  const gateway = createGateway({ documents, routes: { add: () => {} }, commands, ...more });
  const environment = { DISCORD_BOT_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl };
  const adapters = createRunner({ definition, environment, gateway });
  await adapters.begin();
  // Threads in which we have written are ours.
  for (const place of ['thread', 'other'] as const) {
    const id = await adapters.adapter().post(addressOf(spots[place]), words('Here.'), `begin-${place}`);
    await adapters.adapter().remove?.(addressOf(spots[place]), id);
  }
  await until(() => discord.world.commands.length === 2 || undefined, 'the commands are listed');
  const world: World = { discord, elsewhere, ids, spots, cursors };
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
      names: {
        thread: '#team › Fix the date test',
        other: '#team › Something else',
        private: 'a private chat',
      },
    },
    people: peopleOf(world),
    platform: platformOf(world),
    async stop() {
      await adapters.halt();
      await discord.close();
      await elsewhere.close();
    },
  };
}

interface World {
  readonly discord: FakeDiscord;
  readonly elsewhere: Elsewhere;
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
  const send = (
    place: Place,
    text: string,
    files: readonly SentFile[],
    { by = 'ann', mention = false, replyTo }: Saying = {},
  ): Sent => {
    const whole = mention ? `<@${world.bot.id}> ${text}` : text;
    const reply = replyTo === undefined ? {} : { replyTo };
    const id = people.say(ids[by], spots[place], whole, { files, ...reply });
    return { acknowledged: () => BigInt(cursors.get(spots[place]) ?? 0) >= BigInt(id) };
  };
  return {
    write: async (place, text, how) => send(place, text, [], how),
    repeatNext: () => discord.faults.onEvent('MESSAGE_CREATE', 'repeat'),
    async forward(place, text) {
      const eve = people.join('Eve');
      const first = people.say(eve, people.channel('elsewhere'), text);
      people.say(ids.ann, spots[place], '', { passesOn: first });
    },
    change: async (_place, message, text) => people.edit(message, `<@${world.bot.id}> ${text}`),
    withdraw: async (_place, message) => people.remove(message),
    async command(place, name, text) {
      people.command(ids.ann, spots[place], name, text === '' ? undefined : text);
    },
    async attach(place, caption, name, bytes) {
      const file = { name, mime: 'text/plain', bytes: Buffer.from(bytes) };
      people.say(ids.ann, spots[place], caption, { files: [file] });
    },
    send: async (place, text, files, how) => send(place, text, files, how),
    async press(_place, message, label, by = 'ann') {
      people.press(ids[by], message, label);
    },
    opener: () => 'Own answer',
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

const calls = { post: 'createMessage', edit: 'editMessage', any: /^(create|edit)Message$/ } as const;

function platformOf({ discord, ids, spots, elsewhere }: World): Platform {
  const { world, faults } = discord;
  const inChannel = (channel: string) =>
    [...world.messages.values()].filter(
      (one) => one.channel === channel && !one.deleted && one.type !== messageType.starter,
    );
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
          ...(message.author === world.bot.id && message.attachments.length > 0
            ? { files: filesOf(message) }
            : {}),
        })),
    refuse: refusalsOf(discord, calls.any, 2),
    answerWithPage: (status) =>
      faults.onCall(calls.any, { type: 'answer', status, body: '<html><h1>Sign in</h1></html>' }),
    limitInBody: (ms) =>
      faults.onCall(calls.any, {
        type: 'answer',
        status: 429,
        body: { message: 'You are being rate limited.', retry_after: ms / 1000, global: false },
      }),
    refuseForm: () =>
      faults.onCall(calls.any, {
        type: 'answer',
        status: 400,
        body: { message: 'Something that nobody here has heard of', code: 987_654 },
      }),
    downloads: downloadsOf(discord, elsewhere),
    uploads: uploadsOf(discord),
    lapse: async () => discord.gateway.forget(),
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
