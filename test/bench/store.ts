import { rm } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { noInbox, threadId } from '../../src/core/ids.ts';
import { openStore } from '../../src/store/database.ts';
import type { Store } from '../../src/store/types.ts';
import { embeddedDirectory, silent } from '../embedded.ts';

const rounds = 500;

/**
 * How long the embedded database holds the event loop up, as a stream of edits would feel it: the time between
 * two turns of the loop while typical calls are made one after the other. One line a call, milliseconds.
 */
export async function benchStore(): Promise<string[]> {
  const dataDir = await embeddedDirectory();
  const store = await openStore({ dataDir, log: silent });
  try {
    return await measureAll(store);
  } finally {
    await store.close();
    await rm(dataDir, { recursive: true });
  }
}

async function measureAll(store: Store): Promise<string[]> {
  const place = { server: 'x', project: 'api' };
  const lease = await store.leases.acquire('server:x', 'bench', 3_600_000);
  if (lease === undefined) throw new Error('the lease is held');
  const accept = (n: number) => store.inbox.accept(message(n), place);
  const lines = [await measure('accept an event', accept)];
  const rows = await store.inbox.pending('x', rounds);
  const thread = rows[0]?.thread.id ?? threadId(0);
  lines.push(await measure('look for events', () => store.inbox.pending('x', 20)));
  lines.push(await measure('finish an event', (n) => store.inbox.finish(lease, rows[n]?.id ?? noInbox)));
  lines.push(await measure('begin a post', (n) => store.ledger.begin(lease, thread, `1/0/text/${n}`, 'key')));
  return lines;
}

function message(n: number) {
  const address = { platform: 'test', channel: 'c', thread: `thread-${n % 20}` };
  const author = { id: 'test:ann', name: 'Ann' };
  const text = 'Please fix the date test, it fails on CI only. '.repeat(10);
  return {
    type: 'message' as const,
    id: `e${n}`,
    address,
    author,
    room: 'private' as const,
    at: 0,
    message: `m${n}`,
    text,
    addressed: true,
  };
}

async function measure(name: string, call: (n: number) => Promise<unknown>): Promise<string> {
  const loop = watchLoop();
  const times: number[] = [];
  for (let n = 0; n < rounds; n++) {
    const begun = performance.now();
    await call(n);
    times.push(performance.now() - begun);
  }
  const blocks = await loop.stop();
  return (
    `store, embedded: ${name}: ${quantile(times, 0.5)} p50, ${quantile(times, 0.99)} p99; ` +
    `event loop held ${quantile(blocks, 0.5)} p50, ${quantile(blocks, 0.99)} p99, ${quantile(blocks, 1)} max`
  );
}

/** Times between turns of the event loop. */
function watchLoop() {
  const blocks: number[] = [];
  const state = { watching: true };
  const watching = (async () => {
    while (state.watching) {
      const begun = performance.now();
      await nextTurn();
      blocks.push(performance.now() - begun);
    }
  })();
  return {
    async stop(): Promise<readonly number[]> {
      state.watching = false;
      await watching;
      return blocks;
    },
  };
}

function quantile(values: readonly number[], at: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? 0).toFixed(2);
}
