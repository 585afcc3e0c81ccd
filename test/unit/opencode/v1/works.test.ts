import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { serverSessionId } from '../../../../src/core/ids.ts';
import { createCalls } from '../../../../src/opencode/v1/calls.ts';
import { createWorks } from '../../../../src/opencode/v1/works.ts';
import { createTestClock } from '../../../clock.ts';

test('a server that gives no files is told from a file that is not there', async () => {
  // What OpenCode answers to paths that it does not have.
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<!doctype html>'),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const endpoint = { url: `http://127.0.0.1:${address.port}`, username: '', password: '' };
  const works = createWorks(createCalls(() => endpoint, createTestClock()));
  const ref = { session: serverSessionId('ses_1'), directory: '/srv/api' };
  expect(await works.read(ref, 'a.ts', 100)).toEqual({ type: 'unsupported' });
  server.close();
});
