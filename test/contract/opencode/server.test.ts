/** Runs on the real server, from prompt to end, and what is left when one of the two is killed. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serverMessageId, serverRequestId, serverSessionId } from '../../../src/core/ids.ts';
import { identityOf } from '../../../src/opencode/processes.ts';
import { serverDirectory } from '../../../src/opencode/server-record.ts';
import { missingCalls } from '../../../src/opencode/v1/probe.ts';
import {
  answer,
  ask,
  createWorld,
  eventually,
  type Running,
  ready,
  requests,
  settled,
  start,
  type World,
} from './world.ts';

let world: World;
let running: Running;

beforeAll(async () => {
  world = await createWorld();
});

afterEach(() => world.valve.open());
afterAll(() => world.close());

async function restart(): Promise<void> {
  running = start(world);
  await ready(running);
}

/** Asks, and comes back when the answer is half-said: it goes on when the valve is opened. */
async function askHalf(text: string): ReturnType<typeof ask> {
  world.valve.shut();
  const asked = await ask(running, world, text);
  await eventually(() => expect(answer(running.events).text.length).toBeGreaterThan(50));
  return asked;
}

describe('a run on our own server', () => {
  beforeAll(restart);
  beforeEach(() => running.events.splice(0));
  afterAll(() => running.stop());

  it('has every call that is needed, so that a server of its version need not list them', async () => {
    const { url, username, password } = await running.server.endpoint(new AbortController().signal);
    const authorization = `Basic ${btoa(`${username}:${password}`)}`;
    const doc = await fetch(new URL('/doc', url), { headers: { authorization } });
    expect(missingCalls(await doc.json())).toEqual([]);
  });

  it('asks for a command in a root session and in a sub-agent, with an empty user configuration', async () => {
    expect(running.agent.status()).toMatchObject({ gate: 'asks', problem: '', version: '1.18.33' });
    for (const word of ['shell', 'subagent']) {
      const { ref } = await ask(running, world, word);
      const mine = () => requests(running).find((request) => request.session === ref.session);
      await eventually(() => expect(mine()).toMatchObject({ kind: 'permission', permission: 'bash' }));
      expect(mine()?.from === ref.session).toBe(word === 'shell');
      expect(await running.agent.replyPermission(ref, mine()?.id ?? serverRequestId(''), 'once')).toBe(
        'accepted',
      );
      expect(await running.agent.replyPermission(ref, mine()?.id ?? serverRequestId(''), 'once')).toBe(
        'unknown',
      );
      await settled(running, ref.session);
      expect(
        running.events.filter((event) => event.type === 'session-settled' && event.session === ref.session),
      ).toHaveLength(1);
    }
  });

  it('takes an answer to a question', async () => {
    const { ref } = await ask(running, world, 'question');
    await eventually(() => expect(requests(running)).toHaveLength(1));
    const [request] = requests(running);
    if (request?.kind !== 'question') throw new Error('no question');
    const answers = request.questions.map(() => ['my own text']);
    expect(await running.agent.replyQuestion(ref, request.id, answers)).toBe('accepted');
    await settled(running, ref.session);
    expect(answer(running.events).text).toContain('my own text');
  });

  it('tells what an edit changed, with paths of the project', async () => {
    const { ref, messageId } = await ask(running, world, 'edit');
    await eventually(() => expect(requests(running)).toHaveLength(1));
    const [request] = requests(running);
    expect(request).toMatchObject({ permission: 'edit', subject: 'src/date.ts' });
    expect(request?.kind === 'permission' ? request.diff : '').toMatch(/^--- src\/date\.ts\n/);
    await running.agent.replyPermission(ref, request?.id ?? serverRequestId(''), 'once');
    await settled(running, ref.session);
    const changes = await running.agent.diff(ref, messageId);
    expect(changes).toMatchObject({ files: 1, added: 1, removed: 3 });
    expect(changes.patch).toContain('+++ src/date.ts');
  });

  it('is found again by its key, and renders the same from a snapshot as from the stream', async () => {
    const { ref } = await askHalf('stream');
    await running.agent.refresh(ref.session);
    expect(running.events.map(({ type }) => type)).not.toContain('session-settled');
    world.valve.open();
    await settled(running, ref.session);
    const streamed = answer(running.events);
    expect(streamed.gaps).toBe(0);
    await running.agent.refresh(ref.session);
    expect(running.events.at(-1)?.type).toBe('session-snapshot');
    expect(answer(running.events.slice(-1)).text).toBe(streamed.text);
    expect(await running.agent.findSession(world.project, 'key of stream')).toBe(ref.session);
    expect(await running.agent.findSession(world.project, 'another key')).toBeUndefined();
  });

  it('is stopped, also while a sub-agent asks, and nothing is left to answer', async () => {
    const { ref } = await ask(running, world, 'subagent');
    await eventually(() => expect(requests(running)).toHaveLength(1));
    await running.agent.abort(ref);
    await settled(running, ref.session);
    const request = requests(running)[0]?.id ?? serverRequestId('');
    expect(await running.agent.replyPermission(ref, request, 'once')).toBe('unknown');
  });

  it('is refused in a sentence where the session does not exist', async () => {
    const ref = { session: serverSessionId('ses_nonexistent'), directory: world.project };
    const call = {
      ref,
      messageId: serverMessageId('msg_00000000000000000001'),
      parts: [{ id: 'prt_00000000000000000001', text: 'x' }],
    };
    await expect(running.agent.prompt(call)).rejects.toMatchObject({ name: 'AgentRefusedError' });
  });
});

