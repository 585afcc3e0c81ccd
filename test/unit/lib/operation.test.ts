import { expect, test } from 'vitest';
import type { Routes } from '../../../src/core/channel.ts';
import { createMetrics } from '../../../src/lib/metrics.ts';
import { addOperationRoutes, type OperationOptions } from '../../../src/lib/operation.ts';

function operation(options: Partial<OperationOptions> = {}) {
  const handlers = new Map<string, Parameters<Routes['add']>[2]>();
  const metrics = createMetrics();
  addOperationRoutes(
    { add: (_method, path, handler) => void handlers.set(path, handler) },
    {
      readiness: async () => ({ ready: true, checks: { database: 'ok' } }),
      metrics,
      loopback: true,
      metricsToken: undefined,
      publicUrl: undefined,
      ...options,
    },
  );
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const handler = handlers.get(path);
    if (handler === undefined) throw new Error(`no route ${path}`);
    return handler(new Request(`http://127.0.0.1:4080${path}`, { headers }), {}, '127.0.0.1');
  };
  return { get, metrics };
}

test('alive is always 200; ready is 503 with what is wrong', async () => {
  const { get } = operation({
    readiness: async () => ({ ready: false, checks: { gate: 'approvals are off' } }),
  });
  expect((await get('/healthz')).status).toBe(200);
  const ready = await get('/readyz');
  expect(ready.status).toBe(503);
  expect(await ready.json()).toEqual({ ready: false, checks: { gate: 'approvals are off' } });
});

test('metrics show what was counted, looked up before each scrape', async () => {
  const { get, metrics } = operation();
  metrics.eventReceived('web', 'message');
  metrics.promptSent('opencode', 42);
  metrics.beforeScrape(async () => metrics.inboxSize(3));
  const text = await (await get('/metrics')).text();
  expect(text).toContain('dragoman_events_received_total{platform="web",type="message"} 1');
  expect(text).toContain('dragoman_prompt_sending_seconds_bucket{le="0.05",server="opencode"} 1');
  expect(text).toContain('dragoman_inbox_events 3');
  expect(text).toContain('nodejs_eventloop_lag_seconds');
});

test('metrics are open on this machine only, and never to who came through a proxy', async () => {
  expect((await operation().get('/metrics')).status).toBe(200);
  expect((await operation().get('/metrics', { 'x-forwarded-for': '192.0.2.1' })).status).toBe(401);
  expect((await operation({ loopback: false }).get('/metrics')).status).toBe(401);
});

test('with a token the metrics need it everywhere', async () => {
  const { get } = operation({ loopback: false, metricsToken: 'let-me-see' });
  expect((await get('/metrics')).status).toBe(401);
  expect((await get('/metrics', { authorization: 'Bearer let-me-not' })).status).toBe(401);
  expect((await get('/metrics', { authorization: 'Bearer let-me-see' })).status).toBe(200);
  expect((await operation({ metricsToken: 'let-me-see' }).get('/metrics')).status).toBe(401);
});

test('what runs here is told to addresses and own names, and to no name that others can own', async () => {
  const { get } = operation({ publicUrl: 'https://dragoman.example.org' });
  const status = async (host: string) =>
    Promise.all(['/readyz', '/metrics'].map(async (path) => (await get(path, { host })).status));
  for (const host of [
    '127.0.0.1:4080',
    '[::1]:4080',
    '10.1.2.3:4080',
    'localhost:4080',
    'dragoman:4080',
    'dragoman.tools.svc:4080',
    'dragoman.tools.svc.cluster.local',
    'dragoman.example.org',
  ])
    expect([host, ...(await status(host))]).toEqual([host, 200, 200]);
  for (const host of [
    'evil.example:4080',
    'localhost.evil.example',
    'dragoman.example.org.evil.example',
    'a b',
  ])
    expect([host, ...(await status(host))]).toEqual([host, 403, 403]);
});
