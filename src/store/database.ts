import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../lib/log.ts';
import { openEmbedded } from './embedded.ts';
import { openPostgres } from './postgres.ts';
import { createStore } from './store.ts';
import type { Store } from './types.ts';

const snapshotEveryMs = 10 * 60_000;

export interface StoreOptions {
  /** A Postgres address; unset: the embedded database in `dataDir`. */
  readonly url?: string | undefined;
  readonly dataDir: string;
  readonly log: Log;
  /** How often the embedded database is saved while it changes; 10 minutes unless set. */
  readonly snapshotEveryMs?: number;
}

/**
 * Opens the store with its present schema. Throws ConfigError, naming the fix, where the database does not answer,
 * is newer than this program, or is in use by another process.
 */
export async function openStore({ url, dataDir, log, ...options }: StoreOptions): Promise<Store> {
  if (url !== undefined) return createStore(await openPostgres(url, log));
  return createStore(await openEmbedded({ dataDir, log, snapshotEveryMs, ...options }));
}

/** Was an embedded database ever made in this directory? */
export function hasEmbeddedData(dataDir: string): boolean {
  return existsSync(join(dataDir, 'database'));
}
