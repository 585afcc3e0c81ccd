import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, FencedOutError } from '../../../src/core/errors.ts';
import {
  inboxId,
  promptId,
  serverMessageId,
  serverRequestId,
  serverSessionId,
} from '../../../src/core/ids.ts';
import { openStore } from '../../../src/store/database.ts';
import type { Store } from '../../../src/store/types.ts';
import { silent } from '../../embedded.ts';
import { type Postgres, startPostgres } from '../../postgres.ts';
import { sharedDatabase } from '../../shared.ts';
import { startProxy } from './proxy.ts';
import { ann, fresh, hold, makePlace, message, textOf } from './rig.ts';

const place = { server: 'x', project: 'api' };

describe('on Postgres', () => {
  const servers: Postgres[] = [];
  const postgres = () => servers[0] ?? expect.unreachable();
  const stores: Store[] = [];
  const open = async () => {
    const store = await openStore({ url: await postgres().url('shared'), dataDir: '/nowhere', log: silent });
    stores.push(store);
    return store;
  };
  beforeAll(async () => {
    servers.push(await startPostgres());
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await postgres().stop();
  });

  test('an event accepted by one process wakes another', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    expect(other.engine).toBe('postgres');
    await wakes(other, one);
  });

  test('an event delivered to two processes at once is one event', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    const event = message(fresh('thread'), 'twice');
    const server = fresh('server');
    const tries = Array.from({ length: 20 }, (_, n) =>
      (n % 2 ? one : other).inbox.accept(event, { server, project: 'api' }),
    );
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
    expect((await one.inbox.pending(server, 10)).map((row) => textOf(row.event))).toEqual(['twice']);
  });

  test('a write that was begun under the lease is over before another process has it', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    const { server, lease, thread } = await makePlace(one);
    const url = await postgres().url('shared');
    const [blocker, watcher] = [new pg.Client(url), new pg.Client(url)];
    await Promise.all([blocker.connect(), watcher.connect()]);
    try {
      const waiting = async () => {
        const found = await watcher.query("select from pg_stat_activity where wait_event_type = 'Lock'");
        return found.rowCount;
      };
      await blocker.query('begin');
      await blocker.query("insert into ledger (thread, slot, key) values ($1, '1/0/text/1', 'theirs')", [
        thread.id,
      ]);
      const write = one.ledger.begin(lease, thread.id, '1/0/text/1', 'ours');
      await expect.poll(waiting).toBe(1);
      const released = one.leases.release(lease);
      await expect.poll(waiting).toBe(2);

      await blocker.query('rollback');
      expect(await write).toMatchObject({ key: 'ours' });
      await released;
    } finally {
      await Promise.all([blocker.end(), watcher.end()]);
    }
    const theirs = await hold(other, server, 'them', 60_000);
    expect(theirs.fence).toBeGreaterThan(lease.fence);
    await expect(one.ledger.removed(lease, thread.id, '1/0/text/1')).rejects.toBeInstanceOf(FencedOutError);
  });

  test('restarting the database in mid-use loses nothing that was acknowledged', async () => {
    const store = await open();
    const { server, lease, thread } = await makePlace(store);
    const acknowledged: string[] = [];
    const restarts = { left: 3 };
    const write = async (writer: number) => {
      for (let n = 0; restarts.left > 0; n++) {
        const text = `${writer}/${n}`;
        await store.inbox.accept(message(`${server}/${writer}`, text), { server, project: 'api' });
        acknowledged.push(text);
      }
    };
    const slots: string[] = [];
    const post = async () => {
      for (let n = 0; restarts.left > 0; n++) {
        const slot = `1/0/text/${n}` as const;
        await store.ledger.begin(lease, thread.id, slot, 'key');
        slots.push(slot);
      }
    };
    const restart = async () => {
      for (; restarts.left > 0; restarts.left--) {
        const before = acknowledged.length + 20;
        await expect.poll(() => acknowledged.length, { interval: 5 }).toBeGreaterThan(before);
        await postgres().restart('immediate');
      }
    };
    await Promise.all([write(0), write(1), write(2), post(), restart()]);

    const stored = (await store.inbox.pending(server, 100_000)).map(({ event }) => textOf(event));
    expect(stored.toSorted()).toEqual(acknowledged.toSorted());
    for (let writer = 0; writer < 3; writer++)
      expect(stored.filter((text) => text.startsWith(`${writer}/`))).toEqual(
        acknowledged.filter((text) => text.startsWith(`${writer}/`)),
      );
    expect((await store.ledger.forPrompt(thread.id, promptId(1))).map(({ slot }) => slot)).toEqual(slots);

    const other = await open();
    await wakes(store, other);
  });

  test('a change whose commit was not acknowledged is still told as made', async () => {
    const proxy = await startProxy(await postgres().url('shared'));
    const direct = await open();
    const { lease, thread, session } = await makePlace(direct);
    const store = await openStore({ url: proxy.url, dataDir: '/nowhere', log: silent });
    try {
      const piece = { inbox: inboxId(9_000_000), message: fresh('message'), text: 'go' };
      const prompt = await proxy.loseCommit('cut', () =>
        store.prompts.enqueue(lease, { session: session.id, thread: thread.id, author: ann, piece }, 0),
      );
      expect(await direct.prompts.open(session.id)).toEqual([prompt]);

      const messageId = serverMessageId(fresh('msg'));
      const markSent = () => store.prompts.markSent(lease, prompt.id, messageId);
      expect(await proxy.loseCommit('cut', markSent)).toBe(true);
      expect(await markSent()).toBe(false);

      const asking = serverSessionId('s');
      const id1 = serverRequestId(fresh('que'));
      const request = { kind: 'question' as const, id: id1, session: asking, from: asking, questions: [] };
      const asked = { session: session.id, prompt: prompt.id, request, position: 0, attempt: 0 };
      const { id } = await store.requests.open(lease, asked, 60_000);
      const decide = () => store.requests.decide(lease, id, { reply: 'reject', reason: 'no' }, ann);
      expect(await proxy.loseCommit('cut', decide)).toMatchObject({ id, state: 'settling' });
      expect(await decide()).toBeUndefined();

      const close = () => store.requests.close(lease, id, 'settled');
      expect(await proxy.loseCommit('cut', close)).toBe(true);
      expect(await close()).toBe(false);

      const settle = () => store.prompts.settle(lease, prompt.id, 'answered', {});
      expect(await proxy.loseCommit('mute', settle)).toBe(true);
      expect(await settle()).toBe(false);
    } finally {
      await store.close();
      await proxy.stop();
    }
  });
});

