import type { MessageEntity } from 'grammy/types';
import { telegram as definition } from '../../../adapters/telegram/index.ts';
import type { MessageId, ThreadAddress } from '../../../src/core/channel.ts';
import { memoryDocuments } from '../../fake/documents.ts';
import type { Group } from '../../fake/telegram/groups.ts';
import type { Sending } from '../../fake/telegram/media.ts';
import type { Person } from '../../fake/telegram/people.ts';
import type { Shown } from '../../fake/telegram/screen.ts';
import { type FakeTelegram, startTelegram } from '../../fake/telegram.ts';
import type { SentFile } from '../adapter/file-rig.ts';
import { createGateway, type GatewayOptions } from '../adapter/gateway.ts';
import {
  type ChannelUnderTest,
  type People,
  type Place,
  type Platform,
  type Saying,
  until,
  type Who,
} from '../adapter/rig.ts';
import { createRunner } from '../adapter/runner.ts';
import { downloadsOf, type Elsewhere, filesOf, startElsewhere, uploadsOf } from './files.ts';
import { refusals } from './refusals.ts';

export interface TelegramUnderTest extends ChannelUnderTest {
  readonly telegram: FakeTelegram;
  readonly ann: Person;
  readonly ben: Person;
  /** The forum whose topics the two threads are. */
  readonly forum: Group;
}

/** Where each place is: a chat, and a topic where it is one. */
type Spots = Readonly<Record<Place, { readonly chat: number; readonly topic: number | undefined }>>;

interface World {
  readonly telegram: FakeTelegram;
  readonly people: Readonly<Record<Who, Person>>;
  readonly spots: Spots;
  readonly elsewhere: Elsewhere;
}

/** The adapter on the stand-in, with Ann and Ben in a forum, of which two topics are ours, and in private. */
export async function startTelegramChannel({
  admits,
}: Pick<GatewayOptions, 'admits'> = {}): Promise<TelegramUnderTest> {
  const telegram = await startTelegram();
  // As it is set up where whole threads are ours.
  telegram.world.me.can_read_all_group_messages = true;
  const forum = telegram.group('Team', { forum: true });
  const group = telegram.group('Everybody');
  const people = { ann: telegram.person('Ann'), ben: telegram.person('Ben') };
  const spots: Spots = {
    thread: { chat: forum.id, topic: forum.openTopic('Fix the date test') },
    other: { chat: forum.id, topic: forum.openTopic('Something else') },
    private: { chat: people.ann.chat, topic: undefined },
    channel: { chat: group.id, topic: undefined },
  };
  const elsewhere = await startElsewhere();
  const world = { telegram, people, spots, elsewhere };
  const gateway = createGateway({
    documents: memoryDocuments(),
    routes: { add: () => {} },
    ...(admits === undefined ? {} : { admits }),
  });
  const environment = { TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_URL: telegram.url };
  const adapters = createRunner({ definition, environment, gateway });
  await adapters.begin();
  return {
    telegram,
    forum,
    ...people,
    gateway,
    ...adapters,
    places: {
      thread: addressOf(spots.thread),
      other: addressOf(spots.other),
      rooms: { thread: 'thread', other: 'thread', private: 'private', channel: 'channel' },
      names: {
        thread: 'Team › Fix the date test',
        other: 'Team › Something else',
        private: 'a private chat',
      },
    },
    people: peopleOf(world),
    platform: platformOf(world),
    async stop() {
      await adapters.halt();
      await elsewhere.stop();
      await telegram.stop();
    },
  };
}

function addressOf({ chat, topic }: Spots[Place]): ThreadAddress {
  return { platform: 'telegram', channel: String(chat), thread: String(topic ?? 'general') };
}

function peopleOf({ telegram, people, spots }: World): People {
  const say = (place: Place, text: string, how: Saying = {}) => {
    const { chat, topic } = spots[place];
    const { by = 'ann', replyTo } = how;
    people[by].say(chat, wordsOf(telegram, text, how), {
      topic,
      ...(replyTo === undefined ? {} : { replyTo: Number(replyTo) }),
    });
  };
  return {
    async write(place, text, how) {
      say(place, text, how);
      // What comes later is confirmed later.
      return { acknowledged: () => telegram.world.updates.pending() === 0 };
    },
    repeatNext: () => telegram.faults.onEvent('message', 'repeat'),
    async forward(place, text) {
      const { chat, topic } = spots[place];
      const eve = telegram.person('Eve').user;
      people.ann.say(chat, text, { topic, forward: { type: 'user', date: 1_700_000_000, sender_user: eve } });
    },
    async change(place, message, text) {
      people.ann.edit(spots[place].chat, Number(message), text);
    },
    async command(place, name, text) {
      say(place, `/${name} ${text}`.trim());
    },
    async attach(place, caption, name, text) {
      const bytes = new TextEncoder().encode(text);
      const { chat, topic } = spots[place];
      people.ann.say(chat, caption, { topic, file: documentOf({ name, mime: 'text/plain', bytes }) });
    },
    async send(place, text, files, how = {}) {
      const { chat, topic } = spots[place];
      const { replyTo, by = 'ann' } = how;
      const manner = { topic, ...(replyTo === undefined ? {} : { replyTo: Number(replyTo) }) };
      const [first, ...others] = files.map(documentOf);
      const whole = wordsOf(telegram, text, how);
      if (first === undefined) people[by].say(chat, whole, manner);
      else if (others.length === 0) people[by].say(chat, whole, { ...manner, file: first });
      else people[by].sendAlbum(chat, whole, [first, ...others], manner);
      return { acknowledged: () => telegram.world.updates.pending() === 0 };
    },
    async press(place, message, label, by = 'ann') {
      people[by].press(spots[place].chat, Number(message), label);
    },
    opener: ({ submit }) => submit,
    async submit(place, message, form, fields) {
      const { chat, topic } = spots[place];
      people.ann.press(chat, Number(message), form.submit);
      for (const { id, label } of form.fields) {
        const asks = await until(
          () => telegram.messages(chat, topic).findLast(({ plain }) => isQuestion(plain, label)),
          `the question ${label}`,
        );
        people.ann.say(chat, (fields[id] ?? []).join(', '), { topic, replyTo: asks.id });
      }
    },
  };
}

