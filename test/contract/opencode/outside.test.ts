/** What other clients and plugins do in a session of the real server, and what we make of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AgentEvent, SessionSnapshot } from '../../../src/core/agent.ts';
import type { ServerMessageId, ServerSessionId } from '../../../src/core/ids.ts';
import type { SessionRef } from '../../../src/core/session.ts';
import {
  answer,
  ask,
  createWorld,
  eventually,
  type Running,
  ready,
  settled,
  start,
  type World,
} from './world.ts';

let world: World;
let running: Running;

beforeAll(async () => {
  world = await createWorld();
  running = start(world);
  await ready(running);
});
beforeEach(() => {
  running.events.splice(0);
});
afterAll(async () => {
  await running.stop();
  await world.close();
});

interface There {
  readonly status: number;
  readonly body: unknown;
}

/** A call of another client. */
async function call(method: string, path: string, body?: unknown): Promise<There> {
  const { url, username, password } = await running.server.endpoint(new AbortController().signal);
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      authorization: `Basic ${btoa(`${username}:${password}`)}`,
      'content-type': 'application/json',
      'x-opencode-directory': encodeURIComponent(world.project),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
  };
}

const model = { providerID: 'demo', modelID: 'scripted' };

/** Another client says something; what it says may be marked. */
function says({ session }: SessionRef, text: string, part: object = {}, more: object = {}): Promise<There> {
  const parts = [{ type: 'text', text, ...part }];
  return call('POST', `/session/${session}/prompt_async`, { model, agent: 'build', parts, ...more });
}

const begun = (session: ServerSessionId) =>
  running.events.flatMap((event) =>
    event.type === 'run-seen' && event.session === session ? [[event.text, event.byProgram]] : [],
  );

/** A session with one answered prompt of ours, which is tracked no more. */
async function answered(
  text: string,
): Promise<{ readonly ref: SessionRef; readonly messageId: ServerMessageId }> {
  const { ref, messageId } = await ask(running, world, text);
  await settled(running, ref.session);
  running.agent.untrack(ref.session);
  running.events.splice(0);
  return { ref, messageId };
}

async function snapshotOf(ref: SessionRef, from: ServerMessageId): Promise<SessionSnapshot> {
  running.events.splice(0);
  running.agent.track(ref, from);
  const told = () =>
    running.events.find(
      (event): event is AgentEvent & { type: 'session-snapshot' } => event.type === 'session-snapshot',
    );
  await eventually(() => expect(told()).toBeDefined());
  running.agent.untrack(ref.session);
  return told()?.snapshot ?? expect.unreachable();
}

/** Texts of a snapshot. */
const textsOf = ({ messages }: SessionSnapshot) =>
  messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])));

describe('a note of a plugin', () => {
  it.each([
    ['plain', {}],
    ['for people only', { ignored: true }],
  ])('(%s) begins no run, and is no prompt to take back', async (_name, part) => {
    const { ref, messageId } = await answered('echo one');
    await says(ref, '9 messages pruned', part, { noReply: true });
    await says(ref, 'echo two');
    await settled(running, ref.session);
    expect(begun(ref.session)).toEqual([['echo two', false]]);
    const { prompts } = await running.agent.history.read(ref);
    expect(prompts.filter(({ answered: one }) => one).map(({ text }) => text)).toEqual([
      'echo one',
      'echo two',
    ]);
    expect(textsOf(await snapshotOf(ref, messageId))).toEqual(['one']);
    const { runs } = await running.agent.history.since(ref, 0);
    expect(runs.map(({ text }) => text)).toEqual(['echo one', 'echo two']);
  });
});

