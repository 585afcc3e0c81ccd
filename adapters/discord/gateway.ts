/**
 * The library's connection and what we take from it: raw events before its own handlers, whether it lives, and why
 * it ended.
 */
import {
  Client,
  type ClientOptions,
  GatewayCloseCodes,
  GatewayIntentBits,
  SimpleShardingStrategy,
} from 'discord.js';
import type { Clock } from '../../src/lib/clock.ts';
import { checked } from './answers.ts';
import type { DiscordConfig } from './config.ts';

/** Channels and threads; what is said in them and in private; and its text, which is privileged. */
const intents =
  GatewayIntentBits.Guilds |
  GatewayIntentBits.GuildMessages |
  GatewayIntentBits.DirectMessages |
  GatewayIntentBits.MessageContent;

export interface GatewayDeps {
  readonly config: DiscordConfig;
  readonly clock: Clock;
  /** Each thing that Discord tells, in order, before the library looks at it. Must not throw. */
  onDispatch(type: string, data: unknown): void;
  /** All shards have a session. */
  onLive(): void;
  /** Not for longer than a moment. */
  onLost(): void;
}

/** Why the connection ended for good: a close code that the library does not come back from. */
export interface CloseVerdict {
  readonly code: number;
}

/** Shorter gaps are nobody's business: a resume takes half a second, milliseconds. */
const patienceMs = 15_000;
/** A resume that is never answered would be waited for without end (measured), milliseconds. */
const longestSilenceMs = 60_000;
const lookMs = 1000;
const reconnectMs = 600;

interface State {
  /** Shards with a session, and all. */
  readonly live: Set<number>;
  readonly all: Set<number>;
  lostAt: number | undefined;
  told: boolean;
  verdict: CloseVerdict | undefined;
  failure: unknown;
}

/**
 * The connection that people are heard by, until aborted or refused for good. Rejects where Discord is silent for too
 * long; what was said meanwhile is read back after the next start.
 *
 * discord.js connects, beats, resumes and shards. Its own handlers see nothing but what its connection needs: they
 * throw on a payload that is not as they expect, which would end the process, and keep what we have no use for.
 */
export async function listen(deps: GatewayDeps, signal: AbortSignal): Promise<CloseVerdict | undefined> {
  const { clock, config } = deps;
  const state: State = {
    live: new Set(),
    all: new Set(),
    lostAt: clock.now(),
    told: false,
    verdict: undefined,
    failure: undefined,
  };
  const client = new Client(optionsOf(deps, state));
  client.login(config.token.reveal()).catch((error: unknown) => {
    state.failure = error;
  });
  try {
    while (!signal.aborted && state.verdict === undefined) {
      check(deps, state);
      await clock.sleep(lookMs, signal);
    }
    return state.verdict;
  } finally {
    // Within half a second after a cut the library cannot be stopped: it would connect again afterwards.
    if (state.lostAt !== undefined) await clock.sleep(reconnectMs);
    await client.destroy();
  }
}

function optionsOf(deps: GatewayDeps, state: State): ClientOptions {
  return {
    intents,
    shards: 'auto',
    rest: {
      api: deps.config.apiUrl,
      retries: 0,
      rejectOnRateLimit: () => true,
      makeRequest: checked(),
    },
    ws: {
      buildStrategy: (manager) =>
        new SimpleShardingStrategy(
          new Proxy(manager, {
            get: (target, name) =>
              name === 'emit'
                ? (event: string, payload: unknown) => {
                    watch(deps, state, event, payload);
                    if (isForLibrary(event, payload))
                      pass(state, () => Reflect.apply(target.emit, target, [event, payload]));
                    return true;
                  }
                : Reflect.get(target, name, target),
          }),
        ),
    },
  };
}

function pass(state: State, emit: () => unknown): void {
  try {
    emit();
  } catch (error) {
    state.failure = error;
  }
}

function isForLibrary(event: string, payload: unknown): boolean {
  return event !== 'dispatch' || typeOf(payload) === 'READY' || typeOf(payload) === 'RESUMED';
}

interface Payload {
  readonly shardId?: number;
  readonly code?: number;
  readonly data?: { readonly t?: string; readonly d?: unknown };
}

function typeOf(payload: unknown): string | undefined {
  return (payload as Payload).data?.t;
}

/** Close codes after which the library gives up. */
const final: ReadonlySet<number> = new Set([
  GatewayCloseCodes.AuthenticationFailed,
  GatewayCloseCodes.InvalidShard,
  GatewayCloseCodes.ShardingRequired,
  GatewayCloseCodes.InvalidAPIVersion,
  GatewayCloseCodes.InvalidIntents,
  GatewayCloseCodes.DisallowedIntents,
]);

function watch(deps: GatewayDeps, state: State, event: string, payload: unknown): void {
  const { shardId = 0, code = 0, data } = (payload ?? {}) as Payload;
  state.all.add(shardId);
  if (event === 'ready' || event === 'resumed') state.live.add(shardId);
  if (event === 'closed') {
    state.live.delete(shardId);
    state.lostAt ??= deps.clock.now();
    if (final.has(code)) state.verdict ??= { code };
  }
  if (event === 'dispatch' && data?.t !== undefined) deps.onDispatch(data.t, data.d);
  const whole = state.live.size === state.all.size;
  if (!whole || (event !== 'ready' && event !== 'resumed')) return;
  state.lostAt = undefined;
  state.told = false;
  deps.onLive();
}

function check({ clock, onLost }: GatewayDeps, state: State): void {
  if (state.failure !== undefined && state.lostAt !== undefined && state.verdict === undefined)
    throw state.failure;
  if (state.lostAt === undefined) return;
  const silentMs = clock.now() - state.lostAt;
  if (silentMs > longestSilenceMs) throw new Error('Discord gave no session within a minute');
  if (silentMs <= patienceMs || state.told) return;
  state.told = true;
  onLost();
}