function wordsOf({ world }: FakeTelegram, text: string, { mention = false }: Saying): string {
  return mention ? `@${world.me.username} ${text}` : text;
}

const documentOf = (file: SentFile): Sending => ({ kind: 'document', file });

function isQuestion(text: string, label: string): boolean {
  return text.includes(label) && text.includes('Reply with');
}

const calls = {
  post: /^send(Rich)?Message$/,
  edit: 'editMessageText',
  any: /^(send(Rich)?Message|editMessageText)$/,
};

function platformOf({ telegram, people, spots, elsewhere }: World): Platform {
  const shown = ({ channel, thread }: ThreadAddress, as?: number): readonly Shown[] =>
    telegram.messages(Number(channel), thread === 'general' ? undefined : Number(thread), as);
  const one = (address: ThreadAddress, id: MessageId): Shown => {
    const message = shown(address).find((each) => String(each.id) === id);
    if (message === undefined) throw new Error(`message ${id} is not shown`);
    return message;
  };
  return {
    screen: async (address) =>
      shown(address).map((each) => ({
        id: String(each.id),
        by: each.from === telegram.world.me.first_name ? 'agent' : 'person',
        text: each.plain,
        buttons: each.buttons.flat(),
        ...filesOf(each),
      })),
    refuse: refusals(telegram, calls.any),
    refuseForm: () =>
      telegram.faults.onCall(calls.any, {
        type: 'answer',
        status: 400,
        body: { ok: false, error_code: 400, description: 'Bad Request: TABLE_ODD_TODAY' },
      }),
    answerWithPage: (status) =>
      telegram.faults.onCall(calls.any, { type: 'answer', status, body: '<html><h1>Sign in</h1></html>' }),
    limitInBody: (ms) =>
      telegram.faults.onCall(calls.any, {
        type: 'answer',
        status: 429,
        body: {
          ok: false,
          error_code: 429,
          description: 'Too Many Requests: retry after',
          parameters: { retry_after: ms / 1000 },
        },
      }),
    loseAnswer: (call) => telegram.faults.onCall(calls[call], { type: 'apply-then-cut' }),
    cut: () => telegram.faults.onCall('getUpdates', { type: 'cut' }),
    downloads: downloadsOf(telegram, elsewhere),
    uploads: uploadsOf(telegram),
    minted: async (address, id) => mintedBy(one(address, id)),
    notice: (address, id) => {
      const { silent, content } = one(address, id);
      const named = (content.entities ?? []).flatMap((entity) =>
        entity.type === 'text_mention' ? [`telegram:${entity.user.id}`] : [],
      );
      return { silent, named };
    },
    shownToAnn: (address) =>
      shown(address, people.ann.user.id)
        .filter(({ from }) => from.endsWith('(only here)'))
        .map(({ plain }) => plain),
    isAlive: ({ channel, thread }) =>
      telegram.requests.some(
        ({ method, parameters }) =>
          method === 'sendChatAction' &&
          String(parameters['chat_id']) === channel &&
          String(parameters['message_thread_id'] ?? spots.channel.topic ?? 'general') === thread,
      ),
    secrets: [telegram.token],
  };
}

/** Kinds of marks that reach a person, or act when they are touched. */
const acting = new Set<MessageEntity['type']>([
  'mention',
  'text_mention',
  'bot_command',
  'hashtag',
  'cashtag',
]);
const harmless = /^(https?:\/\/|mailto:)/i;

function mintedBy({ plain, content }: Shown): readonly string[] {
  const { text = plain, entities = [], preview = false, rich } = content;
  const marks = entities.flatMap((entity) => {
    const part = text.slice(entity.offset, entity.offset + entity.length);
    if (acting.has(entity.type)) return [`${entity.type} ${part}`];
    if (entity.type === 'text_link' && !harmless.test(entity.url)) return [`link ${entity.url}`];
    if (entity.type === 'url' && /^[a-z]+:/i.test(part) && !harmless.test(part)) return [`address ${part}`];
    return preview && (entity.type === 'url' || entity.type === 'text_link') ? [`fetched ${part}`] : [];
  });
  return [...marks, ...(rich === undefined ? [] : mintedByRich(rich))];
}

const actingRich =
  /"type":"(button|buttons|mention|text_mention|bot_command|hashtag|cashtag|photo|video|animation|audio|document|map|collage|slideshow)"/g;

function mintedByRich(rich: object): readonly string[] {
  const raw = ['markdown', 'html', 'media'].filter((form) => form in rich);
  const searched = 'skip_entity_detection' in rich && rich.skip_entity_detection === true ? [] : ['searched'];
  const all = JSON.stringify(rich);
  const links = [...all.matchAll(/"url":"([^"]*)"/g)].map(([, url = '']) => url);
  return [
    ...raw,
    ...searched,
    ...[...all.matchAll(actingRich)].map(([, type = '']) => type),
    ...links.filter((url) => !harmless.test(url)),
  ];
}
