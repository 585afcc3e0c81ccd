import { expect } from 'vitest';
import type { Agent } from '../../../src/core/agent.ts';
import type { Author, InboundEvent, Room } from '../../../src/core/channel.ts';
import { createIds } from '../../../src/gateway/ids.ts';
import { createPace } from '../../../src/gateway/policy/pace.ts';
import { createServer } from '../../../src/gateway/server.ts';
import type { Settings } from '../../../src/gateway/shard.ts';
import { type Chance, type Clock, systemClock } from '../../../src/lib/clock.ts';
import type { Store } from '../../../src/store/types.ts';
import { silent } from '../../embedded.ts';
import { type Abilities, createFakePlatform, type FakePlatform } from '../../fake/adapter.ts';
import { createFakeAgent, type FakeAgent } from '../../fake/agent.ts';
import { openOnPostgres } from '../store/rig.ts';
import { mortal } from './mortal.ts';

const ann: Author = { id: 'fake:ann', name: 'Ann' };
export const stranger: Author = { id: 'fake:eve', name: 'Eve' };

/** How much shorter everything is that waits. */
const haste = 20;

/** Sleeps are shorter, and the time can be moved on; the database keeps its own. */
export interface FastClock extends Clock, Chance {
  shift(ms: number): void;
}

function createFastClock(): FastClock {
  const state = { offset: 0 };
  return {
    now: () => Date.now() + state.offset,
    random: Math.random,
    sleep: (ms, signal) => systemClock.sleep(ms / haste, signal),
    shift(ms) {
      state.offset += ms;
    },
  };
}

export interface Kernel {
  stop(): Promise<void>;
  /** As kill -9, at whatever it is doing. Its lease runs on; one of the same name gets it at once. */
  kill(): void;
}

export interface World {
  readonly store: Store;
  readonly platform: FakePlatform;
  /** Another platform, `other`, whose threads say so: `{ on: 'other' }`. */
  readonly other: FakePlatform;
  readonly agent: FakeAgent;
  readonly clock: FastClock;
  readonly channel: string;
  /** A process that works on the server: as often as wanted, one after another or at once. */
  start(name?: string, store?: Store, agent?: Agent, platforms?: readonly string[]): Kernel;
  /** Says it in the thread; the message's id. */
  say(text: string, more?: Where & { replyTo?: string }): Promise<string>;
  press(label: string, more?: Where): Promise<void>;
  receive(event: Record<string, unknown> & { readonly type: InboundEvent['type'] }): Promise<void>;
  /** Waits until it is true. */
  sees(look: () => unknown): Promise<void>;
}

interface Where {
  readonly thread?: string;
  readonly author?: Author;
  readonly on?: 'fake' | 'other';
  readonly room?: Room;
  /** Of a thread that is new; unset: `api`. */
  readonly project?: string;
}

const numbers = { last: 0 };
function fresh(word: string): string {
  numbers.last += 1;
  return `${word}${numbers.last}`;
}

/** An event that failed comes again sooner as well: the database wakes it, by its own time. */
function hurried(store: Store): Store {
  const { inbox } = store;
  const postpone: typeof inbox.postpone = (lease, id, delayMs, reason) =>
    inbox.postpone(lease, id, Math.round(delayMs / haste), reason);
  return { ...store, inbox: { ...inbox, postpone } };
}

/** One database for the tests of a file, on a real Postgres; each world is a server of its own in it. */
export const openShared = openOnPostgres;

export function createWorld(
  store: Store,
  more: { readonly abilities?: Abilities; readonly settings?: Partial<Settings> } = {},
): World {
  const server = fresh('server');
  const channel = fresh('channel');
  const platform = createFakePlatform(more.abilities);
  const other = createFakePlatform();
  const agent = createFakeAgent(server);
  const clock = createFastClock();
  const settings: Settings = {
    ids: createIds('secret'),
    admins: [ann.id],
    pieceWindowMs: 0,
    requestTimeoutMs: 600_000,
    silenceMs: 60_000,
    mostEmptyMessages: 4,
    projects: { api: { directory: '/srv/api', server }, docs: { directory: '/srv/docs', server } },
    ...more.settings,
  };
  const receive: World['receive'] = async ({ thread = 't1', on = 'fake', project = 'api', ...event }) => {
    const whole = {
      id: fresh('event'),
      address: { platform: on, channel, thread },
      author: ann,
      room: 'private',
      at: Date.now(),
      ...event,
    };
    await store.inbox.accept(whole as unknown as InboundEvent, { server, project: String(project) });
  };
  return {
    store,
    platform,
    other,
    agent,
    clock,
    channel,
    receive,
    start(owner = 'one', own = store, served: Agent = agent, platforms = ['fake', 'other']) {
      const end = new AbortController();
      const death = new AbortController();
      const pace = createPace(platform.adapter.capabilities.rates);
      const all = {
        fake: { adapter: mortal(platform.adapter, death.signal), pace, streamed: new Map() },
        other: {
          adapter: mortal({ ...other.adapter, id: 'other' }, death.signal),
          pace: createPace([]),
          streamed: new Map(),
        },
      };
      const channels = new Map(Object.entries(all).filter(([id]) => platforms.includes(id)));
      const service = createServer({
        agent: mortal(served, death.signal),
        store: mortal(hurried(own), death.signal),
        outlets: channels,
        settings,
        clock,
        log: silent,
        owner,
      });
      const done = service.run(end.signal);
      return {
        async stop() {
          end.abort();
          if (!death.signal.aborted) await done;
        },
        kill() {
          death.abort();
          end.abort();
        },
      };
    },
    async say(text, { replyTo, ...where } = {}) {
      const message = fresh('said');
      await receive({
        type: 'message',
        message,
        text,
        addressed: true,
        ...where,
        ...(replyTo ? { replyTo } : {}),
      });
      return message;
    },
    async press(label, where = {}) {
      const { message, button } = (where.on === 'other' ? other : platform).button(label, where.thread);
      await receive({ type: 'button', message, token: button.token, ...where });
    },
    sees: (look) => expect.poll(look, { timeout: 30_000, interval: 20 }).toBeTruthy(),
  };
}