/** An event that one process accepts ends the wait of another, which would last for an hour. */
async function wakes(waiter: Store, writer: Store): Promise<void> {
  const state = { awake: false };
  const waiting = waiter.wait(3_600_000, new AbortController().signal).then(() => {
    state.awake = true;
  });
  // One that does not listen yet hears of the next.
  await expect
    .poll(async () => {
      await writer.inbox.accept(message(fresh('thread'), 'awake'), place);
      return state.awake;
    })
    .toBe(true);
  await waiting;
}

describe.concurrent('a database that cannot be opened is refused with its name and the fix', () => {
  const refusal = (url: string) =>
    openStore({ url, dataDir: '/nowhere', log: silent }).then(
      () => expect.unreachable(),
      (error: unknown) => error,
    );

  test('no address', async () => {
    const error = await refusal('mysql://x');
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({
      message:
        'DATABASE_URL is no Postgres address; write it as postgres://user:password@host:5432/database.',
    });
  });

  test('nobody answers', async () => {
    const error = await refusal('postgres://bob:hunter2@127.0.0.1:1/chat');
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({
      message:
        'Could not open database "chat" at 127.0.0.1:1 as bob: connect ECONNREFUSED 127.0.0.1:1. ' +
        'Start it, correct DATABASE_URL, or unset DATABASE_URL to use the embedded database.',
    });
  });

  test('no such database', async () => {
    const url = new URL(await sharedDatabase());
    url.pathname = '/missing';
    const error = await refusal(url.href);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain('database "missing" does not exist. Correct DATABASE_URL');
  });
});
