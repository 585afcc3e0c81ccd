/** Opens the embedded database, from its newest snapshot where it does not open itself. */
import { existsSync } from 'node:fs';
import { rename, rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { ConfigError } from '../core/errors.ts';
import type { Log } from '../lib/log.ts';
import { isAccessRefusal } from './errno.ts';
import { readSnapshot, type Snapshots } from './snapshots.ts';
import { parsers } from './values.ts';

/** What PGlite may need to open and to recover; below it, a failure says nothing about the data. */
const neededBytes = 128 * 1024 * 1024;

/**
 * Opens the embedded database; from the newest snapshot that opens where it does not open itself, which is then
 * kept beside it. Without a database and without a snapshot a new one is made. Throws ConfigError.
 */
export async function openOrRestore(directory: string, snapshots: Snapshots, log: Log): Promise<PGlite> {
  const saved = await snapshots.list();
  const isThere = existsSync(directory);
  if (!isThere && saved.length > 0) return restore(directory, saved, log);
  if (!isThere) return openDirectory(directory);
  try {
    return await openTwice(directory);
  } catch (error) {
    if (isAccessRefusal(error)) throw error;
    await requireSpace(directory, error);
    await putAside(directory, error, log);
  }
  if (saved.length > 0) return restore(directory, saved, log);
  log.warn({ directory }, 'a new database was made: the first start of the broken one was cut off');
  return openDirectory(directory);
}

/** What comes after the snapshot is lost by restoring, so one failure is not enough. */
async function openTwice(directory: string): Promise<PGlite> {
  try {
    return await openDirectory(directory);
  } catch (error) {
    if (isAccessRefusal(error)) throw error;
    return openDirectory(directory);
  }
}

async function putAside(directory: string, error: unknown, log: Log): Promise<void> {
  const kept = `${directory}.broken-${new Date().toISOString().replaceAll(':', '-')}`;
  await rename(directory, kept);
  log.error({ error: String(error), kept }, 'the embedded database did not open and was put aside');
}

async function restore(directory: string, saved: readonly string[], log: Log): Promise<PGlite> {
  for (const snapshot of saved) {
    try {
      await unpack(directory, snapshot);
      const pglite = await openDirectory(directory);
      log.warn({ snapshot }, 'the embedded database was restored; what came after the snapshot is missing');
      return pglite;
    } catch (error) {
      if (isAccessRefusal(error)) throw error;
      await requireSpace(directory, error);
      await rm(directory, { recursive: true, force: true });
      log.error({ snapshot, error: String(error) }, 'a snapshot did not open');
    }
  }
  throw new ConfigError(
    `The embedded database and its snapshots do not open; they are kept beside ${directory}. ` +
      'Put back a backup of that directory, or move the snapshots away to begin with an empty database.',
  );
}

/** In place only when it is whole: a start that is cut off here begins again with the snapshot. */
async function unpack(directory: string, snapshot: string): Promise<void> {
  const unfinished = `${directory}.restoring`;
  await rm(unfinished, { recursive: true, force: true });
  const pglite = await openDirectory(unfinished, await readSnapshot(snapshot));
  await pglite.close();
  await rename(unfinished, directory);
}

/** Only opens it: rejects where it does not open. */
export async function openDirectory(directory: string, snapshot?: Blob): Promise<PGlite> {
  const options = { dataDir: directory, parsers: { ...parsers } };
  return PGlite.create(snapshot === undefined ? options : { ...options, loadDataDir: snapshot });
}

async function requireSpace(directory: string, error: unknown): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(directory));
  if (bavail * bsize >= neededBytes) return;
  throw new ConfigError(
    `The embedded database did not open, and the disk of ${dirname(directory)} is full. ` +
      'Make 128 MB of room and start again; nothing was changed.',
    { cause: error },
  );
}
