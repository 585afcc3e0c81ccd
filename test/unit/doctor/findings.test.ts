import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { clockFinding } from '../../../src/doctor/clocks.ts';
import { disk, examineMachine } from '../../../src/doctor/machine.ts';
import { describeSection, describeSum, isWell } from '../../../src/doctor/section.ts';

test('clocks: what a slow answer explains is no difference', () => {
  expect(clockFinding('x', 2500, 0).state).toBe('ok');
  expect(clockFinding('x', -9000, 8000).state).toBe('ok');
  expect(clockFinding('x', 9000, 0)).toMatchObject({
    state: 'warn',
    sentence: 'This machine’s clock is 9 s behind.',
  });
  expect(clockFinding('x', -400_000, 0)).toMatchObject({
    state: 'fail',
    sentence: 'This machine’s clock is 400 s ahead.',
  });
});

test('disk', () => {
  const megabyte = 1024 ** 2;
  expect(disk('/d', 5000 * megabyte)).toMatchObject({
    state: 'ok',
    sentence: '4.9 GB are free where the data lie (/d).',
  });
  expect(disk('/d', 300 * megabyte)).toMatchObject({
    state: 'warn',
    sentence: '300 MB are free where the data lie (/d).',
  });
  expect(disk('/d', 100 * megabyte).state).toBe('fail');
});

test('what a person reads, and the sum', () => {
  const ok = { subject: 'a', state: 'ok', sentence: 'Well.' } as const;
  const warn = { subject: 'b', state: 'warn', sentence: 'So so.', fix: 'Do this.' } as const;
  const fail = { subject: 'c', state: 'fail', sentence: 'Ill.', fix: 'Mend it.' } as const;
  expect(describeSection({ about: 'part', findings: [ok, warn, fail] })).toEqual([
    'part',
    '  ✓ a: Well.',
    '  ⚠ b: So so.',
    '      Do this.',
    '  ✗ c: Ill.',
    '      Mend it.',
  ]);
  const sections = (...findings: (typeof ok | typeof warn | typeof fail)[]) => [{ about: 'x', findings }];
  expect([isWell(sections(ok, warn)), isWell(sections(ok, fail))]).toEqual([true, false]);
  expect([
    describeSum(sections(ok)),
    describeSum(sections(ok, warn)),
    describeSum(sections(fail)),
    describeSum(sections(fail, fail, warn, warn)),
  ]).toEqual([
    'All is well.',
    'It works, with 1 warning.',
    '1 thing keeps Dragoman from working.',
    '2 things keep Dragoman from working, and 2 warnings.',
  ]);
});

test('the port of the page: free, taken, and held by our own gateway', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : 0;
  const http = {
    host: '127.0.0.1',
    port: taken,
    loopback: true,
    publicUrl: undefined,
    metricsToken: undefined,
  };
  const said = async (runs: boolean) =>
    describeSection(await examineMachine({ data: tmpdir(), http }, runs)).join('\n');
  try {
    expect(await said(false)).toContain(`✗ port: The page cannot listen on 127.0.0.1:${taken} (EADDRINUSE).`);
    expect(await said(true)).not.toContain('port');
  } finally {
    server.close();
    await once(server, 'close');
  }
  expect(await said(false)).toContain(`✓ port: 127.0.0.1:${taken} is free for the page.`);
});
