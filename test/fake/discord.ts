import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { createApplication, type FakeApplication } from './discord/application.ts';
import { createGateway, type Gateway } from './discord/gateway.ts';
import type { InteractionDeps } from './discord/interactions.ts';
import { type BucketSize, createLimits, type Limits } from './discord/limits.ts';
import { createPeople, type People } from './discord/people.ts';
import { type Recorded, type RestDeps, serve } from './discord/rest.ts';
import { type Look, screen } from './discord/screen.ts';
import { createWorld, type World } from './discord/world.ts';
import { createFaults, type Faults } from './faults.ts';

export interface FakeDiscordOptions {
  /** Deadlines, limits, ages and ids go by it. */
  readonly clock?: Clock;
  readonly heartbeatMs?: number;
  /** How many shards Discord asks for. */
  readonly shards?: number;
  /** `false`: calls are not counted. */
  readonly limits?: false | Readonly<Record<string, BucketSize>>;
  /** How long an interaction waits for its first answer, milliseconds; unset: three seconds, as Discord does. */
  readonly answerWithinMs?: number;
  /** Logins left for today. */
  readonly logins?: number;
}

/** The platform as its client library sees it, on this machine; as strict as the real one where that is known. */
export interface FakeDiscord {
  /** For `DISCORD_API_URL`. */
  readonly apiUrl: string;
  readonly token: string;
  readonly people: People;
  readonly gateway: Gateway;
  readonly faults: Faults;
  /** Every REST call, oldest first. */
  readonly requests: readonly Recorded[];
  readonly access: { token: string };
  /** What the page for developers shows of the bot. */
  readonly application: FakeApplication;
  readonly world: World;
  readonly limits: Limits | undefined;
  screen(look: Look): readonly string[];
  close(): Promise<void>;
}

const token = 'fake-discord-token';

export async function startFakeDiscord(options: FakeDiscordOptions = {}): Promise<FakeDiscord> {
  const world = createWorld(options.clock ?? systemClock, () => `http://${base()}`);
  const faults = createFaults();
  const server = createServer((request, response) => {
    serve(deps, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  const base = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const shards = options.shards ?? 1;
  const wire = { token, heartbeatMs: options.heartbeatMs ?? 41_250, shards };
  const gateway = createGateway(server, world, faults, wire, () => `ws://${base()}`);
  const shared: InteractionDeps = {
    world,
    tell: (type, data) => gateway.dispatch(type, data),
    nonces: new Map(),
    interactions: new Map(),
    waiting: new Set(),
    answerWithinMs: options.answerWithinMs ?? 3000,
  };
  const deps: RestDeps = {
    ...shared,
    faults,
    limits: options.limits === false ? undefined : createLimits(world.clock, options.limits),
    requests: [],
    access: { token },
    application: createApplication(),
    gatewayInfo: () => ({
      url: `ws://${base()}`,
      shards,
      session_start_limit: {
        total: 1000,
        remaining: options.logins ?? 999,
        reset_after: 14_400_000,
        max_concurrency: 1,
      },
    }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    apiUrl: `http://${base()}/api`,
    token,
    people: createPeople(shared),
    gateway,
    faults,
    requests: deps.requests,
    access: deps.access,
    application: deps.application,
    world,
    limits: deps.limits,
    screen: (look) => screen(world, look),
    async close() {
      await gateway.end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