describe('a run that was not begun by us', () => {
  it('is told as it begins, also where a program wrote the prompt', async () => {
    const { ref } = await answered('echo one');
    await says(ref, 'echo continued', { synthetic: true });
    await settled(running, ref.session);
    expect(begun(ref.session)).toEqual([['echo continued', true]]);
    await call('POST', `/session/${ref.session}/shell`, { agent: 'build', command: 'echo by hand' });
    await eventually(() => expect(begun(ref.session)).toHaveLength(2));
  });

  it('is found afterwards, each as a run of its own, and belongs to no turn before it', async () => {
    const { ref, messageId } = await answered('echo one');
    const { at } = await running.agent.history.since(ref, 0);
    for (const text of ['echo two', 'echo three']) {
      running.events.splice(0);
      await says(ref, text);
      await settled(running, ref.session);
    }
    const { runs } = await running.agent.history.since(ref, at);
    expect(runs.map(({ text, within, byProgram }) => [text, within, byProgram])).toEqual([
      ['echo two', undefined, false],
      ['echo three', undefined, false],
    ]);
    expect(await snapshotOf(ref, messageId)).toMatchObject({ busy: false, later: true });
    expect(textsOf(await snapshotOf(ref, messageId))).toEqual(['one']);
    const [two] = runs;
    expect(textsOf(await snapshotOf(ref, two?.message ?? messageId))).toEqual(['two']);
  });

  it('in the middle of ours is a part of it', async () => {
    world.valve.shut();
    const { ref, messageId } = await ask(running, world, 'stream');
    await eventually(() => expect(answer(running.events).text.length).toBeGreaterThan(50));
    await says(ref, 'echo and this');
    world.valve.open();
    await settled(running, ref.session);
    const texts = textsOf(await snapshotOf(ref, messageId));
    expect(texts).toHaveLength(2);
    expect(texts.at(-1)).toBe('and this');
    const { runs } = await running.agent.history.since(ref, 0);
    expect(runs.map(({ text, within }) => [text, within])).toEqual([
      ['stream', undefined],
      ['echo and this', messageId],
    ]);
  });

  it('says whether the server is at work', async () => {
    world.valve.shut();
    const { ref } = await ask(running, world, 'stream');
    await eventually(() => expect(answer(running.events).text.length).toBeGreaterThan(50));
    expect(await running.agent.history.isBusy(ref)).toBe(true);
    world.valve.open();
    await settled(running, ref.session);
    expect(await running.agent.history.isBusy(ref)).toBe(false);
  });
});

describe('a session whose messages the server cannot list', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } };

  const inForm = { format: { type: 'json_schema', schema } };

  /** The message of the run that was begun last. */
  const begunLast = () =>
    running.events.flatMap((event) => (event.type === 'run-seen' ? [event.message] : [])).at(-1) ??
    expect.unreachable();

  it('is read in smaller pieces', async () => {
    const { ref, messageId } = await answered('echo one');
    await says(ref, 'echo in a form', {}, inForm);
    await settled(running, ref.session);
    const formed = begunLast();
    expect((await call('GET', `/session/${ref.session}/message`)).status).toBe(400);
    expect(textsOf(await snapshotOf(ref, messageId))).toEqual(['one']);
    expect(textsOf(await snapshotOf(ref, formed))).toEqual(['in a form']);
    const { prompts } = await running.agent.history.read(ref);
    expect(prompts.map(({ text }) => text)).toEqual(['echo one', 'echo in a form']);
    expect(await running.agent.works.outputs(ref)).toEqual([]);
  });

  it('where its first message is at fault, is read up to there, and what came before is told as unknown', async () => {
    const session = await running.agent.createSession(world.project, 'theirs', 'a key');
    const ref = { session, directory: world.project };
    await says(ref, 'echo in a form', {}, inForm);
    await settled(running, session);
    const first = await snapshotOf(ref, begunLast());
    expect(first).toMatchObject({ stored: true, partial: true, busy: false });
    expect(textsOf(first)).toEqual(['in a form']);
    running.events.splice(0);
    const { messageId } = await ask(running, world, 'echo after', ref);
    await settled(running, session);
    const last = await snapshotOf(ref, messageId);
    expect(last.partial).toBeUndefined();
    expect(textsOf(last)).toEqual(['after']);
    const { prompts } = await running.agent.history.read(ref);
    expect(prompts.map(({ text }) => text)).toEqual(['echo after']);
    expect((await running.agent.history.since(ref, 0)).runs.at(-1)?.text).toBe('echo after');
  });
});

describe('a session that is gone', () => {
  it('is known to be, and the refusal names no id', async () => {
    const { ref } = await answered('echo one');
    expect(await running.agent.history.exists(ref)).toBe(true);
    await call('DELETE', `/session/${ref.session}`);
    expect(await running.agent.history.exists(ref)).toBe(false);
    const refusal = await ask(running, world, 'echo two', ref).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: 'AgentRefusedError' });
    expect(String(refusal)).not.toContain('ses_');
  });
});

it('a model whose answers the server cannot use is called again and again, and each message is empty', async () => {
  const { ref } = await ask(running, world, 'mute');
  const empty = () =>
    running.events.filter((event) => event.type === 'message-updated' && event.message.finish === 'unknown');
  await eventually(() => expect(empty().length).toBeGreaterThan(4));
  expect(answer(running.events).text).toBe('');
  await running.agent.abort(ref);
  await settled(running, ref.session);
});
