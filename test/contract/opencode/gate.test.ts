/** What the probe reads from the rules is what happens: in a root session and in a sub-agent. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askingAdvice } from '../../../src/opencode/v1/permission.ts';
import {
  ask,
  createWorld,
  eventually,
  type Running,
  ready,
  requests,
  settled,
  startForeign,
  type World,
  writeUserConfiguration,
} from './world.ts';

let world: World;
let running: Running | undefined;

beforeEach(async () => {
  world = await createWorld();
});

afterEach(async () => {
  await running?.stop();
  await world.close();
});

async function begin(extra: Readonly<Record<string, string>>): Promise<Running> {
  running = await startForeign(world, extra);
  await ready(running);
  return running;
}

async function runsUnasked(server: Running): Promise<void> {
  for (const word of ['shell', 'subagent']) {
    const { ref } = await ask(server, world, word);
    await settled(server, ref.session);
  }
  expect(requests(server)).toEqual([]);
}

it('a server with a silent configuration does not ask, and is told apart', async () => {
  const server = await begin({});
  expect(server.agent.status()).toMatchObject({ gate: 'off' });
  expect(server.agent.status().problem).toMatch(
    /^Approvals are off on this server\. Without asking it runs: shell commands \(.*build.*general.*\);/,
  );
  await runsUnasked(server);
});

it('a server that asks for commands only is told apart: it changes files unasked', async () => {
  const server = await begin({ OPENCODE_PERMISSION: '{"bash":"ask"}' });
  expect(server.agent.status()).toMatchObject({ gate: 'off' });
  expect(server.agent.status().problem).toMatch(
    /Without asking it runs: changes of files \(build, general\);/,
  );
  const { ref, messageId } = await ask(server, world, 'edit');
  await settled(server, ref.session);
  expect(requests(server)).toEqual([]);
  expect(await server.agent.diff(ref, messageId)).toMatchObject({ files: 1 });
});

it('a server that is configured as our advice says asks', async () => {
  const advised = /"permission": (\{.*?\}) in its user/.exec(askingAdvice)?.[1];
  await writeUserConfiguration(world, { permission: JSON.parse(advised ?? '') });
  const server = await begin({});
  expect(server.agent.status()).toMatchObject({ gate: 'asks', unasked: [], problem: '' });
  const root = await ask(server, world, 'shell');
  const child = await ask(server, world, 'subagent');
  await eventually(() => expect(requests(server)).toHaveLength(2));
  const from = (session: string) => requests(server).find((request) => request.session === session)?.from;
  expect(from(root.ref.session)).toBe(root.ref.session);
  expect(from(child.ref.session)).not.toBe(child.ref.session);
});

it('a person who allows commands to one agent is told so', async () => {
  await writeUserConfiguration(world, {
    permission: { bash: 'ask' },
    agent: { build: { permission: { bash: 'allow' } }, general: { permission: { bash: 'allow' } } },
  });
  const server = await begin({});
  expect(server.agent.status().problem).toContain('Without asking it runs: shell commands (build, general);');
  await runsUnasked(server);
});
