import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createCalls } from '../../../../src/opencode/v1/calls.ts';
import { createTestClock } from '../../../clock.ts';

it('a call that is not answered is given up when its time is over, and not before', async () => {
  const server = createServer(() => {});
  const asked = once(server, 'request');
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const clock = createTestClock();
  const calls = createCalls(() => ({ url: `http://127.0.0.1:${port}`, username: '', password: '' }), clock);
  const outcome: string[] = [];
  const call = calls('read its version', (client, options) => client.global.health(options), 2_000).catch(
    (error: Error) => outcome.push(`${error.name}: ${error.message}`),
  );
  await asked;
  await clock.advance(1_999);
  expect(outcome).toEqual([]);
  await clock.advance(1);
  await call;
  expect(outcome).toEqual([
    'AgentUnavailableError: The agent server did not answer; could not read its version.',
  ]);
  expect(clock.sleepers()).toBe(0);
  server.closeAllConnections();
  server.close();
});
