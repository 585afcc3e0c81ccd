import { afterEach, expect, test } from 'vitest';
import { createWebAdapter } from '../../adapters/web/adapter.ts';
import { parseConfig } from '../../adapters/web/config.ts';
import type { Host, InboundEvent } from '../../src/core/channel.ts';
import { createHttp } from '../../src/lib/http.ts';
import { createLog } from '../../src/lib/log.ts';
import { memoryDocuments, message, secret } from '../unit/web/host.ts';
import { type ChannelUnderTest, channelContract } from './channel.ts';
import { openPage, type PageClient } from './page-client.ts';

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

interface WebUnderTest extends ChannelUnderTest {
  readonly page: PageClient;
  readonly log: readonly string[];
}

/** The adapter on the process's real HTTP server, with a person who has come in by the printed address. */
async function start(): Promise<WebUnderTest> {
  const lines: string[] = [];
  const log = createLog({ level: 'debug', secrets: [], form: 'json', write: (line) => lines.push(line) });
  const http = createHttp({ host: '127.0.0.1', port: 0, log });
  const stop = new AbortController();
  const serving = http.run(stop.signal);
  const { url } = await http.listening;
  const adapter = createWebAdapter({ config: parseConfig({}, undefined), publicUrl: url });
  const events: InboundEvent[] = [];
  const store = { broken: false };
  const alive = Promise.withResolvers<void>();
  const host: Host = {
    async receive(event) {
      if (store.broken) throw new Error('the database does not answer');
      events.push(event);
    },
    documents: memoryDocuments(),
    routes: http.routes,
    alive: () => alive.resolve(),
    secret: () => secret,
  };
  const running = adapter.run(host, stop.signal);
  await Promise.race([alive.promise, running]);
  const page = await openPage(adapter.entrance?.(host) ?? '');
  const thread = await page.begin();
  return {
    adapter,
    address: { platform: 'web', channel: 'page', thread },
    events,
    page,
    log: lines,
    breakStore: (broken) => {
      store.broken = broken;
    },
    write: async (text) => (await page.send(thread, text)).status === 202,
    async press(id, token) {
      await page.press(thread, id, token);
    },
    screen: async () => (await page.messages(thread)).map(({ text }) => text),
    async stop() {
      stop.abort();
      await Promise.all([serving, running]);
    },
  };
}

channelContract('the web page', start);

test('an open stream ends when the process ends, and its page does not hold it up', async () => {
  const channel = await start();
  const response = await channel.page.ask('GET', `/api/events?thread=${channel.address.thread}`);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reading = response.text();
  await channel.stop();
  expect(await reading).toContain('"type":"state"');
});

test('a page that goes away is forgotten without a word in the log', async () => {
  const channel = await start();
  ends.push(() => channel.stop());
  const reader = (
    await channel.page.ask('GET', `/api/events?thread=${channel.address.thread}`)
  ).body?.getReader();
  await reader?.read();
  await reader?.cancel();
  for (let n = 0; n < 20; n += 1) await channel.adapter.post(channel.address, message(`${n}`), `key-${n}`);
  expect(await channel.screen()).toHaveLength(20);
  expect(channel.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});
