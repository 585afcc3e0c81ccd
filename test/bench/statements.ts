import { setTimeout as delay } from 'node:timers/promises';
import { eventually, startGateway } from '../harness.ts';
import { listen } from './listening.ts';
import { metric, serverOf } from './product.ts';

/** Polls and the lease fall a little differently into two windows of 10 s. */
const noise = 0.02;

/** Statements of two streams over the same time, the second three times as fast and still one message: what tokens cost is the slope. */
export async function benchStatements(): Promise<readonly string[]> {
  const slow = await statements(40);
  const fast = await statements(12);
  const slope = (fast.statements - slow.statements) / (fast.deltas - slow.deltas);
  return [
    'database statements per token event: one stream for 10 s, at two speeds',
    `  ${slow.deltas} deltas: ${slow.statements} statements · ${fast.deltas} deltas: ${fast.statements} statements`,
    `  per further token event: ${slope.toFixed(4)} (wanted: 0, within ${noise}: ${Math.abs(slope) <= noise ? 'holds' : 'MISSED'})`,
  ];
}

async function statements(pace: number): Promise<{ readonly deltas: number; readonly statements: number }> {
  const gateway = await startGateway({ pace });
  try {
    const server = await serverOf(gateway);
    const page = gateway.page();
    const thread = await page.begin();
    let deltas = 0;
    const stop = await listen(`${server.url}/global/event`, server.headers, (data) => {
      if (data.includes('"message.part.delta"')) deltas += 1;
    });
    await page.send(thread, 'slow: keep talking');
    await eventually('it speaks', () => (deltas > 20 ? true : undefined));
    const before = { deltas, statements: await metric(gateway, 'dragoman_database_statements') };
    await delay(10_000);
    const after = { deltas, statements: await metric(gateway, 'dragoman_database_statements') };
    stop();
    return { deltas: after.deltas - before.deltas, statements: after.statements - before.statements };
  } finally {
    await gateway.end();
  }
}