it('two of our own on one data directory leave each other alone', async () => {
  const data = world.options.dataDir;
  const [one, other] = ['one', 'other'].map((name) =>
    start({ ...world, options: { ...world.options, dataDir: serverDirectory(data, name) } }),
  );
  if (one === undefined || other === undefined) throw new Error('two were started');
  try {
    await Promise.all([ready(one), ready(other)]);
    const pids = [one.server.pid(), other.server.pid()];
    expect(new Set(pids).size).toBe(2);
    await one.stop();
    expect(await identityOf(pids[0] ?? 0)).toBeUndefined();
    expect(await identityOf(pids[1] ?? 0)).toBeDefined();
    await other.agent.createSession(world.project, 'still there', 'key');
  } finally {
    await Promise.all([one.stop(), other.stop()]);
  }
});

describe('when something is killed', () => {
  beforeEach(restart);
  afterEach(() => running.stop());

  it('a killed server is started again; the dead run is told as it is, and the same ids run again', async () => {
    const asked = await askHalf('stream');
    process.kill(-(running.server.pid() ?? 0), 'SIGKILL');
    await eventually(() => expect(running.events.map(({ type }) => type)).toContain('stream-lost'));
    const told = () =>
      running.events.slice(running.events.findIndex(({ type }) => type === 'stream-lost') + 1);
    await eventually(() => expect(told().map(({ type }) => type)).toContain('session-snapshot'));
    expect(told()[0]).toEqual({ type: 'stream-opened' });
    const dead = told().find((event) => event.type === 'session-snapshot')?.snapshot;
    expect(dead).toMatchObject({ stored: true, busy: false, requests: [] });
    expect(dead?.messages.map(({ message }) => message.completedAt)).toEqual([undefined]);
    world.valve.open();
    await running.agent.prompt(asked);
    await settled(running, asked.ref.session);
    expect(answer(running.events).text).toContain('A date without a time zone is a guess.');
  });

  it('a killed gateway leaves the server at work, and the next one goes on with it', async () => {
    const asked = await askHalf('stream');
    const pid = running.server.pid();
    // What is left of a killed gateway: nothing of it runs any more, and nothing was stopped.
    const next = start(world);
    await ready(next);
    expect(next.server.pid()).toBe(pid);
    next.agent.track(asked.ref, asked.messageId);
    await eventually(() => expect(next.events.map(({ type }) => type)).toContain('session-snapshot'));
    expect(answer(next.events).gaps).toBe(1);
    world.valve.open();
    await settled(next, asked.ref.session);
    await settled(running, asked.ref.session);
    expect(answer(next.events)).toEqual({ text: answer(running.events).text, gaps: 0 });
    await next.stop();
    expect(await identityOf(pid ?? 0)).toBeUndefined();
  });

  it('stopping leaves no process behind, and no record', async () => {
    const pid = running.server.pid() ?? 0;
    const record = join(world.options.dataDir, 'opencode.json');
    expect((await stat(record)).mode & 0o777).toBe(0o600);
    await running.stop();
    expect(await identityOf(pid)).toBeUndefined();
    await expect(stat(record)).rejects.toThrow('ENOENT');
    running = start(world);
    await ready(running);
    expect(running.server.pid()).not.toBe(pid);
  });
});
