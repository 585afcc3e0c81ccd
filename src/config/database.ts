import { randomBytes } from 'node:crypto';
import { ConfigError } from '../core/errors.ts';
import { keptSecret } from './data.ts';
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

/** The secret of the process that uses this database. Throws `ConfigError` where it is not known here. */
export function knownSecret({ DATABASE_URL: url, DRAGOMAN_SECRET: secret }: Variables, data: string): Secret {
  if (url !== undefined && secret === undefined)
    throw new ConfigError(
      'DATABASE_URL is set without DRAGOMAN_SECRET: codes are signed with it. Give the one that Dragoman runs with, e.g. DRAGOMAN_SECRET_FILE=/run/secrets/dragoman',
    );
  return createSecret(secret ?? keptSecret(data));
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
