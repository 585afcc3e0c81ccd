import { spawnSync } from 'node:child_process';
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigError } from '../../../src/core/errors.ts';
import { thisProcess } from '../../../src/store/holder.ts';
import { acquireLock } from '../../../src/store/lock.ts';
import { silent, temporaryDirectory } from '../../embedded.ts';

const unreachable = () => expect.unreachable('the lock was lost');

async function lockPath(): Promise<string> {
  const directory = await temporaryDirectory();
  onTestFinished(() => rm(directory, { recursive: true }));
  return join(directory, 'database.lock');
}

/** A process that is gone, as its lock file would tell. */
function dead() {
  const { pid } = spawnSync(process.execPath, ['--version']);
  return { ...thisProcess(), pid };
}

test('a lock is free after its release, and leaves nothing behind', async () => {
  const path = await lockPath();
  const first = await acquireLock(path, silent, unreachable);
  await expect(acquireLock(path, silent, unreachable)).rejects.toBeInstanceOf(ConfigError);
  await first.release();
  const second = await acquireLock(path, silent, unreachable);
  await second.release();
  expect(await readdir(join(path, '..'))).toEqual([]);
});

test.each([
  { of: 'a dead process', holder: dead },
  { of: 'a process whose id was given to another', holder: () => ({ ...thisProcess(), started: '1' }) },
  { of: 'a process before the machine started anew', holder: () => ({ ...thisProcess(), boot: 'earlier' }) },
])('the lock of $of is taken over at once', async ({ holder }) => {
  const path = await lockPath();
  await writeFile(path, JSON.stringify(holder()));
  const lock = await acquireLock(path, silent, unreachable);
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
  await lock.release();
});

test('one of many gets the lock of a dead process', async () => {
  for (let round = 0; round < 20; round++) {
    const path = await lockPath();
    const last = dead();
    await writeFile(path, JSON.stringify(last));
    // Someone died while taking it over.
    if (round % 2 === 1) await writeFile(`${path}.${last.id}`, JSON.stringify(last));
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, () => acquireLock(path, silent, unreachable)),
    );
    const taken = tries.filter((one) => one.status === 'fulfilled');
    expect(taken).toHaveLength(1);
    for (const { value } of taken) await value.release();
    expect(await readdir(join(path, '..'))).toEqual([]);
  }
});

test('a holder in another container lives as long as it touches its file', async () => {
  const path = await lockPath();
  await writeFile(path, JSON.stringify({ ...thisProcess(), host: 'another', namespace: 'pid:[1]' }));
  const beats = { count: 0 };
  const beat = setInterval(() => {
    beats.count += 1;
    utimes(path, beats.count, beats.count).catch(unreachable);
  }, 300);
  onTestFinished(() => clearInterval(beat));
  await expect(acquireLock(path, silent, unreachable)).rejects.toThrow('in use by process');
});

test('a file that is no lock is not overwritten', async () => {
  const path = await lockPath();
  await writeFile(path, 'something else');
  await expect(acquireLock(path, silent, unreachable)).rejects.toThrow('is unreadable');
  expect(await readFile(path, 'utf8')).toBe('something else');
});

test('whoever lost the lock to another is told', async () => {
  const path = await lockPath();
  const { promise: lost, resolve: tell } = Promise.withResolvers<void>();
  const lock = await acquireLock(path, silent, () => tell());
  const thief = JSON.stringify({ ...thisProcess(), host: 'another' });
  await writeFile(path, thief);
  await lost;
  await lock.release();
  expect(await readFile(path, 'utf8')).toBe(thief);
});
