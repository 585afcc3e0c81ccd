/** How much of the house one message goes through: files of ours whose functions run for it, and statements. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually, type Gateway, settled, startGateway } from '../harness.ts';
import { metric } from './product.ts';

/** What runs by itself in so long is no part of the way, milliseconds. */
const idleMs = 5000;

interface Counted {
  /** From the root. */
  readonly files: ReadonlySet<string>;
  readonly statements: number;
}

/** A prompt on the page and its whole answer, in a thread that has been answered once: nothing is done for the first time. */
export async function benchWay(): Promise<readonly string[]> {
  const coverage = await mkdtemp(join(tmpdir(), 'dragoman-way-'));
  const writer = new URL('coverage-on-signal.ts', import.meta.url).href;
  const env = { NODE_V8_COVERAGE: coverage, NODE_OPTIONS: `--import ${writer}` };
  const gateway = await startGateway({ pieceWindowMs: 0, env });
  try {
    const page = gateway.page();
    const thread = await page.begin();
    const ask = async () => {
      await page.send(thread, 'echo one message');
      await settled(page, thread);
    };
    await ask();
    await delay(idleMs);
    await counted(gateway, coverage, async () => {});
    const idle = await counted(gateway, coverage, () => delay(idleMs));
    const asked = await counted(gateway, coverage, ask);
    const own = [...asked.files].filter((file) => !idle.files.has(file));
    return [
      'the way of one message, from the page to the agent and back',
      `  ${asked.files.size} files of ours, ${own.length} of them not run by an idle process as well`,
      `  ${asked.statements} statements (an idle process makes ${idle.statements} in ${idleMs / 1000} s)`,
      ...byFolder(asked.files),
    ];
  } finally {
    await gateway.end();
    await rm(coverage, { recursive: true });
  }
}

async function counted(gateway: Gateway, coverage: string, work: () => Promise<void>): Promise<Counted> {
  const before = await metric(gateway, 'dragoman_database_statements');
  await written(gateway, coverage);
  await work();
  const statements = (await metric(gateway, 'dragoman_database_statements')) - before;
  return { files: await written(gateway, coverage), statements };
}

/** Files of which a function has run since the last look. */
async function written(gateway: Gateway, coverage: string): Promise<ReadonlySet<string>> {
  const before = await readdir(coverage);
  process.kill(gateway.pid(), 'SIGUSR2');
  const fresh = () => readdir(coverage).then((names) => names.find((name) => !before.includes(name)));
  const name = await eventually('the coverage is written', fresh);
  const read = async () => {
    const text = await readFile(join(coverage, name), 'utf8');
    return text.endsWith('}') ? (JSON.parse(text) as Coverage) : undefined;
  };
  const { result } = await eventually('the coverage is whole', read);
  const root = new URL('../../', import.meta.url).href;
  return new Set(
    result
      .filter(({ url }) => url.startsWith(`${root}src/`) || url.startsWith(`${root}adapters/`))
      .filter(({ functions }) => functions.some(({ ranges }) => (ranges[0]?.count ?? 0) > 0))
      .map(({ url }) => url.slice(root.length)),
  );
}

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

function byFolder(files: ReadonlySet<string>): readonly string[] {
  const folders = Map.groupBy(files, (file) => file.split('/').slice(0, -1).join('/'));
  return [...folders].toSorted().map(([folder, { length }]) => `    ${folder.padEnd(24)} ${length}`);
}
