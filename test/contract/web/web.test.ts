import { afterEach, expect, test } from 'vitest';
import { message } from '../../unit/web/host.ts';
import { adapterContract } from '../adapter.ts';
import { startWeb } from './channel.ts';
import { startWebChannel } from './rig.ts';

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

adapterContract('the web page', startWebChannel);

test('an open stream ends when the process ends, and its page does not hold it up', async () => {
  const channel = await startWeb();
  const response = await channel.page.ask('GET', `/api/events?thread=${channel.address.thread}`);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reading = response.text();
  await channel.stop();
  expect(await reading).toContain('"type":"state"');
});

test('a page that goes away is forgotten without a word in the log', async () => {
  const channel = await startWeb();
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
