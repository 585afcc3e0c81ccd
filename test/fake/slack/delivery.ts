/** How the app is told: over a socket, or by a signed request; with deadlines, and again where it does not answer. */
import { createHmac } from 'node:crypto';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Faults } from '../faults.ts';
import type { Answer, Sockets } from './sockets.ts';
import { type Json, nextId, type World } from './world.ts';

export interface Delivery {
  /** True: acknowledged, at once or by a later try. False: given up. */
  event(event: Json): Promise<boolean>;
  /** Told once: the answer, or undefined where none came in time. */
  interaction(type: 'interactive' | 'slash_commands', payload: Json): Promise<Answer>;
}

/** Where the app listens itself, instead of a socket. */
export interface RequestUrl {
  readonly url: string;
  readonly secret: string;
}

export interface DeliveryDeps {
  readonly world: World;
  readonly sockets: Sockets;
  readonly requestUrl: RequestUrl | undefined;
  readonly faults: Faults;
  readonly signal: AbortSignal;
}

/** The app must answer within this time, milliseconds. */
const answerMs = 3000;
const mostRetries = 3;
/** Over HTTP the tries come further and further apart: at once, after a minute, after five, milliseconds. */
const pausesMs = [0, 60_000, 300_000];

export function createDelivery(deps: DeliveryDeps): Delivery {
  return {
    async event(event) {
      const { world } = deps;
      const payload: Json = {
        token: 'verification',
        team_id: world.team,
        api_app_id: world.bot.app,
        event,
        type: 'event_callback',
        event_id: nextId(world, 'Ev'),
        event_time: Math.floor(world.clock.now() / 1000),
        authorizations: [
          {
            enterprise_id: null,
            team_id: world.team,
            user_id: world.bot.user,
            is_bot: true,
            is_enterprise_install: false,
          },
        ],
        is_ext_shared_channel: false,
      };
      // An event that is dropped is never answered.
      const { promise, resolve } = Promise.withResolvers<boolean>();
      deps.faults.pass(String(event['type']), JSON.stringify(event), () => resolve(tell(deps, payload)));
      return promise;
    },
    interaction: (type, payload) => attempt(deps, { type, payload, accepts_response_payload: true }, 0, ''),
  };
}

async function tell(deps: DeliveryDeps, payload: Json): Promise<boolean> {
  for (let retry = 0; retry <= mostRetries && !deps.signal.aborted; retry += 1) {
    const pause = retry === 0 || deps.requestUrl === undefined ? 0 : (pausesMs[retry - 1] ?? 0);
    if (pause > 0) await deps.world.clock.sleep(pause, deps.signal);
    const envelope = {
      type: 'events_api',
      payload,
      accepts_response_payload: false,
      retry_attempt: retry,
      retry_reason: retry === 0 ? '' : 'timeout',
    };
    if ((await attempt(deps, envelope, retry, 'http_timeout')) !== undefined) return true;
  }
  return false;
}

async function attempt(deps: DeliveryDeps, envelope: Json, retry: number, reason: string): Promise<Answer> {
  const { world, sockets, requestUrl, signal } = deps;
  const end = new AbortController();
  const deadline = timer(world.clock, AbortSignal.any([signal, end.signal]));
  try {
    if (requestUrl !== undefined)
      return await Promise.race([posted(deps, requestUrl, envelope, { retry, reason }), deadline]);
    await Promise.race([sockets.opened(), deadline]);
    return await sockets.send(envelope, deadline);
  } finally {
    end.abort();
  }
}

async function timer(clock: Clock, signal: AbortSignal): Promise<undefined> {
  await clock.sleep(answerMs, signal);
}

/** An app that is not there has not answered. */
async function posted(...call: Parameters<typeof request>): Promise<Answer> {
  try {
    return await request(...call);
  } catch {
    return undefined;
  }
}

/** As the platform posts it: JSON for events, a form for the rest, signed either way. */
async function request(
  { world, signal }: DeliveryDeps,
  { url, secret }: RequestUrl,
  { type, payload }: Json,
  { retry, reason }: { readonly retry: number; readonly reason: string },
): Promise<Answer> {
  const body = bodyOf(String(type), payload as Json);
  const stamp = String(Math.floor(world.clock.now() / 1000));
  const signature = createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex');
  const response = await fetch(url, {
    method: 'POST',
    body,
    signal,
    headers: {
      'content-type': type === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': stamp,
      'x-slack-signature': `v0=${signature}`,
      ...(retry > 0 ? { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': reason } : {}),
    },
  });
  const text = await response.text();
  if (!response.ok) return undefined;
  return text.startsWith('{') ? (JSON.parse(text) as Json) : {};
}

function bodyOf(type: string, payload: Json): string {
  if (type === 'events_api') return JSON.stringify(payload);
  if (type === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return new URLSearchParams(
    Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
}
