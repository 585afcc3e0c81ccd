/** Our own OpenCode server: a child process that outlives a killed gateway and is taken up again by the next. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tailOf } from '../core/clip.ts';
import { orAborted } from '../lib/abort.ts';
import type { Chance, Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { backoff } from '../lib/retry.ts';
import { within } from './deadline.ts';
import type { Endpoint } from './endpoint.ts';
import type { LaunchSettings } from './environment.ts';
import { identityOf, killCarriers } from './processes.ts';
import {
  endServer,
  isAlive,
  readRecord,
  removeRecord,
  type ServerRecord,
  settingsHash,
  writeRecord,
} from './server-record.ts';

/** Start to the line on stdout took 1.1 to 1.3 s on two cores; a loaded machine takes many times that. */
const startTimeoutMs = 60_000;
const healthTimeoutMs = 2_000;
const healthCheckMs = 100;
const mostHealthChecks = 10;
/** Between two looks at what it prints while it starts. */
const outputCheckMs = 50;
/** Between two looks whether it still runs. */
const aliveCheckMs = 1_000;
/** It stops within 50 ms of a SIGTERM (measured). */
const stopGraceMs = 3_000;
const firstRetryMs = 500;
const longestRetryMs = 30_000;
/** A server that ran this long did not fail to start. */
const steadyMs = 60_000;

/** How the server of a dialect is started, and how one sees that it is there. */
export interface Launch {
  /** The program of the npm package. */
  program(): string;
  /** Its whole environment, but for its password. */
  environment(settings: LaunchSettings): Readonly<Record<string, string>>;
  /** Names of what looks like a key and is not given to it. */
  withheld(settings: LaunchSettings): readonly string[];
  /** Where it looks for its password. */
  readonly passwordVariable: string;
  /** Its address in what it prints once it listens. */
  readonly listening: RegExp;
  /** Why it ended at once, of what it printed, where that is the person's to mend. */
  faultIn(output: string): string | undefined;
  /** It answers, and takes the password. */
  isHealthy(endpoint: Endpoint, signal: AbortSignal): Promise<boolean>;
}

export interface ServerProcessOptions extends LaunchSettings {
  /** Where its record and its output are kept, and nobody else's; mode 700. */
  readonly dataDir: string;
  /** Its working directory: a project. */
  readonly cwd: string;
  readonly clock: Clock & Chance;
  readonly log: Log;
  /** The program; that of the npm package where unset. */
  readonly binary?: string;
}

export interface ServerProcess {
  /** Keeps a server running until aborted, then stops it. */
  run(signal: AbortSignal): Promise<void>;
  /** Where it answers; waits while it starts. Rejects when aborted. */
  endpoint(signal: AbortSignal): Promise<Endpoint>;
  /** Why it did not start the last time; undefined while it runs, or before that is known. */
  failure(): string | undefined;
  /** Its process id, while it runs. */
  pid(): number | undefined;
}

interface ProcessState {
  failure: string | undefined;
  record: ServerRecord | undefined;
  ready: PromiseWithResolvers<Endpoint>;
}

type Child = ServerProcessOptions & Launch;

export function createChild(options: ServerProcessOptions, launch: Launch): ServerProcess {
  const state: ProcessState = { failure: undefined, record: undefined, ready: Promise.withResolvers() };
  return {
    run: (signal) => keepRunning({ ...launch, ...options }, state, signal),
    endpoint: (signal) => orAborted(state.ready.promise, signal),
    failure: () => state.failure,
    pid: () => state.record?.pid,
  };
}

async function keepRunning(options: Child, state: ProcessState, signal: AbortSignal): Promise<void> {
  const { clock, log, dataDir } = options;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  for (let failures = 0; !signal.aborted; ) {
    const startedAt = clock.now();
    try {
      const record = (await adopt(options)) ?? (await start(options, signal));
      state.record = record;
      state.failure = undefined;
      state.ready.resolve({ url: record.url, username: record.username, password: record.password });
      await untilGone(clock, record, signal);
      state.ready = Promise.withResolvers();
      state.record = undefined;
      if (signal.aborted) {
        await endServer(record, stopGraceMs, clock);
        await removeRecord(dataDir);
        log.info({ pid: record.pid }, 'the agent server was stopped');
        return;
      }
      log.error({ pid: record.pid }, 'the agent server ended by itself and is started again');
      await killCarriers(record.password);
    } catch (error) {
      if (signal.aborted) return;
      state.failure = error instanceof Error ? error.message : String(error);
      log.error({ error }, 'the agent server did not start');
    }
    failures = clock.now() - startedAt > steadyMs ? 0 : failures + 1;
    await clock.sleep(
      backoff(failures, clock.random(), { firstMs: firstRetryMs, longestMs: longestRetryMs }),
      signal,
    );
  }
}

