/** Copies of the embedded data that can be started from. */
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { PGlite } from '@electric-sql/pglite';
import type { Log } from '../lib/log.ts';
import type { Meter } from './meter.ts';

const kept = 3;
const suffix = '.tar.gz';

const unzip = promisify(gunzip);

/** Whole copies of the embedded database, in one directory; their names sort by age. */
export interface Snapshots {
  /** Writes one; it is on the disk when this resolves. */
  take(pglite: PGlite): Promise<void>;
  /** Paths, newest first. */
  list(): Promise<readonly string[]>;
}

export function createSnapshots(directory: string): Snapshots {
  return {
    take: (pglite) => take(directory, pglite),
    list: () => list(directory),
  };
}

/** As PGlite takes it to begin with; unpacked here, since PGlite's own unpacking of a broken file ends the process. */
export async function readSnapshot(path: string): Promise<Blob> {
  return new Blob([await unzip(await readFile(path))], { type: 'application/x-tar' });
}

/** Takes a snapshot every `everyMs` in which something was written, until aborted. */
export async function keepTaking(
  { take }: Snapshots,
  { pglite, meter, log }: { readonly pglite: PGlite; readonly meter: Meter; readonly log: Log },
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  let covered = meter.changes();
  while (await elapsed(everyMs, signal)) {
    const changes = meter.changes();
    if (changes === covered) continue;
    try {
      await take(pglite);
      covered = changes;
    } catch (error) {
      log.error({ error: String(error) }, 'a snapshot of the embedded database failed');
    }
  }
}

/** False: aborted. */
async function elapsed(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal, ref: false });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

async function take(directory: string, pglite: PGlite): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const data = await pglite.dumpDataDir('gzip');
  const path = join(directory, `${new Date().toISOString().replaceAll(':', '-')}${suffix}`);
  await writeDurably(directory, path, Buffer.from(await data.arrayBuffer()));
  for (const old of (await list(directory)).slice(kept)) await unlink(old);
}

async function list(directory: string): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const names = (await readdir(directory)).filter((name) => name.endsWith(suffix));
  return names
    .toSorted()
    .toReversed()
    .map((name) => join(directory, name));
}

async function writeDurably(directory: string, path: string, data: Buffer): Promise<void> {
  const unfinished = join(directory, 'unfinished');
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  const entries = await open(directory, 'r');
  try {
    await entries.sync();
  } finally {
    await entries.close();
  }
}
