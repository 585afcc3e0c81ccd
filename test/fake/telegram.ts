/**
 * A Telegram that the real client library talks to: Bot API over HTTP on 127.0.0.1, as strict as the real one, and
 * the people on it.
 *
 *     const telegram = await startTelegram();
 *     const ann = telegram.person('Ann');
 *     ann.say(ann.chat, 'hello');                 // a private chat with the bot
 *     const group = telegram.group('Team', { forum: true });
 *     const topic = group.openTopic('Fix');
 *     ann.say(group.id, '@dragoman_bot hi', { topic });
 *     telegram.screen(group.id, topic);           // what a person sees there
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaults, type Faults } from './faults.ts';
import { createDownloads, type Downloads } from './telegram/downloads.ts';
import { createGroup, type Group, type GroupKind } from './telegram/groups.ts';
import { createMethods } from './telegram/methods/table.ts';
import { createPerson, type Person, roomBy } from './telegram/people.ts';
import { createRates, type Rates } from './telegram/rates.ts';
import { type Shown, screenOf, shownIn } from './telegram/screen.ts';
import { type Recorded, type ServerDeps, serve } from './telegram/server.ts';
import { createUpdates } from './telegram/updates.ts';
import { createIds, type World } from './telegram/world.ts';

/** How long a preview of an answer is shown, milliseconds. */
const previewMs = 30_000;

export interface FakeTelegram {
  /** For `TELEGRAM_API_URL`. */
  readonly url: string;
  /** For `TELEGRAM_BOT_TOKEN`. */
  readonly token: string;
  readonly faults: Faults;
  /** Limits of calls; off until `rates.on` is set. */
  readonly rates: Rates;
  /** What the bot is and what the server can do; a test may change both. */
  readonly world: Pick<World, 'me' | 'abilities' | 'updates' | 'files' | 'hosts'>;
  readonly downloads: Omit<Downloads, 'serve'>;
  readonly requests: readonly Recorded[];
  /** Another token is the right one from now on. */
  changeToken(token: string): void;
  person(name: string): Person;
  group(title: string, kind?: GroupKind): Group;
  /** A chat or a topic as a person sees it; `as`: with what only this person sees. */
  screen(chat: number, topic?: number, as?: number): string;
  messages(chat: number, topic?: number, as?: number): readonly Shown[];
  /** The preview of an answer that is shown there now. */
  preview(chat: number, topic?: number): string | undefined;
  /** Time goes on by this, milliseconds. Polls that wait do so in real time. */
  advance(ms: number): void;
  now(): number;
  stop(): Promise<void>;
}

export interface FakeTelegramOptions {
  /** Unset: any free one. */
  readonly port?: number;
  readonly token?: string;
}

export async function startTelegram(options: FakeTelegramOptions = {}): Promise<FakeTelegram> {
  const { port = 0, token = '7000001:AAFakeTokenOfTheStandInForTestsOnly' } = options;
  const time = { ahead: 0 };
  const now = () => Date.now() + time.ahead;
  const faults = createFaults();
  const world = createWorld(now, faults);
  const deps: ServerDeps = {
    world,
    rates: createRates(now),
    methods: createMethods(),
    faults,
    recorded: [],
    downloads: createDownloads(),
    access: { token },
  };
  const server = createServer((request, response) => {
    serve(deps, request, response).catch((error: unknown) => {
      // A bug of the stand-in: the client sees an answer that the real server never gives.
      response.writeHead(599, { 'content-type': 'text/plain' });
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: taken } = server.address() as AddressInfo;
  return {
    ...views(world),
    url: `http://127.0.0.1:${taken}`,
    token,
    faults,
    rates: deps.rates,
    world,
    downloads: deps.downloads,
    requests: deps.recorded,
    changeToken(next) {
      deps.access.token = next;
    },
    advance(ms) {
      time.ahead += ms;
    },
    async stop() {
      world.updates.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function createWorld(now: () => number, faults: Faults): World {
  const hosts = new Map<string, string>();
  return {
    me: {
      id: 7_000_001,
      is_bot: true,
      first_name: 'Dragoman',
      username: 'dragoman_bot',
      can_join_groups: true,
      can_read_all_group_messages: false,
      supports_inline_queries: false,
      can_connect_to_business: false,
      has_main_web_app: false,
      has_topics_enabled: true,
      allows_users_to_create_topics: true,
      can_manage_bots: false,
      supports_join_request_queries: false,
    },
    rooms: new Map(),
    presses: new Map(),
    drafts: new Map(),
    files: new Map(),
    hosts,
    updates: createUpdates(now, faults, hosts),
    abilities: { rich: true, drafts: true, ephemeral: true },
    ids: createIds(),
    now,
  };
}

type Views = Pick<FakeTelegram, 'person' | 'group' | 'screen' | 'messages' | 'preview' | 'now'>;

function views(world: World): Views {
  return {
    now: world.now,
    person: (name) => createPerson(world, name),
    group: (title, kind) => createGroup(world, title, kind),
    screen: (chat, topic, as) => screenOf(roomBy(world, chat), topic, as),
    messages: (chat, topic, as) => shownIn(roomBy(world, chat), topic, as),
    preview(chat, topic) {
      const draft = world.drafts.get(`${chat}/${topic ?? ''}`);
      return draft === undefined || world.now() - draft.at > previewMs ? undefined : draft.text;
    },
  };
}
