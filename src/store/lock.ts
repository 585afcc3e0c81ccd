/** The lock of a data directory: two processes on one PGlite would destroy it. */
import { readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../core/errors.ts';
import type { Log } from '../lib/log.ts';
import { isErrno } from './errno.ts';
import { type Holder, judgeHolder, parseHolder, thisProcess } from './holder.ts';

const heartbeatMs = 2_000;
/** A holder that cannot be looked at is dead when its file has not been touched for so long. */
const silenceMs = 10_000;
/** A file without readable content is being written, unless it stays so. */
const writingMs = 1_000;

export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes an exclusive lock by creating a file. The lock of a dead process is taken over. Throws ConfigError that
 * names the living holder. `lost` is called where somebody else took it because this process stood still.
 */
export async function acquireLock(path: string, log: Log, lost: () => void): Promise<Lock> {
  const self = thisProcess();
  while (!(await isTaken(path, self))) {
    const holder = await readHolder(path);
    if (holder === undefined) continue;
    if (await isAlive(path, holder)) throw refusal(path, holder);
    log.warn({ pid: holder.pid, since: holder.since }, 'the lock of a dead process was taken over');
    await takeOver(path, holder, self);
  }
  const beat = setInterval(() => keep(path, self, lost).catch(report(log)), heartbeatMs).unref();
  return {
    async release() {
      clearInterval(beat);
      if ((await readHolder(path))?.id === self.id) await unlink(path);
    },
  };
}

async function isTaken(path: string, self: Holder): Promise<boolean> {
  return (await create(path, self)) || (await readHolder(path))?.id === self.id;
}

/** Only one process can create the file; false: it is there. */
async function create(path: string, holder: Holder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(holder), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

/**
 * Whoever creates the file named after the dead holder may replace its lock, as long as that still lies there.
 * The rename both replaces the lock and gives up the claim; the caller looks afterwards whose lock it is.
 */
async function takeOver(path: string, dead: Holder, self: Holder): Promise<void> {
  const claim = `${path}.${dead.id}`;
  if (await create(claim, self)) {
    const unchanged = (await readHolder(path))?.id === dead.id;
    return ignoreMissing(unchanged ? rename(claim, path) : unlink(claim));
  }
  const rival = await readHolder(claim);
  if (rival === undefined) return;
  if (await isAlive(claim, rival)) throw refusal(path, rival);
  await ignoreMissing(unlink(claim));
}

/** undefined: there is no file (any more). */
async function readHolder(path: string): Promise<Holder | undefined> {
  for (const deadline = performance.now() + writingMs; ; await sleep(20)) {
    const text = await ignoreMissing(readFile(path, 'utf8'));
    if (text === undefined) return undefined;
    const holder = parseHolder(text);
    if (holder !== undefined) return holder;
    if (performance.now() > deadline) throw unreadable(path);
  }
}

async function isAlive(path: string, holder: Holder): Promise<boolean> {
  const judgement = judgeHolder(holder);
  return judgement === 'unknown' ? isTouched(path) : judgement === 'alive';
}

/** Whether a heartbeat comes; waits until that is certain. Compares the file's times only: clocks may differ. */
async function isTouched(path: string): Promise<boolean> {
  const touchedAt = async () => (await ignoreMissing(stat(path)))?.mtimeMs;
  const first = await touchedAt();
  for (const deadline = performance.now() + silenceMs; performance.now() < deadline; await sleep(250))
    if ((await touchedAt()) !== first) return true;
  return false;
}

async function keep(path: string, self: Holder, lost: () => void): Promise<void> {
  const holder = await readHolder(path);
  if (holder !== undefined && holder.id !== self.id) return lost();
  const time = new Date();
  await ignoreMissing(utimes(path, time, time));
}

function report(log: Log): (error: unknown) => void {
  return (error) => log.error({ error: String(error) }, 'the lock could not be kept');
}

async function ignoreMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function refusal(path: string, { pid, host, since }: Holder): ConfigError {
  return new ConfigError(
    `The embedded database is in use by process ${pid} on ${host} since ${since}, and only one may use it. ` +
      'See `dragoman status`, stop that process, or set DATABASE_URL to run several on one Postgres. ' +
      `(Lock file: ${path})`,
  );
}

function unreadable(path: string): ConfigError {
  return new ConfigError(
    `The lock file ${path} is unreadable. If no other Dragoman uses this directory, delete it and start again.`,
  );
}
