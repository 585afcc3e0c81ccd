/** What a request of the real server says would be done: all of it, whoever brought the tool. */
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PermissionRequest, ToolPart } from '../../../src/core/agent.ts';
import {
  ask,
  createWorld,
  eventually,
  type Running,
  ready,
  requests,
  settled,
  start,
  type World,
  writeUserConfiguration,
} from './world.ts';

const here: { world?: World; running?: Running } = {};

beforeAll(async () => {
  here.world = await createWorld();
  const command = [process.execPath, resolve('test/fake/mcp-server.mjs')];
  await writeUserConfiguration(here.world, { mcp: { tracker: { type: 'local', command } } });
  here.running = start(here.world);
  await ready(here.running);
});
afterAll(async () => {
  await here.running?.stop();
  await here.world?.close();
});

const world = (): World => here.world ?? expect.unreachable();
const running = (): Running => here.running ?? expect.unreachable();

/** Says it, allows whatever is asked for, and tells what that was once the run is over. */
async function asked(words: string): Promise<readonly PermissionRequest[]> {
  const known = requests(running()).length;
  const { ref } = await ask(running(), world(), words);
  const mine = () =>
    requests(running())
      .slice(known)
      .filter((request) => request.kind === 'permission');
  const isOver = () =>
    running().events.some((event) => event.type === 'session-settled' && event.session === ref.session);
  for (let answered = 0; ; answered += 1) {
    await eventually(() => expect(isOver() || mine().length > answered).toBe(true));
    const next = mine()[answered];
    if (next === undefined) return mine();
    await running().agent.replyPermission(ref, next.id, 'once');
  }
}

/** The line of the activity, as its tool told it last. */
function lastTool(name: string): ToolPart | undefined {
  return running()
    .events.flatMap((event) =>
      event.type === 'part-updated' && event.part.type === 'tool' && event.part.tool === name
        ? [event.part]
        : [],
    )
    .at(-1);
}

test('a tool of an MCP server is asked for with its whole input, and told with it', async () => {
  const [request, ...more] = await asked('call tracker_delete_project {"project":"production","force":true}');
  expect(more).toEqual([]);
  expect(request).toMatchObject({ permission: 'tracker_delete_project', patterns: ['*'], subject: '' });
  expect(JSON.parse(request?.input ?? '')).toEqual({ project: 'production', force: true });
  expect(request?.unknown).toBeUndefined();
  expect(lastTool('tracker_delete_project')?.subject).toBe('{"project":"production","force":true}');
});

test('a picture that a tool gives to the model is named', async () => {
  await asked('call tracker_screenshot {}');
  expect(lastTool('tracker_screenshot')).toMatchObject({
    status: 'completed',
    output: 'Here it is.',
    files: [{ mime: 'image/png' }],
  });
});

test('so is one that a sub-agent uses', async () => {
  const inner = 'call tracker_delete_project {"project":"inner"}';
  const task = { description: 'tidy up', prompt: inner, subagent_type: 'general' };
  const [request] = await asked(`call task ${JSON.stringify(task)}`);
  expect(request?.from).not.toBe(request?.session);
  expect(JSON.parse(request?.input ?? '')).toEqual({ project: 'inner' });
});

test('a command is told as it is written, also where it begins with the path of the project', async () => {
  const command = `${world().project}/git push`;
  const [request] = await asked(`call bash ${JSON.stringify({ command, description: 'push' })}`);
  expect(request).toMatchObject({ permission: 'bash', subject: command });
  expect(request?.workdir).toBeUndefined();
  expect(lastTool('bash')).toMatchObject({ subject: command });
});

test('where a command runs is told, and which directory it reaches', async () => {
  const inside = await asked('call bash {"command":"ls","workdir":"src","description":"list"}');
  expect(inside).toMatchObject([{ permission: 'bash', subject: 'ls', workdir: 'src' }]);
  const outside = await asked('call bash {"command":"ls","workdir":"/usr/share","description":"list"}');
  expect(outside).toMatchObject([
    { permission: 'external_directory', subject: 'ls', workdir: '/usr/share', reaches: ['/usr/share'] },
    { permission: 'bash', subject: 'ls', workdir: '/usr/share' },
  ]);
  expect(lastTool('bash')).toMatchObject({ subject: 'ls', workdir: '/usr/share' });
  const [reading] = await asked('call read {"filePath":"/etc/hostname"}');
  expect(reading).toMatchObject({ subject: '/etc/hostname', tool: 'read', reaches: ['/etc'] });
});

test('a step that repeats itself is told', async () => {
  const step = 'tracker_delete_project {"project":"again"}';
  const all = await asked(`call ${step}\nand ${step}\nand ${step}`);
  const loop = all.find(({ permission }) => permission === 'doom_loop');
  expect(loop).toMatchObject({ subject: '', tool: 'tracker_delete_project' });
  expect(JSON.parse(loop?.input ?? '')).toEqual({ project: 'again' });
});

const snapshots = () =>
  running().events.flatMap((event) => (event.type === 'session-snapshot' ? [event] : []));

test('a request that waits is told the same way to one who comes later', async () => {
  const { ref, messageId } = await ask(running(), world(), 'call tracker_delete_project {"project":"later"}');
  const isIt = (request: PermissionRequest) => (request.input ?? '').includes('later');
  const all = () => requests(running()).filter((request) => request.kind === 'permission');
  await eventually(() => expect(all().some(isIt)).toBe(true));
  const before = snapshots().length;
  running().agent.untrack(ref.session);
  running().agent.track(ref, messageId);
  await eventually(() => expect(snapshots().length).toBeGreaterThan(before));
  expect(snapshots().at(-1)?.snapshot.requests).toEqual([all().find(isIt)]);
  const waiting = all().find(isIt) ?? expect.unreachable();
  await running().agent.replyPermission(ref, waiting.id, 'reject');
  await settled(running(), ref.session);
});
