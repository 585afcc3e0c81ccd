import { setTimeout as delay } from 'node:timers/promises';
import { eventually, type Gateway, startGateway } from '../harness.ts';
import { median, quantile } from './events.ts';
import { listen } from './listening.ts';
import { ms, serverOf } from './product.ts';

/** A delta that is not on the screen after so long counts as unseen; younger ones are on their way. */
const unseenMs = 2000;

/** From a delta on the server's stream to the page's event that shows it. */
export async function benchVisibility(): Promise<readonly string[]> {
  const lines = [
    'delta on the server’s stream → edit on the page’s stream (8 s of streaming at 25 ms a chunk)',
  ];
  for (const threads of [1, 5]) lines.push(await visibility(threads, 0));
  lines.push('  with the default piece window of 1500 ms');
  lines.push(await visibility(1, 1500));
  return lines;
}

async function visibility(count: number, pieceWindowMs: number): Promise<string> {
  const gateway = await startGateway({ pieceWindowMs, pace: 25 });
  try {
    const server = await serverOf(gateway);
    const page = gateway.page();
    const threads = await Promise.all(Array.from({ length: count }, () => page.begin()));
    const streams = threads.map(() => ({ length: 0, produced: [] as (readonly [number, number])[] }));
    const sessions: string[] = [];
    const lags: number[] = [];
    const stops = [
      await listen(`${server.url}/global/event`, server.headers, (data) => {
        const delta = /"message\.part\.delta".*"sessionID":"(\w+)".*"delta":"((?:[^"\\]|\\.)*)"/.exec(data);
        if (delta?.[1] === undefined) return;
        if (!sessions.includes(delta[1])) sessions.push(delta[1]);
        const stream = streams[sessions.indexOf(delta[1])];
        if (stream === undefined) return;
        stream.length += visible(JSON.parse(`"${delta[2]}"`) as string);
        stream.produced.push([stream.length, performance.now()]);
      }),
    ];
    // One thread begins at a time, so that the n-th session that speaks is the n-th thread's.
    for (const [index, thread] of threads.entries()) {
      stops.push(await watch(gateway, thread, (shown) => note(streams[index], shown, lags)));
      await page.send(thread, 'slow: keep talking');
      await eventually('it speaks', () => (sessions.length > index ? true : undefined));
    }
    await delay(8000);
    for (const stop of stops) stop();
    const end = performance.now();
    const old = streams.flatMap(({ produced }) => produced.filter(([, at]) => end - at > unseenMs));
    return `  ${count} ${count === 1 ? 'thread ' : 'threads'}  p50 ${ms(median(lags))}  p99 ${ms(quantile(lags, 0.99))}  ${lags.length} deltas seen, ${old.length} older than ${unseenMs / 1000} s unseen`;
  } finally {
    await gateway.end();
  }
}

function watch(gateway: Gateway, thread: string, show: (shown: number) => void): Promise<() => void> {
  const url = gateway.url(`/api/events?thread=${thread}`);
  return listen(url, { ...gateway.page().credentials, origin: new URL(url).origin }, (data) => {
    const event = JSON.parse(data) as {
      readonly message?: { readonly kind?: string; readonly html?: string };
    };
    if (event.message?.kind !== 'text') return;
    show(visible((event.message.html ?? '').replace(/<[^>]+>/g, '').replace(/&[#\w]+;/g, '.')));
  });
}

/** Every delta that this edit brought on the screen. */
function note(
  stream: { readonly produced: (readonly [number, number])[] } | undefined,
  shown: number,
  lags: number[],
): void {
  const now = performance.now();
  while (stream?.produced[0] !== undefined && stream.produced[0][0] <= shown) {
    lags.push(now - (stream.produced.shift()?.[1] ?? now));
  }
}

/** Markdown's marks are not on the screen: only letters and digits count. */
function visible(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}
