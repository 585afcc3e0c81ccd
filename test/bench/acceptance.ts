import { setTimeout as delay } from 'node:timers/promises';
import { eventually, settled, startGateway } from '../harness.ts';
import { median, quantile } from './events.ts';
import { listen } from './listening.ts';
import { ms, serverOf } from './product.ts';

const prompts = 30;

/** What is loaded by the first ones is found by later ones. */
const unmeasured = 3;

interface Acceptance {
  readonly ours: readonly number[];
  readonly bare: readonly number[];
}

/** Inbound event → prompt accepted, against a bare SDK call to the same server, one after the other. */
export async function benchAcceptance(): Promise<readonly string[]> {
  const { ours, bare } = await accept(0, prompts);
  const waited = await accept(1500, 10);
  return [
    `inbound event → prompt accepted: ${prompts} prompts each, alternating, piece window 0`,
    line('gateway', ours),
    line('bare SDK', bare),
    `  the gateway adds           p50 ${ms(median(ours) - median(bare))}`,
    'and with the default piece window of 1500 ms, 10 prompts each',
    line('gateway', waited.ours),
    line('bare SDK', waited.bare),
  ];
}

function line(name: string, times: readonly number[]): string {
  return `  ${name.padEnd(25)}  p50 ${ms(median(times))}  p99 ${ms(quantile(times, 0.99))}`;
}

async function accept(pieceWindowMs: number, count: number): Promise<Acceptance> {
  const gateway = await startGateway({ pieceWindowMs, pace: 1 });
  try {
    const ours: number[] = [];
    const bare: number[] = [];
    const server = await serverOf(gateway);
    const seen = new Map<string, number>();
    const stop = await listen(`${server.url}/global/event`, server.headers, (data) => {
      for (const [, mark] of data.matchAll(/echo (mark-[\w-]+)/g)) {
        if (mark !== undefined && !seen.has(mark)) seen.set(mark, performance.now());
      }
    });
    const page = gateway.page();
    const thread = await page.begin();
    const session = await server.begin();
    for (let index = 0; index < count + unmeasured; index += 1) {
      const first = performance.now();
      await page.send(thread, `echo mark-ours-${index}`);
      const acceptedOurs = (await eventually('ours', () => seen.get(`mark-ours-${index}`))) - first;
      await settled(page, thread);
      const second = performance.now();
      await server.send(session, `echo mark-bare-${index}`);
      const acceptedBare = (await eventually('bare', () => seen.get(`mark-bare-${index}`))) - second;
      await delay(300);
      if (index < unmeasured) continue;
      ours.push(acceptedOurs);
      bare.push(acceptedBare);
    }
    stop();
    return { ours, bare };
  } finally {
    await gateway.end();
  }
}
