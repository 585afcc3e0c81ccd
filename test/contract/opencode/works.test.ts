/** Files and outputs of a session at the real server: what is told, and what is not given out. */
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SessionRef } from '../../../src/core/agent.ts';
import { serverMessageId, serverSessionId } from '../../../src/core/ids.ts';
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
} from './world.ts';

const here: { world?: World; running?: Running } = {};

beforeAll(async () => {
  here.world = await createWorld();
  here.running = start(here.world);
  await ready(here.running);
});
afterAll(async () => {
  await here.running?.stop();
  await here.world?.close();
});

const world = (): World => here.world ?? expect.unreachable();
const running = (): Running => here.running ?? expect.unreachable();

/** Says it, allows what is asked for, and waits for the end. */
async function done(words: string): Promise<SessionRef> {
  const known = requests(running()).length;
  const { ref } = await ask(running(), world(), words);
  await eventually(() => expect(requests(running()).length).toBeGreaterThan(known));
  const request = requests(running()).at(-1) ?? expect.unreachable();
  await running().agent.replyPermission(ref, request.id, 'once');
  await settled(running(), ref.session);
  return ref;
}

const read = (ref: SessionRef, path: string, most = 100_000) => running().agent.works.read(ref, path, most);

test('files that the session changed are named from its directory, and read byte by byte', async () => {
  const ref = await done('edit: the date');
  const { works } = running().agent;
  expect(await works.changed(ref)).toEqual([{ path: 'src/date.ts', added: 1, removed: 3 }]);
  const inside = { ...ref, directory: join(ref.directory, 'src') };
  expect(await works.changed(inside)).toEqual([{ path: 'date.ts', added: 1, removed: 3 }]);
  expect(await works.changed({ ...ref, directory: join(ref.directory, 'test') })).toEqual([]);
  const stands = new Uint8Array(await readFile(join(world().project, 'src/date.ts')));
  expect(await read(ref, 'src/date.ts')).toEqual({ type: 'file', bytes: stands });
  expect(await read(inside, 'date.ts')).toEqual({ type: 'file', bytes: stands });
  expect(await read(ref, 'src/date.ts', stands.length - 1)).toEqual({ type: 'too-large' });
  const changes = await running().agent.diff(
    ref,
    (await running().agent.history.read(ref)).prompts[0]?.id ?? serverMessageId(''),
  );
  expect(changes.each).toEqual([{ path: 'src/date.ts', added: 1, removed: 3 }]);
});

test('any bytes and any name come through', async () => {
  const ref = { session: serverSessionId('none'), directory: world().project };
  const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const page = new TextEncoder().encode('\ufeff<!doctype html>\r\n \n\n');
  for (const [name, bytes] of [
    ['every.bin', every],
    ['page.html', page],
    ['a b#?%ü.txt', page],
    ['empty.txt', new Uint8Array()],
  ] as const) {
    await writeFile(join(world().project, name), bytes);
    expect(await read(ref, name)).toEqual({ type: 'file', bytes });
  }
});

test('links, directories, and what lies outside are absent', async () => {
  const { project, home } = world();
  const ref = { session: serverSessionId('none'), directory: project };
  await writeFile(join(project, '.env'), 'KEY=1');
  await writeFile(join(home, 'outside.txt'), 'not for you');
  const links: readonly (readonly [string, string])[] = [
    ['outside.txt', join(home, 'outside.txt')],
    ['notes.txt', '.env'],
    ['inner.ts', 'src/date.ts'],
    ['etc', '/etc'],
    ['sources', 'src'],
    ['dangling', 'nowhere'],
  ];
  for (const [name, target] of links) await symlink(target, join(project, name));
  const paths = [
    ...links.map(([name]) => name),
    'etc/hostname',
    'sources/date.ts',
    'src',
    'src/',
    '',
    '.',
    'src/../.env',
    '../home/outside.txt',
    '../../../../../etc/passwd',
    '/etc/passwd',
    join(project, 'src/date.ts'),
    'src//date.ts',
    './src/date.ts',
    'no/such/file.ts',
    'src/date.ts\0',
    'src%2Fdate.ts',
  ];
  for (const path of paths) expect([path, await read(ref, path)]).toEqual([path, { type: 'absent' }]);
});

test('what tools printed is told whole, the newest first', async () => {
  const ref = await done('shell: count the lines');
  const [newest] = await running().agent.works.outputs(ref);
  expect(newest).toMatchObject({
    tool: 'bash',
    subject: 'wc -l src/*.ts test/*.ts',
    unfinished: false,
    cut: false,
  });
  expect(newest?.text).toMatch(/src\/date\.ts\n[\s\S]* total\n$/);
});
