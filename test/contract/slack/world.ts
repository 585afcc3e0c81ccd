import { createHmac } from 'node:crypto';
import { afterEach, expect } from 'vitest';
import { createSlackAdapter } from '../../../adapters/slack/adapter.ts';
import { parseConfig, type SlackConfig } from '../../../adapters/slack/config.ts';
import type { ChannelAdapter, Documents, Host, InboundEvent } from '../../../src/core/channel.ts';
import { type Clock, systemClock } from '../../../src/lib/clock.ts';
import { createHttp } from '../../../src/lib/http.ts';
import { createLog } from '../../../src/lib/log.ts';
import { createTestClock, type TestClock } from '../../clock.ts';
import { memoryDocuments } from '../../fake/documents.ts';
import { type FakeSlack, type FakeSlackOptions, startFakeSlack, tokens } from '../../fake/slack.ts';

export interface SlackUnderTest {
  readonly slack: FakeSlack;
  /** The stand-in's: it stands still until it is moved. */
  readonly clock: TestClock;
  readonly adapter: ChannelAdapter;
  readonly config: SlackConfig;
  /** What the gateway has stored. */
  readonly events: readonly InboundEvent[];
  /** Every event that was given to the gateway, stored or not. */
  readonly given: readonly InboundEvent[];
  readonly documents: Documents;
  readonly host: Host;
  /** What the gateway was told last of whether it can be heard. */
  readonly health: { proof: string | undefined; problem: string | undefined };
  readonly moves: readonly (readonly [string, string])[];
  /** From now on the gateway stores nothing, or stores again. */
  breakStore(broken: boolean): void;
  /** From now on the gateway takes this long to store. */
  slowStore(until: Promise<unknown> | undefined): void;
  /** A request to the address of events, signed as it is told. */
  request(forged: Forged): Promise<Response>;
  stop(): Promise<void>;
}

export interface Forged {
  readonly body: string;
  readonly secret?: string;
  /** Seconds. */
  readonly shift?: number;
  readonly stamp?: string;
  readonly signature?: string;
  /** Unset: JSON. */
  readonly contentType?: string;
}

export interface SlackOptions {
  readonly mode?: 'socket' | 'http';
  readonly fake?: Omit<FakeSlackOptions, 'requestUrl' | 'clock'>;
  /** Begins before the adapter does. */
  readonly before?: (slack: FakeSlack) => void;
  readonly documents?: Documents;
  /** The adapter goes by the time of the stand-in, too; its pauses by that of the machine. */
  readonly sharedTime?: boolean;
  /** Its pauses take no time. */
  readonly hurried?: boolean;
  /** How it waits, where that is what the test is of. */
  readonly sleep?: Clock['sleep'];
  /** Its own id, where it is not the only bot. */
  readonly id?: string;
  /** Where tests are of what happens before the platform can be heard. */
  readonly unheard?: boolean;
}

const signingSecret = 'a-signing-secret-of-32-characters';

/** Starts worlds that end with their test. */
export function useSlack(): (options?: SlackOptions) => Promise<SlackUnderTest> {
  const running: SlackUnderTest[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.stop()));
  });
  return async (options) => {
    const slack = await startSlack(options);
    running.push(slack);
    return slack;
  };
}

