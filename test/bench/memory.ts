import { setTimeout as delay } from 'node:timers/promises';
import { type Gateway, settled, startGateway } from '../harness.ts';
import { metric } from './product.ts';

const idle = 100;
const active = 10;

interface Memory {
  readonly rss: number;
  readonly heap: number;
}

/** Resident memory and heap of the gateway process, over many threads that are idle or that stream. */
export async function benchMemory(): Promise<readonly string[]> {
  const collector = new URL('forced-gc.ts', import.meta.url).href;
  const env = { NODE_OPTIONS: `--expose-gc --import ${collector}` };
  const gateway = await startGateway({ pieceWindowMs: 0, pace: 25, env });
  try {
    const page = gateway.page();
    const start = await memoryOf(gateway);
    for (let index = 0; index < idle; index += 5) {
      const threads = await Promise.all(Array.from({ length: 5 }, () => page.begin()));
      await Promise.all(threads.map((thread) => page.send(thread, `echo idle ${index}`)));
      await Promise.all(threads.map((thread) => settled(page, thread)));
    }
    const after = await memoryOf(gateway);
    const threads = await Promise.all(Array.from({ length: active }, () => page.begin()));
    await Promise.all(threads.map((thread) => page.send(thread, 'slow: keep talking')));
    await delay(7000);
    const busy = await memoryOf(gateway);
    return [
      'memory of the gateway process, embedded database included, garbage collected every second',
      line('at start', start),
      `${line(`${idle} threads that have been answered`, after)}  ${each(start, after, idle)}`,
      `${line(`and ${active} that stream`, busy)}  ${each(after, busy, active)}`,
    ];
  } finally {
    await gateway.end();
  }
}

/** After some rounds of collection. */
async function memoryOf(gateway: Gateway): Promise<Memory> {
  await delay(3000);
  return {
    rss: await metric(gateway, 'process_resident_memory_bytes'),
    heap: await metric(gateway, 'nodejs_heap_size_used_bytes'),
  };
}

function line(name: string, { rss, heap }: Memory): string {
  return `  ${name.padEnd(36)}RSS ${(rss / 1e6).toFixed(0)} MB, heap ${(heap / 1e6).toFixed(1)} MB`;
}

function each(before: Memory, after: Memory, threads: number): string {
  const share = (name: keyof Memory) => ((after[name] - before[name]) / 1000 / threads).toFixed(0);
  return `a thread: RSS ${share('rss')} kB, heap ${share('heap')} kB`;
}
