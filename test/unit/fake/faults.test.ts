import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { answerUnderFaults, createFaults } from '../../fake/faults.ts';

test('a fault is used up by the calls that it names, the oldest first', () => {
  const faults = createFaults();
  faults.onCall(/^edit/, { type: 'cut' }, { times: 2 });
  faults.onCall('editText', { type: 'apply-then-cut' });
  expect(faults.take('send', '')).toBeUndefined();
  expect(['a', 'b', 'c', 'd'].map((body) => faults.take('editText', body)?.type)).toEqual([
    'cut',
    'cut',
    'apply-then-cut',
    undefined,
  ]);
  expect(faults.left()).toBe(0);
});

test('events are dropped, repeated and swapped', () => {
  const faults = createFaults();
  const out: string[] = [];
  const pass = (text: string) => faults.pass('message', text, () => out.push(text));
  faults.onEvent('message', 'drop', { matching: 'b' });
  faults.onEvent('message', 'repeat', { matching: 'c' });
  faults.onEvent('message', 'swap', { matching: 'd' });
  for (const text of ['a', 'b', 'c', 'd', 'e', 'f']) pass(text);
  expect(out).toEqual(['a', 'c', 'c', 'e', 'd', 'f']);
});

test('a call over HTTP is answered, cut, held, or applied and then cut', async () => {
  const faults = createFaults();
  let applied = 0;
  const server = createServer((request, response) => {
    const call = { method: (request.url ?? '').slice(1), body: '' };
    void answerUnderFaults(faults, call, response, () => {
      applied += 1;
      return () => response.end('true');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const ask = async () => (await fetch(`http://127.0.0.1:${port}/send`)).text();

  faults.onCall('send', { type: 'answer', status: 503, body: { sorry: true } });
  expect(await ask()).toBe('{"sorry":true}');
  faults.onCall('send', { type: 'cut' });
  await expect(ask()).rejects.toThrow();
  expect(applied).toBe(0);
  faults.onCall('send', { type: 'apply-then-cut' });
  await expect(ask()).rejects.toThrow();
  expect(applied).toBe(1);
  const open = faults.hold('send');
  const held = ask();
  await expect.poll(() => faults.left()).toBe(0);
  expect(applied).toBe(1);
  open();
  expect(await held).toBe('true');
  expect(applied).toBe(2);
  server.closeAllConnections();
  server.close();
});
