import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { adapters } from '../../adapters/index.ts';
import { type Gateway, startGateway } from '../harness.ts';
import { startPostgres } from '../postgres.ts';
import { median } from './events.ts';
import { benchInstall } from './install.ts';

const rounds = 5;

/** What `start` loads where the page is the only platform; the others load their clients besides. */
const loaded = ['adapters/index.ts', 'src/config.ts', 'src/cli/run.ts', 'src/app.ts', adapterOf('web')];
const everything = [...loaded, ...adapters.map(({ id }) => adapterOf(id))];

interface Times {
  /** A process that does nothing. */
  readonly bare: readonly number[];
  /** A process that loads the program and ends. */
  readonly imports: readonly number[];
  readonly everyImport: readonly number[];
  /** The product, until /readyz says 200. */
  readonly ready: readonly number[];
}

/** From the start of the process to a ready answer of /readyz, against `node -e 0`; and what is installed for it. */
export async function benchStart(): Promise<readonly string[]> {
  const embedded = await startGateway();
  const data = join(dirname(embedded.project), 'data');
  const times: { -readonly [K in keyof Times]: number[] } = {
    bare: [],
    imports: [],
    everyImport: [],
    ready: [],
  };
  const cold: number[] = [];
  try {
    await loading(everything);
    for (let round = 0; round < rounds; round += 1) {
      await embedded.stop();
      times.bare.push(await running(['-e', '0']));
      times.imports.push(await loading(loaded));
      times.everyImport.push(await loading(everything));
      times.ready.push(await starting(embedded));
    }
    for (let round = 0; round < rounds; round += 1) {
      await embedded.stop();
      await rm(data, { recursive: true });
      cold.push(await starting(embedded));
    }
  } finally {
    await embedded.end();
  }
  return [...report(times, cold, await onPostgres()), '', ...(await benchInstall())];
}

function report(times: Times, cold: readonly number[], postgres: readonly number[]): readonly string[] {
  const bare = median(times.bare);
  const imports = median(times.imports) - bare;
  const ready = median(times.ready);
  const ratio = (values: readonly number[]) => `${(median(values) / bare).toFixed(1)} times node -e 0`;
  return [
    `start to ready (process, database, own OpenCode server, gate probed), median and range of ${rounds}`,
    line('node -e 0', times.bare),
    line('embedded', times.ready, ratio(times.ready)),
    line('embedded, new directory', cold, ratio(cold)),
    line('Postgres', postgres, ratio(postgres)),
    line('imports alone', times.imports, `${percent(imports, ready)} of embedded, above node -e 0`),
    line('imports, every platform', times.everyImport, ratio(times.everyImport)),
  ];
}

async function onPostgres(): Promise<readonly number[]> {
  const postgres = await startPostgres();
  const gateway = await startGateway({ databaseUrl: await postgres.url('bench') });
  const times: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      await gateway.stop();
      times.push(await starting(gateway));
    }
  } finally {
    await gateway.end();
    await postgres.stop();
  }
  return times;
}

async function starting(gateway: Gateway): Promise<number> {
  const startedAt = performance.now();
  await gateway.start();
  return performance.now() - startedAt;
}

/** A process that imports these files at once, as the program does, with what Node kept of compiling them. */
function loading(files: readonly string[]): Promise<number> {
  const list = files.map((file) => `import(${JSON.stringify(`./${file}`)})`).join(', ');
  return running(['--input-type=module', '-e', `await Promise.all([${list}]); process.exit(0);`]);
}

/** The same environment as the product's where it matters: the cache of what was compiled. */
async function running(args: readonly string[]): Promise<number> {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'dragoman-compile-cache') };
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}`);
  return performance.now() - startedAt;
}

function adapterOf(platform: string): string {
  return `adapters/${platform}/adapter.ts`;
}

function line(name: string, times: readonly number[], told = ''): string {
  const [fastest, slowest] = [Math.min(...times), Math.max(...times)];
  const range = `${seconds(fastest)} to ${seconds(slowest)}`;
  return `  ${name.padEnd(25)}  ${seconds(median(times))}  (${range})  ${told}`.trimEnd();
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(0)} %`;
}
