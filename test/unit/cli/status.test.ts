import { expect, test } from 'vitest';
import { type AppStatus, describeEntrances, describeStatus } from '../../../src/app/status.ts';

const startedAt = Date.UTC(2026, 0, 1, 10);
const now = startedAt + 2 * 3_600_000 + 5 * 60_000;

const status: AppStatus = {
  version: '0.1.0',
  startedAt,
  database: 'embedded',
  platforms: [
    { id: 'web', proof: 'listening', problem: undefined, entrance: 'http://127.0.0.1:4080/#secret' },
    { id: 'chat', proof: undefined, problem: undefined, entrance: undefined },
  ],
  servers: [
    {
      server: 'opencode',
      connected: true,
      since: startedAt,
      version: '1.18.33',
      gate: 'asks',
      unasked: [],
      modelless: false,
      problem: '',
    },
    {
      ...{
        server: 'except',
        connected: true,
        since: startedAt,
        version: '1.18.33',
        gate: 'partly',
        problem: '',
      },
      modelless: false,
      unasked: [
        'shell commands like touch * (build)',
        'the tool deploy, which is not built in (every agent)',
      ],
    },
    {
      server: 'big',
      connected: false,
      since: now - 90_000,
      version: undefined,
      gate: 'unknown',
      unasked: [],
      modelless: false,
      problem: '',
    },
    {
      server: 'open',
      connected: true,
      since: startedAt,
      version: '1.18.33',
      gate: 'off',
      unasked: ['shell commands (build)'],
      modelless: false,
      problem: 'Approvals are off on this server.',
    },
  ],
  unlisted: ['chat:C7'],
  counts: { threads: 12, bound: 9, inbox: 1, queued: 2, running: 1, waiting: 1 },
  turns: [
    {
      project: 'api',
      server: 'opencode',
      title: 'Fix date test',
      startedAt: now - 38_000,
      waitingFor: 'git push origin fix-date',
    },
  ],
};

test('a person reads what is connected, bound, running and waiting', () => {
  expect(`\n${describeStatus(status, now).join('\n')}\n`).toMatchInlineSnapshot(`
    "
    Dragoman 0.1.0 · running for 2 h 5 min
    Page      http://127.0.0.1:4080/#secret
    Platform  chat · no sign of life yet
    Server    opencode · connected · OpenCode 1.18.33 · approvals on
    Server    except · connected · OpenCode 1.18.33 · approvals on, except what runs without asking: shell commands like touch * (build); the tool deploy, which is not built in (every agent)
    Server    big · not answering for 1 min 30 s
    Server    open · connected · OpenCode 1.18.33 · approvals OFF · ⚠ Approvals are off on this server.
    Place     chat:C7 · ⚠ no project is set up for it
    Database  embedded: good for one person or a trial; a power cut can cost the last changes. A team sets DATABASE_URL.
    Threads   12, 9 bound to a session · 1 running, 2 queued, 1 waiting for an answer · 1 unhandled event
      api on opencode · "Fix date test" · running for 38 s, waiting for an answer: git push origin fix-date
    "
  `);
});

test('the first lines say where to go and what the database is good for', () => {
  expect(`\n${describeEntrances({ ...status, database: 'postgres' }).join('\n')}\n`).toMatchInlineSnapshot(`
    "
    Page      http://127.0.0.1:4080/#secret
    Database  Postgres
    "
  `);
});
