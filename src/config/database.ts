import { randomBytes } from 'node:crypto';
import type { Problems } from './problems.ts';
import { createSecret, type Secret } from './secret.ts';
import type { Variables } from './variables.ts';

export interface DatabaseConfig {
  /** Postgres; undefined: the embedded database in the data directory. */
  readonly url: Secret | undefined;
}

export function databaseOf({ DATABASE_URL: url }: Variables): DatabaseConfig {
  return { url: url === undefined ? undefined : createSecret(url) };
}

/** Replicas on one Postgres must sign alike, so nothing is made up there. */
export function checkSecret(
  { DATABASE_URL: url, DRAGOMAN_SECRET: secret }: Variables,
  problems: Problems,
): void {
  if (url === undefined || secret !== undefined) return;
  problems.add(
    'DATABASE_URL is set without DRAGOMAN_SECRET',
    'all that share the database must sign alike, so the secret has to be yours; this one is new, copy it',
    `DRAGOMAN_SECRET=${randomBytes(32).toString('base64url')}`,
  );
}
