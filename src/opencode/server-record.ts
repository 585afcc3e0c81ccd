/**
 * The record of our own server, so that a gateway that was killed finds it again: the answer that it was writing
 * goes on, and no server is left behind.
 */
import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import type { Endpoint } from './endpoint.ts';
import { identityOf, killCarriers, signalGroup } from './processes.ts';

/** Between two looks whether it has ended: it takes about 50 ms (measured). */
const aliveCheckMs = 50;

export interface ServerRecord extends Endpoint {
  readonly pid: number;
  /** What tells the process from a later one with the same id. */
  readonly identity: string;
  /** Hash of what it was started with: with other settings it is not the server that is wanted. */
  readonly settings: string;
}

export function settingsHash(settings: unknown): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex');
}

/** Where a server of ours keeps its record and its output: each has a directory, or they would end each other. */
export function serverDirectory(data: string, server: string): string {
  return join(data, `server-${server}`);
}

const fileOf = (dataDir: string): string => join(dataDir, 'opencode.json');

export async function writeRecord(dataDir: string, record: ServerRecord): Promise<void> {
  const file = fileOf(dataDir);
  await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export async function removeRecord(dataDir: string): Promise<void> {
  await rm(fileOf(dataDir), { force: true });
}

export async function readRecord(dataDir: string): Promise<ServerRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(fileOf(dataDir), 'utf8')) as Partial<ServerRecord>;
    const { pid, identity, settings, url, username, password } = record;
    if (typeof pid !== 'number' || pid < 2 || typeof identity !== 'string' || typeof settings !== 'string')
      return;
    if (typeof url !== 'string' || typeof username !== 'string' || typeof password !== 'string') return;
    return { pid, identity, settings, url, username, password };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The process of the record still runs, and is the same one. */
export async function isAlive(record: ServerRecord): Promise<boolean> {
  return (await identityOf(record.pid)) === record.identity;
}

/** Where the server that a running gateway started answers; undefined: there is none. */
export async function runningServer(dataDir: string): Promise<Endpoint | undefined> {
  const record = await readRecord(dataDir);
  if (record === undefined || record.url === '') return undefined;
  return { url: record.url, username: record.username, password: record.password };
}

/** Ends the server of the record, if it still is that, and what its agents left running. */
export async function endServer(record: ServerRecord, graceMs: number, clock: Clock): Promise<void> {
  if (await isAlive(record)) {
    signalGroup(record.pid, 'SIGTERM');
    for (let waited = 0; waited < graceMs && (await isAlive(record)); waited += aliveCheckMs)
      await clock.sleep(aliveCheckMs);
    if (await isAlive(record)) signalGroup(record.pid, 'SIGKILL');
  }
  await killCarriers(record.password);
}
