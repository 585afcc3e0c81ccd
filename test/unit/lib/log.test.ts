import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLog, type LogOptions } from '../../../src/lib/log.ts';

function capture(options: Partial<LogOptions>) {
  const lines: string[] = [];
  const log = createLog({
    level: 'debug',
    secrets: [],
    form: 'json',
    write: (line) => lines.push(line),
    ...options,
  });
  return { log, text: () => lines.join('') };
}

const seeded = 'hunter2-"quoted"\\and/slashed?=';

test('a known secret appears in no place and in no spelling', () => {
  const { log, text } = capture({ secrets: [seeded] });
  const failure = new Error(`fetch http://opencode:${encodeURIComponent(seeded)}@host failed`, {
    cause: Object.assign(new Error(`inner ${seeded}`), { request: { body: seeded } }),
  });
  log.info({ note: seeded, deep: { list: [seeded, { further: seeded }] } }, `message ${seeded}`);
  log.error({ error: failure, err: failure }, 'call failed');
  log.warn(
    { nested: JSON.stringify({ body: seeded }), header: Buffer.from(seeded).toString('base64') },
    'sent',
  );
  log.debug({ map: new Map([['k', seeded]]), set: new Set([seeded]) }, 'kept');

  expect(text()).toContain('message [redacted]');
  for (const part of ['hunter2', encodeURIComponent(seeded), Buffer.from(seeded).toString('base64')])
    expect(text()).not.toContain(part);
});

test('a secret that begins with an escape leaves a line of JSON, also behind a backslash', () => {
  const secret = '\u0000  #  ##';
  const { log, text } = capture({ secrets: [secret] });
  log.info({ value: `\\${secret}` }, secret);
  expect(JSON.parse(text())).toMatchObject({ value: '\\[redacted]', msg: '[redacted]' });
});

test('whatever the secret looks like, it does not appear', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8, maxLength: 40, unit: 'binary' }), fc.string(), (secret, around) => {
      fc.pre(secret.trim().length >= 8 && !'[redacted]'.includes(secret));
      const { log, text } = capture({ secrets: [secret] });
      log.info({ value: `${around}${secret}`, error: new Error(secret) }, `${secret}${around}`);
      const written: unknown = JSON.parse(text());
      expect(JSON.stringify(written)).not.toContain(JSON.stringify(secret).slice(1, -1));
    }),
    { numRuns: 200 },
  );
});

test('an unknown secret is told by the name of its key or by where it stands', () => {
  const { log, text } = capture({});
  log.info(
    {
      password: 'p-one',
      botToken: 'p-two',
      headers: { Authorization: 'p-three', 'set-cookie': ['p-four'] },
      options: { apiKey: 'p-five', clientSecret: { value: 'p-six' } },
      url: 'postgres://ann:p-seven@db/x',
    },
    'sent Authorization: Bearer p-eight-long-enough',
  );
  expect(text()).not.toMatch(/p-(one|two|three|four|five|six|seven|eight)/);
  expect(text()).toContain('postgres://ann:[redacted]@db/x');
});

test('counts are no secrets, though their names sound like it', () => {
  const { log, text } = capture({});
  log.info({ tokens: 14_000, token: 3 }, 'turn settled');
  expect(JSON.parse(text())).toMatchObject({ tokens: 14_000, token: 3 });
});

test('a secret that comes up later is concealed from then on', () => {
  const { log, text } = capture({});
  log.redactor.conceal('made-at-run-time');
  log.info({ value: 'made-at-run-time' }, 'child started');
  expect(text()).toContain('"value":"[redacted]"');
});

test('an error keeps its type, message, stack and cause', () => {
  const { log, text } = capture({});
  log.error({ error: new TypeError('outer', { cause: new Error('inner') }) }, 'failed');
  expect(JSON.parse(text())).toMatchObject({
    level: 'error',
    msg: 'failed',
    error: {
      type: 'TypeError',
      message: 'outer',
      stack: expect.stringContaining('log.test'),
      cause: { message: 'inner' },
    },
  });
});

test('what lies under the level is not written', () => {
  const { log, text } = capture({ level: 'warn' });
  log.info({}, 'heard');
  log.warn({}, 'slow');
  expect(text()).not.toContain('heard');
  expect(text()).toContain('slow');
});

test('a person at a terminal reads lines', () => {
  const { log, text } = capture({ form: 'lines', secrets: ['seeded-secret'] });
  log.info({ thread: 7, title: 'Fix date test' }, 'thread bound');
  log.warn({ error: new Error('it said "seeded-secret"') }, 'call failed');
  expect(text().replaceAll(/^\d\d:\d\d:\d\d/gm, '12:00:00')).toMatchInlineSnapshot(`
    "12:00:00 thread bound thread=7 title="Fix date test"
    12:00:00 warn call failed error="it said \\"[redacted]\\""
    "
  `);
});