/** The adapter with the real client libraries against the stand-in; resolves when it can be heard. */
export async function startSlack(options: SlackOptions = {}): Promise<SlackUnderTest> {
  const clock = createTestClock();
  const log = createLog({ level: 'error', secrets: [], form: 'json', write: () => {} });
  const http = createHttp({ host: '127.0.0.1', port: 0, log });
  const stop = new AbortController();
  const serving = http.run(stop.signal);
  const { url } = await http.listening;
  const viaHttp = options.mode === 'http';
  const slack = await startFakeSlack({
    ...options.fake,
    clock,
    ...(viaHttp
      ? { requestUrl: { url: `${url}/${options.id ?? 'slack'}/events`, secret: signingSecret } }
      : {}),
  });
  options.before?.(slack);
  const config = parseConfig(
    {
      SLACK_BOT_TOKEN: tokens.bot,
      SLACK_API_URL: slack.apiUrl,
      ...(viaHttp ? { SLACK_SIGNING_SECRET: signingSecret } : { SLACK_APP_TOKEN: tokens.app }),
    },
    undefined,
  );
  if (config === undefined) throw new Error('Slack is not switched on');
  const seen = createHost(http.routes, options.documents ?? memoryDocuments());
  // Signatures go by the time of the stand-in, pauses by that of the machine.
  const adapter = createSlackAdapter({
    config,
    publicUrl: url,
    host: seen.host,
    ...(options.id === undefined ? {} : { id: options.id }),
    clock: {
      now: viaHttp || options.sharedTime === true ? clock.now : systemClock.now,
      sleep: options.sleep ?? ((ms, signal) => systemClock.sleep(pauseOf(options, ms), signal)),
    },
  });
  const running = adapter.run(stop.signal);
  if (options.unheard !== true)
    await until(() => seen.health.proof !== undefined && (viaHttp || slack.sockets.open() === 2));
  return {
    slack,
    clock,
    adapter,
    config,
    ...seen,
    request: (forged) => request(`${url}/slack/events`, clock.now(), forged),
    async stop() {
      stop.abort();
      await Promise.all([running, serving]);
      await slack.close();
    },
  };
}

/** What waits for an answer of the platform's waits as ever. */
const longestPauseMs = 10_000;

function pauseOf({ hurried }: SlackOptions, ms: number): number {
  return hurried === true && ms < longestPauseMs ? Math.min(ms, 1) : ms;
}

/** The signature is that of a plain challenge, whatever the body is. */
function request(url: string, now: number, forged: Forged): Promise<Response> {
  const { body, secret = signingSecret, shift = 0 } = forged;
  const stamp = forged.stamp ?? String(Math.floor(now / 1000) + shift);
  const signed = '{"type":"url_verification","challenge":"abc"}';
  const right = createHmac('sha256', secret).update(`v0:${stamp}:${signed}`).digest('hex');
  const headers = {
    'content-type': forged.contentType ?? 'application/json',
    'x-slack-request-timestamp': stamp,
    'x-slack-signature': forged.signature ?? `v0=${right}`,
  };
  return fetch(url, { method: 'POST', body, headers });
}

type Seen = Omit<SlackUnderTest, 'slack' | 'clock' | 'adapter' | 'config' | 'stop' | 'request'>;

function createHost(routes: Host['routes'], documents: Documents): Seen {
  const events: InboundEvent[] = [];
  const given: InboundEvent[] = [];
  const moves: [string, string][] = [];
  const health: SlackUnderTest['health'] = { proof: undefined, problem: undefined };
  const store: { broken: boolean; until: Promise<unknown> | undefined } = { broken: false, until: undefined };
  const host: Host = {
    async receive(event) {
      given.push(event);
      await store.until;
      if (store.broken) throw new Error('the database is away');
      if (!events.some(({ id }) => id === event.id)) events.push(event);
    },
    documents,
    routes,
    commands: [{ name: 'status', description: 'What is going on' }],
    channelMoved: async (from, to) => void moves.push([from, to]),
    alive: (proof) => void Object.assign(health, { proof, problem: undefined }),
    ailing: (problem) => void Object.assign(health, { problem }),
    secret: (purpose) => `secret of ${purpose}`,
    log: { debug: () => {}, info: () => {}, warn: () => {} },
  };
  return {
    host,
    events,
    given,
    moves,
    documents,
    health,
    breakStore: (broken) => void Object.assign(store, { broken }),
    slowStore: (wait) => void Object.assign(store, { until: wait }),
  };
}

/** Polls until it holds. */
export async function until(condition: () => boolean, what = String(condition)): Promise<void> {
  await expect.poll(condition, { message: `did not come about: ${what}`, interval: 5 }).toBe(true);
}
