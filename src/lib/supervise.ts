/** Keeps the loops of the process running, and ends them within a deadline. */
import { ConfigError } from '../core/errors.ts';
import { aborted } from './abort.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import { backoff } from './retry.ts';

/** One loop of the process: works until aborted, resolves after a clean end, rejects when it cannot go on. */
export interface Service {
  readonly name: string;
  run(signal: AbortSignal): Promise<void>;
}

export interface Supervision {
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly clock: Clock;
  /** How long services may take to end after the abort. */
  readonly deadlineMs?: number;
  /** 0 to 1, for the jitter. */
  readonly random?: () => number;
}

/** A service that ran this long was healthy: its next failure counts as the first. */
const healthyMs = 60_000;

/**
 * Runs all services until aborted and restarts each one that ends before that.
 *
 * A `ConfigError` is fatal, since no restart mends it: the others are ended, then it is thrown. Resolves or throws
 * at the latest `deadlineMs` after the abort; who had not ended by then is logged.
 */
export async function supervise(services: readonly Service[], options: Supervision): Promise<void> {
  const fatal = new AbortController();
  const signal = AbortSignal.any([options.signal, fatal.signal]);
  const running = new Set(services);
  const runs = services.map(async (service) => {
    try {
      await keepRunning(service, { ...options, signal });
    } catch (error) {
      fatal.abort(error);
      throw error;
    } finally {
      running.delete(service);
    }
  });
  const all = Promise.all(runs);
  await Promise.race([all, deadline(signal, options)]);
  if (fatal.signal.aborted) throw fatal.signal.reason;
  if (running.size > 0)
    options.log.error(
      { services: [...running].map(({ name }) => name) },
      'services did not end within the deadline',
    );
}

/** Resolves the grace time after the abort. A fatal error stands in `fatal`, so the race only has to end. */
async function deadline(signal: AbortSignal, { clock, deadlineMs = 10_000 }: Supervision): Promise<void> {
  await aborted(signal);
  await clock.sleep(deadlineMs);
}

/** The same service, which begins when something else has happened. */
export function startAfter(event: Promise<unknown>, service: Service): Service {
  return {
    name: service.name,
    async run(signal) {
      await Promise.race([event, aborted(signal)]);
      await service.run(signal);
    },
  };
}

async function keepRunning(service: Service, options: Supervision): Promise<void> {
  const { signal, log, clock, random = Math.random } = options;
  let failures = 0;
  while (!signal.aborted) {
    const startedAt = clock.now();
    const error = await runOnce(service, signal);
    if (signal.aborted) {
      if (error !== undefined) log.warn({ service: service.name, error }, 'service failed while ending');
      return;
    }
    failures = clock.now() - startedAt >= healthyMs ? 1 : failures + 1;
    const delayMs = backoff(failures, random());
    log.error({ service: service.name, error, failures, delayMs }, 'service ended, restarting it');
    await clock.sleep(delayMs, signal);
  }
}

/** What it failed with; undefined where it ended without an error. Throws what is fatal. */
async function runOnce(service: Service, signal: AbortSignal): Promise<unknown> {
  try {
    await service.run(signal);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    return error ?? new Error('rejected without a reason');
  }
}
