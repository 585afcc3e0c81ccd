/**
 * Events over sockets of Slack's. Each socket is a client of its own, because the library's way to reconnect loses
 * time and can end the process.
 */

import { webApi } from '@slack/bolt';
import { SocketModeClient } from '@slack/socket-mode';
import { aborted } from '../../src/lib/abort.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { proxyDispatcher } from '../../src/lib/proxy.ts';
import { clientOptions, quiet } from './client.ts';
import type { Health } from './health.ts';
import type { BoltReceiver } from './receiver.ts';

export interface SocketDeps {
  readonly appToken: string;
  readonly apiUrl: string | undefined;
  readonly receiver: BoltReceiver;
  readonly health: Health;
  readonly clock: Clock;
}

/** Slack refreshes each socket every few hours and sends to any of them: with two there is always one. */
const sockets = 2;
/** A socket that lived this long was well: the next one may be opened at once, milliseconds. */
const wellMs = 5000;
const firstDelayMs = 500;
const longestDelayMs = 30_000;
/** Slack says hello within a second of a connection; something between us may hold it open and say nothing, milliseconds. */
const helloMs = 20_000;
/** Longest wait for a socket to close at the end, milliseconds. */
const farewellMs = 1000;

const helloProof = 'a socket of Slack is open';

interface State {
  open: number;
}

/** Receives over sockets until aborted; resolves when what was under way is acknowledged. */
export async function runSockets(deps: SocketDeps, signal: AbortSignal): Promise<void> {
  const state: State = { open: 0 };
  await Promise.all(Array.from({ length: sockets }, () => keepOpen(deps, state, signal)));
}

/**
 * The library's own way to reconnect waits five seconds, and ends the process with an unhandled rejection where the
 * token was revoked meanwhile; so each client lives for one socket.
 */
async function keepOpen(deps: SocketDeps, state: State, signal: AbortSignal): Promise<void> {
  const { clock, health } = deps;
  let failures = 0;
  while (!signal.aborted) {
    const startedAt = clock.now();
    const error = await oneSocket(deps, state, signal);
    if (signal.aborted) return;
    failures = error === undefined && clock.now() - startedAt >= wellMs ? 0 : failures + 1;
    if (error !== undefined && state.open === 0) health.unreachable(error, 'SLACK_APP_TOKEN');
    await clock.sleep(delayOf(error, failures), signal);
  }
}

function delayOf(error: unknown, failures: number): number {
  if (error instanceof webApi.WebAPIRateLimitedError) return error.retryAfter * 1000;
  if (failures <= 1 && error === undefined) return 0;
  return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(failures - 1, 10));
}

/** Resolves when the socket has closed; with the error where it never opened. */
async function oneSocket(
  { appToken, apiUrl, receiver, health, clock }: SocketDeps,
  state: State,
  signal: AbortSignal,
): Promise<unknown> {
  const dispatcher = proxyDispatcher();
  const client = new SocketModeClient({
    ...(dispatcher === undefined ? {} : { dispatcher }),
    appToken,
    autoReconnectEnabled: false,
    logger: quiet,
    clientOptions: clientOptions({ apiUrl }),
  });
  const underWay = new Set<Promise<void>>();
  client.on('slack_event', (envelope: Envelope) => {
    // What is not acknowledged is sent again, to another process or to the next run.
    if (signal.aborted) return;
    const work = settle(receiver, health, envelope).finally(() => underWay.delete(work));
    underWay.add(work);
  });
  const closed = new Promise<void>((resolve) => {
    client.once('disconnected', () => resolve());
  });
  try {
    await greeted(client, clock);
  } catch (error) {
    return error ?? new Error('the socket closed before Slack said hello');
  }
  state.open += 1;
  health.alive(helloProof);
  await Promise.race([closed, aborted(signal)]);
  state.open -= 1;
  await Promise.all(underWay);
  // The handshake of the close comes behind the last acknowledgement.
  if (signal.aborted) await Promise.race([client.disconnect(), clock.sleep(farewellMs)]);
  return undefined;
}

/** Resolves when Slack has said hello; a socket that is open and does not say it is given up. */
async function greeted(client: SocketModeClient, clock: Clock): Promise<void> {
  const over = new AbortController();
  const started = client.start().finally(() => over.abort());
  const late = clock.sleep(helloMs, over.signal).then(() => 'late' as const);
  try {
    if ((await Promise.race([started, late])) !== 'late' || over.signal.aborted) return void (await started);
  } finally {
    over.abort();
  }
  // What it says to this is of no interest any more; a connection that it makes all the same is closed as well.
  client.on('connecting', () => queueMicrotask(() => void Promise.allSettled([client.disconnect()])));
  void Promise.allSettled([started, client.disconnect()]);
  throw new Error(`a socket opened, but Slack did not say hello on it within ${helloMs / 1000} seconds`);
}

interface Envelope {
  readonly ack: (response: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly retry_num?: number;
  readonly retry_reason?: string;
}

/** What could not be stored is not acknowledged, and what could not be acknowledged is stored: Slack sends either again. */
async function settle(receiver: BoltReceiver, health: Health, envelope: Envelope): Promise<void> {
  const { ack, body, retry_num: number, retry_reason: reason } = envelope;
  try {
    const response = await receiver.deliver(body, number ? { number, reason: reason ?? '' } : undefined);
    await ack(response);
    health.alive(helloProof);
  } catch (error) {
    health.unanswered(error);
  }
}
