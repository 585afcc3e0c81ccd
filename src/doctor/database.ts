/** What the doctor finds in the database: reachable, its version, its schema, its locks. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Finding } from '../core/diagnosis.ts';
import { ConfigError } from '../core/errors.ts';
import type { Log } from '../lib/log.ts';
import { hasEmbeddedData } from '../store/database.ts';
import { type DatabaseState, inspectEmbedded, inspectPostgres, readLock } from '../store/inspection.ts';
import { clockFinding } from './clocks.ts';
import type { Section } from './section.ts';

const about = 'database';

/** `runs`: a gateway works on it now. */
export async function examineDatabase(
  { data, database }: Pick<Config, 'data' | 'database'>,
  runs: boolean,
  log: Log,
): Promise<Section> {
  const url = database.url?.reveal();
  return { about, findings: url === undefined ? await embedded(data, runs, log) : await postgres(url, log) };
}

async function postgres(url: string, log: Log): Promise<readonly Finding[]> {
  try {
    const state = await inspectPostgres(url, log);
    const reachable: Finding = {
      subject: 'Postgres',
      state: 'ok',
      sentence: `It answers in ${state.answeredInMs} ms.`,
    };
    return [
      reachable,
      schema(state),
      clockFinding('the database’s clock', state.aheadMs, state.answeredInMs),
    ];
  } catch (error) {
    return [refused('Postgres', error)];
  }
}

function schema({ missing }: DatabaseState): Finding {
  const subject = 'schema';
  if (missing.length === 0) return { subject, state: 'ok', sentence: 'It is that of this version.' };
  return {
    subject,
    state: 'ok',
    sentence: `The next start makes ${missing.length} ${missing.length === 1 ? 'step' : 'steps'}: ${missing.join(', ')}.`,
  };
}

/** A ConfigError says what is so, and in its last sentence what to do. */
function refused(subject: string, error: unknown): Finding {
  if (error instanceof ConfigError) {
    const at = error.message.lastIndexOf('. ') + 1;
    const [sentence, fix] =
      at === 0
        ? [error.message, 'Start Dragoman again when this is mended.']
        : [error.message.slice(0, at), error.message.slice(at + 1)];
    return { subject, state: 'fail', sentence, fix };
  }
  return {
    subject,
    state: 'fail',
    sentence: `It does not open (${error instanceof Error ? error.message : String(error)}).`,
    fix: 'Start Dragoman: it puts the broken one aside and takes the newest snapshot. Or put a backup of the data in place.',
  };
}

const purpose: Finding = {
  subject: 'embedded database',
  state: 'warn',
  sentence:
    'Good for one person or a trial: a power cut can cost the last changes, and one process at a time uses it.',
  fix: 'A team sets DATABASE_URL=postgres://… and DRAGOMAN_SECRET.',
};

async function embedded(data: string, runs: boolean, log: Log): Promise<readonly Finding[]> {
  const lock = await holder(data, runs);
  const saved = snapshots(data);
  if (runs || lock.state === 'fail') return [purpose, lock, saved];
  if (!hasEmbeddedData(data))
    return [purpose, { subject: 'schema', state: 'skip', sentence: 'The first start makes the database.' }];
  try {
    return [purpose, lock, schema(await inspectEmbedded(data, log)), saved];
  } catch (error) {
    return [purpose, lock, refused('data', error), saved];
  }
}

async function holder(directory: string, runs: boolean): Promise<Finding> {
  const subject = 'lock';
  const found = await readLock(directory);
  if (found === undefined) return { subject, state: 'ok', sentence: 'Nobody uses it now.' };
  const { pid, host, since } = found.holder;
  const who = `process ${pid} on ${host} since ${since}`;
  if (found.life === 'dead')
    return { subject, state: 'ok', sentence: `Left by ${who}, which is gone; the next start takes it over.` };
  if (runs) return { subject, state: 'ok', sentence: `Held by the running gateway (${who}).` };
  return {
    subject,
    state: 'fail',
    sentence: `Held by ${who}, which does not answer as a gateway.`,
    fix: `If that is no Dragoman that still works, end it: kill ${pid}`,
  };
}

function snapshots(data: string): Finding {
  const subject = 'snapshots';
  const names = listed(join(data, 'snapshots'));
  const newest = names.toSorted().at(-1)?.replace('.tar.gz', '');
  if (newest === undefined)
    return { subject, state: 'skip', sentence: 'None yet; one is made at the first start.' };
  return { subject, state: 'ok', sentence: `${names.length}, the newest of ${newest}.` };
}

function listed(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith('.tar.gz')) : [];
}
