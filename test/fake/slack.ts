import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { createFaults, type Faults } from './faults.ts';
import { type ApiDeps, type Request, serve, type Tokens } from './slack/api.ts';
import { createDelivery, type RequestUrl } from './slack/delivery.ts';
import { type Given, given } from './slack/files.ts';
import { createLimits } from './slack/limits.ts';
import { createPeople, type People } from './slack/people.ts';
import { createResponseUrls } from './slack/response-urls.ts';
import { acts, type Look, screen } from './slack/screen.ts';
import { createSockets, type Sockets } from './slack/sockets.ts';
import {
  createWorld,
  type FakeMessage,
  type Json,
  messageAt,
  messagesOf,
  type World,
} from './slack/world.ts';

export type { Said } from './slack/people.ts';

export interface FakeSlackOptions {
  /** Deadlines, limits and times of messages go by it. */
  readonly clock?: Clock;
  /** Where events are posted to, instead of a socket. */
  readonly requestUrl?: RequestUrl;
  /** `false`: calls are not counted. */
  readonly limits?: false;
}

/** The platform as its client library sees it, on this machine; as strict as the real one where that is known. */
export interface FakeSlack {
  /** For `SLACK_API_URL`. */
  readonly apiUrl: string;
  readonly people: People;
  readonly sockets: Sockets;
  readonly faults: Faults;
  /** Every call to the Web API, oldest first. */
  readonly requests: readonly Request[];
  readonly access: ApiDeps['access'];
  readonly world: World;
  /** A file that somebody has uploaded: what `say` takes in `files`. */
  file(user: string, file: Given): Json;
  /** From now on files are not shared, until they are. */
  holdShares(): void;
  releaseShares(): void;
  screen(look: Look): readonly string[];
  /** What a message does beside being read. */
  acts(channel: string, ts: string): readonly string[];
  message(channel: string, ts: string): FakeMessage | undefined;
  /** Any event of the platform. */
  tell(event: Json): Promise<boolean>;
  /** Resolves when the app has answered to the echoes of its own messages. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export const tokens: Tokens = { bot: 'xoxb-fake-bot', app: 'xapp-fake-app' };

const allScopes =
  'app_mentions:read assistant:write channels:history channels:read chat:write commands files:read files:write groups:history groups:read im:history im:read im:write mpim:history reactions:write usergroups:read users:read';

export async function startFakeSlack(options: FakeSlackOptions = {}): Promise<FakeSlack> {
  const clock = options.clock ?? systemClock;
  const world = createWorld(clock, () => base());
  const end = new AbortController();
  const server = createServer((request, response) => {
    serve(deps, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  const sockets = createSockets(server, world.bot.app);
  const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const urls = createResponseUrls(world, base);
  const faults = createFaults();
  const delivery = createDelivery({
    world,
    sockets,
    requestUrl: options.requestUrl,
    signal: end.signal,
    faults,
  });
  const echoes = new Set<Promise<boolean>>();
  const announce = (event: Json): void => {
    const echo = delivery.event(event);
    echoes.add(echo);
    void echo.finally(() => echoes.delete(echo));
  };
  const tell = async (events: readonly Json[]): Promise<boolean> =>
    (await Promise.all(events.map((event) => delivery.event(event)))).every(Boolean);
  const deps: ApiDeps = {
    world,
    announce,
    sockets,
    urls,
    limits: options.limits === false ? undefined : createLimits(clock),
    faults,
    requests: [],
    access: { tokens, scopes: allScopes.split(' ') },
    base,
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    apiUrl: `${base()}/api/`,
    people: createPeople({ world, delivery, urls, tell }),
    sockets,
    faults,
    requests: deps.requests,
    access: deps.access,
    world,
    file: (user, file) => given(world, user, file),
    holdShares() {
      world.sharing.held = true;
    },
    releaseShares() {
      world.sharing.held = false;
      for (const share of world.sharing.waiting.splice(0)) share();
    },
    screen: (look) => screen(world, look),
    acts: (channel, ts) => acts(messageAt(world, channel, ts) ?? missing(world, channel, ts)),
    message: (channel, ts) => messageAt(world, channel, ts),
    tell: (event) => delivery.event(event),
    async settled() {
      while (echoes.size > 0) await Promise.all(echoes);
    },
    async close() {
      end.abort();
      await sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function missing(world: World, channel: string, ts: string): never {
  const there = messagesOf(world, channel).map((message) => message.ts);
  throw new Error(`no message ${ts} in ${channel}; there are ${there.join(', ')}`);
}
