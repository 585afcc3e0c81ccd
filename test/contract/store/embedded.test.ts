import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { ConfigError } from '../../../src/core/errors.ts';
import { openStore } from '../../../src/store/database.ts';
import type { Store } from '../../../src/store/types.ts';
import { embeddedDirectory, silent } from '../../embedded.ts';
import { message, textOf } from './rig.ts';

const place = { server: 'x', project: 'api' };
const directories: string[] = [];
afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true }))));

async function makeDirectory(): Promise<string> {
  const directory = await embeddedDirectory();
  directories.push(directory);
  return directory;
}

async function open(dataDir: string, snapshotEveryMs = 3_600_000): Promise<Store> {
  const store = await openStore({ dataDir, log: silent, snapshotEveryMs });
  onTestFinished(() => store.close());
  return store;
}

interface Other {
  readonly process: ChildProcess;
  readonly lines: Interface;
}

function startOther(dataDir: string): Other {
  const program = fileURLToPath(new URL('process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return { process: child, lines: createInterface({ input: child.stdout }) };
}

async function says({ lines }: Other): Promise<string> {
  const [line] = await once(lines, 'line');
  return String(line);
}

/** Names of the finished snapshots, oldest first. */
async function snapshots(dataDir: string): Promise<readonly string[]> {
  return (await readdir(join(dataDir, 'snapshots'))).filter((name) => name.endsWith('.tar.gz')).toSorted();
}

async function texts(store: Store): Promise<readonly string[]> {
  return (await store.inbox.pending('x', 1_000_000)).map(({ event }) => textOf(event));
}

describe('the embedded database', () => {
  test('is refused to a second process, which is told who has it', async () => {
    const dataDir = await makeDirectory();
    await open(dataDir);
    const told = await says(startOther(dataDir));
    expect(told).toMatch(
      new RegExp(
        `^refused The embedded database is in use by process ${process.pid} on \\S+ since \\S+Z, and only one may use it\\. ` +
          'See `dragoman status`, stop that process, or set DATABASE_URL to run several on one Postgres\\.',
      ),
    );
  });

  test('is refused to the same process a second time', async () => {
    const dataDir = await makeDirectory();
    const store = await open(dataDir);
    await expect(openStore({ dataDir, log: silent })).rejects.toBeInstanceOf(ConfigError);
    await store.ping();
  });

  test('keeps what was accepted before a kill -9, and is free at once', async () => {
    const dataDir = await makeDirectory();
    const other = startOther(dataDir);
    const accepted: string[] = [];
    const killed = once(other.process, 'exit');
    other.lines.on('line', (line) => {
      const [, n] = /^accepted (\d+)$/.exec(line) ?? [];
      if (n !== undefined) accepted.push(n);
      if (accepted.length === 100) other.process.kill('SIGKILL');
    });
    await killed;
    const store = await open(dataDir);
    // One event more may have been stored before it could be told.
    expect((await texts(store)).slice(0, accepted.length)).toEqual(accepted);
    expect(accepted.length).toBeGreaterThanOrEqual(100);
  });

  test('frees the leases of a dead process on opening', async () => {
    const dataDir = await makeDirectory();
    const before = await openStore({ dataDir, log: silent });
    const lease = await before.leases.acquire('server:x', 'the dead', 3_600_000);
    await before.close();
    const store = await open(dataDir);
    expect(await store.leases.list()).toEqual([]);
    expect(await store.leases.acquire('server:x', 'the living', 1000)).toMatchObject({
      fence: (lease?.fence ?? 0) + 1,
    });
  });

  test('is closed to others: mode 700, lock and snapshots 600', async () => {
    const dataDir = await makeDirectory();
    await open(dataDir);
    const mode = async (...path: readonly string[]) => (await stat(join(dataDir, ...path))).mode & 0o777;
    expect(await mode()).toBe(0o700);
    expect(await mode('snapshots')).toBe(0o700);
    expect(await mode('database.lock')).toBe(0o600);
    for (const name of await readdir(join(dataDir, 'snapshots')))
      expect(await mode('snapshots', name)).toBe(0o600);
  });

  test('is saved while it changes, and the last three copies are kept', async () => {
    const dataDir = await makeDirectory();
    const saved = () => snapshots(dataDir);
    const [first] = await saved();
    const store = await open(dataDir, 50);
    for (let n = 0; n < 3; n++) {
      const before = await saved();
      await store.inbox.accept(message('thread', String(n)), place);
      await expect.poll(saved).not.toEqual(before);
    }
    await expect.poll(saved).toHaveLength(3);
    expect(await saved()).not.toContain(first);
  });

  test('is not saved again for reading and for leases', async () => {
    const dataDir = await makeDirectory();
    const before = await snapshots(dataDir);
    const store = await open(dataDir, 50);
    for (const deadline = performance.now() + 300; performance.now() < deadline; ) {
      await store.leases.acquire('server:x', 'us', 1000);
      await store.counts();
    }
    expect(await snapshots(dataDir)).toEqual(before);
  });

  test('is restored from the newest copy that opens, and the broken one is kept', async () => {
    const dataDir = await makeDirectory();
    const store = await openStore({ dataDir, log: silent, snapshotEveryMs: 50 });
    const saved = () => snapshots(dataDir);
    await store.inbox.accept(message('thread', 'saved'), place);
    await expect.poll(async () => (await saved()).length).toBe(2);
    await store.close();
    await corrupt(dataDir);
    await writeFile(join(dataDir, 'snapshots', '9999.tar.gz'), 'no snapshot');

    const facts: string[] = [];
    const log = { ...silent, warn: note(facts), error: note(facts) };
    const restored = await openStore({ dataDir, log });
    expect(await texts(restored)).toEqual(['saved']);
    await restored.inbox.accept(message('thread', 'after'), place);
    await restored.close();
    expect(facts).toEqual([
      'the embedded database did not open and was put aside',
      'a snapshot did not open',
      'the embedded database was restored; what came after the snapshot is missing',
    ]);
    const [aside] = (await readdir(dataDir)).filter((name) => name.startsWith('database.broken-'));
    expect(existsSync(join(dataDir, aside ?? '', 'PG_VERSION'))).toBe(true);
    expect(await texts(await open(dataDir))).toEqual(['saved', 'after']);
  });

  test('is refused where neither it nor a copy opens', async () => {
    const dataDir = await makeDirectory();
    await corrupt(dataDir);
    for (const name of await snapshots(dataDir)) await truncate(join(dataDir, 'snapshots', name), 1000);
    // The second start finds no database any more, and must not make a new one.
    for (const start of ['first', 'second']) {
      const refused = openStore({ dataDir, log: silent });
      await expect(refused, start).rejects.toBeInstanceOf(ConfigError);
      await expect(refused, start).rejects.toThrow('Put back a backup of that directory');
    }
    expect(existsSync(join(dataDir, 'database.lock'))).toBe(false);
  });

  test('is restored where its directory is missing', async () => {
    const dataDir = await makeDirectory();
    await rm(join(dataDir, 'database'), { recursive: true });
    const facts: string[] = [];
    const store = await openStore({ dataDir, log: { ...silent, warn: note(facts) } });
    await store.close();
    expect(facts).toEqual(['the embedded database was restored; what came after the snapshot is missing']);
  });

  test('is refused where the directory cannot be used', async () => {
    const dataDir = join(await makeDirectory(), 'file');
    await writeFile(dataDir, '');
    const refused = openStore({ dataDir, log: silent });
    await expect(refused).rejects.toBeInstanceOf(ConfigError);
    await expect(refused).rejects.toThrow(`The embedded database cannot use ${dataDir}`);
  });

  test('begins anew where the first start was cut off', async () => {
    const dataDir = await makeDirectory();
    await corrupt(dataDir);
    await rm(join(dataDir, 'snapshots'), { recursive: true });
    const store = await open(dataDir);
    expect(await texts(store)).toEqual([]);
    expect(await snapshots(dataDir)).toHaveLength(1);
  });
});

function note(facts: string[]): (fields: object, fact: string) => void {
  return (_, fact) => void facts.push(fact);
}

/** As after a loss of power: the control file and the beginning of the write-ahead log are gone. */
async function corrupt(dataDir: string): Promise<void> {
  await truncate(join(dataDir, 'database', 'global', 'pg_control'), 0);
  await rm(join(dataDir, 'database', 'pg_wal'), { recursive: true });
}