function settingsOf(options: Child): string {
  const { cwd, binary, environment, program } = options;
  return settingsHash({ env: environment(options), cwd, binary: binary ?? program() });
}

/** The server that a killed gateway left, if it is the one that is wanted; any other leftover is ended. */
async function adopt(options: Child): Promise<ServerRecord | undefined> {
  const { dataDir, log, clock } = options;
  const record = await readRecord(dataDir);
  if (record === undefined) return undefined;
  const wanted = record.settings === settingsOf(options);
  if (wanted && (await isAlive(record)) && (await isWell(options, record))) {
    log.info({ pid: record.pid, url: record.url }, 'the running agent server was taken up again');
    return record;
  }
  await endServer(record, stopGraceMs, clock);
  await removeRecord(dataDir);
  log.info({ pid: record.pid }, 'a left-over agent server was ended');
  return undefined;
}

function isWell({ clock, isHealthy }: Child, endpoint: Endpoint): Promise<boolean> {
  return within(clock, healthTimeoutMs, (signal) => isHealthy(endpoint, signal));
}

async function start(options: Child, signal: AbortSignal): Promise<ServerRecord> {
  const { dataDir, cwd, clock, log } = options;
  const password = randomBytes(32).toString('base64url');
  const output = join(dataDir, 'opencode.log');
  // Its output goes to a file: a pipe would end with us, and the server with it.
  const file = openSync(output, 'w', 0o600);
  const child = spawn(
    options.binary ?? options.program(),
    ['serve', '--hostname', '127.0.0.1', '--port', '0'],
    {
      cwd,
      env: { ...options.environment(options), [options.passwordVariable]: password },
      // A group of its own: a signal to ours does not reach it, and one to its own reaches all of it.
      detached: true,
      stdio: ['ignore', file, file],
    },
  );
  closeSync(file);
  await once(child, 'spawn');
  child.unref();
  const pid = child.pid ?? 0;
  const identity = (await identityOf(pid)) ?? '';
  const settings = settingsOf(options);
  const record = { pid, identity, settings, url: '', username: 'opencode', password };
  // Before it answers: a gateway that is killed now must find it too.
  await writeRecord(dataDir, record);
  const withheld = options.withheld(options);
  if (withheld.length > 0)
    log.info(
      { variables: withheld },
      'keys that no configured provider needs were not given to the agent server',
    );
  try {
    const url = await untilListening({ ...options, child, output }, signal);
    const ready = { ...record, url };
    for (let tries = 0; !(await isWell(options, ready)); tries += 1) {
      if (tries > mostHealthChecks || signal.aborted) throw new Error('the agent server does not answer');
      await clock.sleep(healthCheckMs, signal);
    }
    await writeRecord(dataDir, ready);
    log.info({ pid, url }, 'the agent server started');
    return ready;
  } catch (error) {
    await endServer(record, stopGraceMs, clock);
    await removeRecord(dataDir);
    throw error;
  }
}

interface Starting {
  readonly child: { readonly exitCode: number | null; readonly signalCode: string | null };
  readonly output: string;
  readonly clock: Clock;
  readonly listening: RegExp;
  readonly faultIn: Launch['faultIn'];
}

async function untilListening(
  { child, output, clock, listening, faultIn }: Starting,
  signal: AbortSignal,
): Promise<string> {
  const deadline = clock.now() + startTimeoutMs;
  while (!signal.aborted && clock.now() < deadline) {
    const text = await readFile(output, 'utf8');
    const url = listening.exec(text)?.[1];
    if (url !== undefined) return url;
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(faultIn(text) ?? `OpenCode ended at once: ${tailOf(text, 500).trim()}`);
    }
    await clock.sleep(outputCheckMs, signal);
  }
  throw new Error('the agent server did not start in time');
}

/** An adopted server is not our child, so that its end is seen by looking. */
async function untilGone(clock: Clock, record: ServerRecord, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await isAlive(record))) await clock.sleep(aliveCheckMs, signal);
}
