import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createOpencodeClient } from '@opencode-ai/sdk/v2';
import { eventually, type Gateway, settled, startGateway } from '../harness.ts';
import { median, quantile } from './events.ts';
import { listen } from './listening.ts';

const prompts = 30;

/** Inbound event → prompt accepted, against a bare SDK call to the same server, one after the other. */
export async function benchAcceptance(): Promise<readonly string[]> {
  const gateway = await startGateway({ pieceWindowMs: 0, pace: 1 });
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
    for (let index = 0; index < prompts + 3; index += 1) {
      const first = performance.now();
      await page.send(thread, `echo mark-ours-${index}`);
      const acceptedOurs = (await eventually('ours', () => seen.get(`mark-ours-${index}`))) - first;
      await settled(page, thread);
      const second = performance.now();
      await server.send(session, `echo mark-bare-${index}`);
      const acceptedBare = (await eventually('bare', () => seen.get(`mark-bare-${index}`))) - second;
      await delay(300);
      // The first ones load what later ones find loaded.
      if (index < 3) continue;
      ours.push(acceptedOurs);
      bare.push(acceptedBare);
    }
    stop();
    return [
      `inbound event → prompt accepted: ${prompts} prompts each, alternating, piece window 0`,
      `  gateway   p50 ${ms(median(ours))}  p99 ${ms(quantile(ours, 0.99))}`,
      `  bare SDK  p50 ${ms(median(bare))}  p99 ${ms(quantile(bare, 0.99))}`,
      `  the gateway adds p50 ${ms(median(ours) - median(bare))}; the piece window adds its length (1500 ms unless set)`,
    ];
  } finally {
    await gateway.end();
  }
}

async function serverOf(gateway: Gateway) {
  const { url, username, password } = await gateway.openCode();
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const headers = { authorization };
  const client = createOpencodeClient({ baseUrl: url, directory: gateway.project, headers });
  return {
    url,
    headers,
    async begin() {
      const { data } = await client.session.create({ title: 'bare' });
      if (data === undefined) throw new Error('no session was made');
      return data.id;
    },
    send: (session: string, text: string) =>
      client.session.promptAsync({
        sessionID: session,
        messageID: `msg_${Date.now().toString(16).padStart(12, '0')}${randomBytes(7).toString('hex')}`,
        model: { providerID: 'demo', modelID: 'scripted' },
        agent: 'build',
        parts: [{ type: 'text', text }],
      }),
  };
}

/** From a delta on the server's stream to the page's event that shows it. */
export async function benchVisibility(): Promise<readonly string[]> {
  const lines = [
    'delta on the server’s stream → edit on the page’s stream (8 s of streaming at 25 ms a chunk)',
  ];
  for (const threads of [1, 5]) lines.push(await visibility(threads));
  return lines;
}

async function visibility(count: number): Promise<string> {
  const gateway = await startGateway({ pieceWindowMs: 0, pace: 25 });
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
    return `  ${count} ${count === 1 ? 'thread ' : 'threads'}  p50 ${ms(median(lags))}  p99 ${ms(quantile(lags, 0.99))}  (${lags.length} deltas seen)`;
  } finally {
    await gateway.end();
  }
}

function watch(gateway: Gateway, thread: string, show: (shown: number) => void): Promise<() => void> {
  const url = gateway.url(`/api/events?thread=${thread}`);
  return listen(url, { cookie: gateway.page().cookie, origin: new URL(url).origin }, (data) => {
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

/** Statements of two streams over the same time, the second three times as fast and still one message: what tokens cost is the slope. */
export async function benchStatements(): Promise<readonly string[]> {
  const slow = await statements(40);
  const fast = await statements(12);
  const slope = (fast.statements - slow.statements) / (fast.deltas - slow.deltas);
  return [
    'database statements per token event: one stream for 10 s, at two speeds',
    `  ${slow.deltas} deltas: ${slow.statements} statements · ${fast.deltas} deltas: ${fast.statements} statements`,
    `  per further token event: ${slope.toFixed(4)} (wanted: 0)`,
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

async function metric(gateway: Gateway, name: string): Promise<number> {
  const text = await (await fetch(gateway.url('/metrics'))).text();
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
}

/** Resident memory of the gateway process, over many threads that are idle or that stream. */
export async function benchMemory(): Promise<readonly string[]> {
  const gateway = await startGateway({ pieceWindowMs: 0, pace: 25 });
  const megabytes = async () => (await metric(gateway, 'process_resident_memory_bytes')) / 1e6;
  try {
    const page = gateway.page();
    const start = await megabytes();
    const idle = 100;
    for (let index = 0; index < idle; index += 5) {
      const threads = await Promise.all(Array.from({ length: 5 }, () => page.begin()));
      await Promise.all(threads.map((thread) => page.send(thread, `echo idle ${index}`)));
      await Promise.all(threads.map((thread) => settled(page, thread)));
    }
    await delay(3000);
    const after = await megabytes();
    const active = 10;
    const threads = await Promise.all(Array.from({ length: active }, () => page.begin()));
    await Promise.all(threads.map((thread) => page.send(thread, 'slow: keep talking')));
    await delay(10_000);
    const busy = await megabytes();
    return [
      'memory of the gateway process, embedded database included (garbage is not forced out: upper bounds)',
      `  at start ${start.toFixed(0)} MB`,
      `  ${idle} threads that have been answered: ${after.toFixed(0)} MB, ${(((after - start) * 1000) / idle).toFixed(0)} kB a thread`,
      `  and ${active} that stream: ${busy.toFixed(0)} MB, ${(((busy - after) * 1000) / active).toFixed(0)} kB a thread`,
    ];
  } finally {
    await gateway.end();
  }
}

/** From the start of the process to a ready answer of /readyz. */
export async function benchStart(): Promise<readonly string[]> {
  const gateway = await startGateway();
  try {
    const times: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await gateway.stop();
      const startedAt = performance.now();
      await gateway.start();
      times.push(performance.now() - startedAt);
    }
    return [
      'start to ready (process, embedded database, own OpenCode server, gate probed), three starts',
      `  ${times.map((time) => `${(time / 1000).toFixed(1)} s`).join(' · ')}`,
    ];
  } finally {
    await gateway.end();
  }
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
