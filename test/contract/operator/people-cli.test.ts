import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { peopleCommands } from '../../../src/app/operator.ts';
import { type PeopleOrder, tellPeople } from '../../../src/cli/tell-people.ts';
import { inboxId, threadId } from '../../../src/core/ids.ts';
import { pairingCodeOf, pairingHashOf } from '../../../src/gateway/access/pairing-code.ts';
import { createIds } from '../../../src/gateway/ids.ts';
import { controlPath, serveControl } from '../../../src/lib/control.ts';
import { openStore } from '../../../src/store/database.ts';
import type { Store } from '../../../src/store/types.ts';
import { embeddedDirectory, silent } from '../../embedded.ts';

const secret = 'the secret of this test';
const ids = createIds(secret);
const environment = { DRAGOMAN_SECRET: secret, DRAGOMAN_ADMINS: 'test:ann' };
const code = pairingCodeOf(ids, 'test:eve', inboxId(1));

const place = { data: '', cwd: '' };
beforeEach(async () => {
  place.data = await embeddedDirectory();
  place.cwd = await mkdtemp(join(tmpdir(), 'dragoman-people-'));
});
afterEach(async () => {
  await rm(place.data, { recursive: true });
  await rm(place.cwd, { recursive: true });
});

async function withStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ dataDir: place.data, log: silent });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Eve wrote in private and got her code. */
async function ask(store: Store): Promise<void> {
  const address = { platform: 'test', channel: 'eve', thread: 'eve' };
  const author = { id: 'test:eve', name: 'Eve\u001b[31m' };
  await store.inbox.accept(
    {
      type: 'message',
      id: '1',
      address,
      author,
      room: 'private',
      at: 0,
      message: 'm',
      text: 'x',
      addressed: true,
    },
    { server: 'x', project: 'api' },
  );
  const thread = (await store.threads.byAddress(address))?.id ?? threadId(0);
  const pairing = {
    person: author.id,
    name: author.name,
    thread,
    inbox: inboxId(1),
    hash: pairingHashOf(ids, code),
  };
  await store.pairings.ask(pairing, 3_600_000);
}

async function tell(order: PeopleOrder, data = place.data) {
  const printed: string[] = [];
  const complained: string[] = [];
  const source = { environment: { ...environment, DRAGOMAN_DATA: data }, directory: place.cwd, adapters: [] };
  const exit = await tellPeople(source, order, {
    print: (line) => void printed.push(line),
    complain: (line) => void complained.push(line),
  });
  return { exit, printed, complained };
}

/** The whole life of a pairing, by the operator's commands alone. */
async function wholeLife(): Promise<void> {
  expect(await tell({ name: 'people', text: '' })).toMatchObject({
    exit: 0,
    printed: ['Admin     test:ann', 'Asks      Eve⟨U+001B⟩[31m · test:eve'],
  });
  expect(await tell({ name: 'pair', text: '2222-2222' })).toMatchObject({
    exit: 1,
    complained: [expect.stringMatching(/^No code like that is open\./)],
  });
  expect(await tell({ name: 'pair', text: 'Eve' })).toMatchObject({
    exit: 1,
    complained: [expect.stringContaining('eight letters and digits')],
  });
  expect(await tell({ name: 'pair', text: code.toLowerCase() })).toMatchObject({
    exit: 0,
    printed: ['Eve⟨U+001B⟩[31m · test:eve is let in, and is told so in their chat.'],
  });
  expect((await tell({ name: 'people', text: '' })).printed).toEqual([
    'Admin     test:ann',
    expect.stringMatching(/^Let in {4}Eve.* · test:eve · since \d{4}-\d\d-\d\d by operator$/),
  ]);
  expect(await tell({ name: 'unpair', text: 'test:ann' })).toMatchObject({
    exit: 1,
    complained: ['test:ann is an admin by configuration: an operator can change DRAGOMAN_ADMINS.'],
  });
  expect((await tell({ name: 'unpair', text: 'test:eve' })).printed).toEqual([
    expect.stringContaining('test:eve is no longer let in.'),
  ]);
  expect((await tell({ name: 'people', text: '' })).printed).toEqual([
    'Admin     test:ann',
    'Nobody was let in, and nobody asks to be.',
  ]);
}

describe('people, from the command line', () => {
  test('in the store, where no process runs', async () => {
    await withStore(ask);
    await wholeLife();
  });

  test('by the process that runs', () =>
    withStore(async (store) => {
      await ask(store);
      const stop = new AbortController();
      const commands = peopleCommands({ store, ids, admins: ['test:ann'], log: silent });
      const served = serveControl(controlPath(place.data), commands, { signal: stop.signal, log: silent });
      try {
        await expect.poll(async () => (await tell({ name: 'people', text: '' })).exit).toBe(0);
        await wholeLife();
      } finally {
        stop.abort();
        await served;
      }
    }));

  test('where nothing is stored nothing is made', async () => {
    const data = join(place.cwd, 'nowhere');
    const { exit, complained } = await tell({ name: 'pair', text: code }, data);
    expect(exit).toBe(1);
    expect(complained).toEqual([expect.stringMatching(/^Nothing is stored in .*nowhere yet/)]);
  });

  test('a kept secret is used, and one that must be given is asked for', async () => {
    await withStore(ask);
    await writeFile(join(place.data, 'secret'), `${secret}\n`);
    const printed: string[] = [];
    const complained: string[] = [];
    const terminal = {
      print: (line: string) => void printed.push(line),
      complain: (line: string) => void complained.push(line),
    };
    const order: PeopleOrder = { name: 'pair', text: code };
    const source = (more: Record<string, string>) => ({
      environment: { DRAGOMAN_DATA: place.data, ...more },
      directory: place.cwd,
      adapters: [],
    });
    expect(await tellPeople(source({}), order, terminal)).toBe(0);
    const shared = { DATABASE_URL: 'postgres://127.0.0.1:1/none' };
    expect(await tellPeople(source(shared), order, terminal)).toBe(2);
    expect(complained).toEqual([expect.stringMatching(/^DATABASE_URL is set without DRAGOMAN_SECRET/)]);
  });
});
