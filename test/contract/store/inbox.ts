import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { noInbox, threadId } from '../../../src/core/ids.ts';
import { fresh, makePlace, message, type Rig, textOf } from './rig.ts';

export function inboxSuite(rig: Rig): void {
  describe('inbox', () => {
    const pending = async (server: string) =>
      (await rig.store.inbox.pending(server, 100)).map(({ event }) => textOf(event));

    test('an event comes back as it was accepted, in a thread made for it', async () => {
      const server = fresh('server');
      const event = message(fresh('thread'), 'fix it');
      expect(await rig.store.inbox.accept(event, { server, project: 'api' })).toBe(true);

      const [row] = await rig.store.inbox.pending(server, 10);
      expect(row?.event).toEqual(event);
      expect(row?.attempts).toBe(0);
      expect(row?.thread).toEqual({
        id: row?.thread.id,
        address: event.address,
        server,
        project: 'api',
        session: undefined,
        verbosity: 'normal',
        model: undefined,
        agent: undefined,
        notify: 'all',
        listen: 'all',
        mutedUntil: undefined,
      });
    });

    test('the same event twice is one event', async () => {
      const server = fresh('server');
      const event = message(fresh('thread'), 'once');
      const tries = Array.from({ length: 20 }, () =>
        rig.store.inbox.accept(event, { server, project: 'api' }),
      );
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
      expect(await rig.store.inbox.accept(event, { server, project: 'api' })).toBe(false);
      expect(await pending(server)).toEqual(['once']);
    });

    test('the same id on another platform is another event', async () => {
      const server = fresh('server');
      const event = message(fresh('thread'), 'here');
      const other = { ...event, address: { ...event.address, platform: 'elsewhere' }, text: 'there' };
      for (const one of [event, other])
        expect(await rig.store.inbox.accept(one, { server, project: 'api' })).toBe(true);
      expect(await pending(server)).toEqual(['here', 'there']);
    });

    test('a thread keeps the server and project it was made with', async () => {
      const server = fresh('server');
      const event = message(fresh('thread'), 'first');
      await rig.store.inbox.accept(event, { server, project: 'api' });
      const later = message(event.address.thread, 'second');
      await rig.store.inbox.accept(later, { server: fresh('server'), project: 'web' });
      expect(await pending(server)).toEqual(['first', 'second']);
      expect((await rig.store.threads.byAddress(event.address))?.project).toBe('api');
    });

    test('text that Postgres cannot hold is stored without what it cannot hold', async () => {
      const server = fresh('server');
      const event = message(fresh('thread'), 'nul \0, half \uD83D, whole 😀, spelt \\u0000');
      await rig.store.inbox.accept(event, { server, project: 'api' });
      expect(await pending(server)).toEqual(['nul \uFFFD, half \uFFFD, whole 😀, spelt \\u0000']);
    });

    test('events of a thread are handled in order, and a delayed one holds back only its own thread', async () => {
      const { server, lease, thread } = await makePlace(rig.store);
      const other = fresh('thread');
      for (const [place, text] of [
        [thread.address.thread, 'a1'],
        [other, 'b1'],
        [thread.address.thread, 'a2'],
        [other, 'b2'],
      ] as const)
        await rig.store.inbox.accept(message(place, text), { server, project: 'api' });
      expect(await pending(server)).toEqual(['a1', 'b1', 'a2', 'b2']);

      const [a1] = await rig.store.inbox.pending(server, 1);
      await rig.store.inbox.postpone(lease, a1?.id ?? noInbox, 600_000, 'the server is away');
      expect(await pending(server)).toEqual(['b1', 'b2']);

      await rig.store.inbox.postpone(lease, a1?.id ?? noInbox, 0, 'now');
      expect(await pending(server)).toEqual(['a1', 'b1', 'a2', 'b2']);
      expect((await rig.store.inbox.pending(server, 1))[0]?.attempts).toBe(2);

      await rig.store.inbox.finish(lease, a1?.id ?? noInbox);
      expect(await pending(server)).toEqual(['b1', 'a2', 'b2']);
    });

    test('events of busy threads are left out, so that they hide no other thread', async () => {
      const { server, thread } = await makePlace(rig.store);
      const other = fresh('thread');
      for (const [place, text] of [
        [thread.address.thread, 'a1'],
        [thread.address.thread, 'a2'],
        [other, 'b1'],
      ] as const)
        await rig.store.inbox.accept(message(place, text), { server, project: 'api' });
      const [seen, ...more] = await rig.store.inbox.pending(server, 2, [threadId(0), thread.id]);
      expect([seen && textOf(seen.event), more]).toEqual(['b1', []]);
      expect(await rig.store.inbox.pending(server, 2, [thread.id, seen?.thread.id ?? threadId(0)])).toEqual(
        [],
      );
    });

    test('ids within a thread are in order of acceptance, however many accept at once', async () => {
      const server = fresh('server');
      const threads = [fresh('thread'), fresh('thread')];
      const accepted = new Map<string, string[]>(threads.map((thread) => [thread, []]));
      const accept = async (thread: string, text: string) => {
        await rig.store.inbox.accept(message(thread, text), { server, project: 'api' });
        accepted.get(thread)?.push(text);
      };
      // Each of 8 writers waits for its own answer before it goes on; its events must stay in its order.
      await Promise.all(
        Array.from({ length: 8 }, async (_, writer) => {
          for (let n = 0; n < 10; n++) await accept(threads[writer % 2] ?? '', `${writer}/${n}`);
        }),
      );
      const order = (await rig.store.inbox.pending(server, 100)).map(({ event }) => textOf(event));
      expect(order).toHaveLength(80);
      for (let writer = 0; writer < 8; writer++)
        expect(order.filter((text) => text.startsWith(`${writer}/`))).toEqual(
          Array.from({ length: 10 }, (_, n) => `${writer}/${n}`),
        );
    });

    test('what was handled is forgotten after 7 days, what was not is kept', async () => {
      const { server, lease, thread } = await makePlace(rig.store);
      const { address } = thread;
      for (const text of ['old', 'recent', 'waiting'])
        await rig.store.inbox.accept(message(address.thread, text), { server, project: 'api' });
      const [old, recent, waiting] = await rig.store.inbox.pending(server, 10);
      for (const row of [old, recent]) await rig.store.inbox.finish(lease, row?.id ?? noInbox);
      await age(rig, old?.id ?? 0, 8);
      await age(rig, recent?.id ?? 0, 6);

      expect(await rig.store.inbox.prune()).toBe(1);
      expect(await rig.store.inbox.accept(old?.event ?? message('', ''), { server, project: 'api' })).toBe(
        true,
      );
      expect(await rig.store.inbox.accept(recent?.event ?? message('', ''), { server, project: 'api' })).toBe(
        false,
      );
      expect((await rig.store.inbox.pending(server, 10))[0]?.id).toBe(waiting?.id);
    });
  });
}

export function wakeSuite(rig: Rig): void {
  describe('wake-up', () => {
    test('an accepted event ends the wait', async () => {
      const { signal } = new AbortController();
      const waiting = rig.store.wait(30_000, signal);
      await rig.store.inbox.accept(message(fresh('thread'), 'wake'), { server: 'x', project: 'api' });
      await expect(waiting).resolves.toBeUndefined();
    });

    test('an event between looking and waiting is not slept over', async () => {
      const { signal } = new AbortController();
      await rig.store.wait(1, signal);
      await rig.store.inbox.accept(message(fresh('thread'), 'early'), { server: 'x', project: 'api' });
      await rig.store.wait(30_000, signal);
    });

    test('it ends after its time and when aborted', async () => {
      await rig.store.wait(1, new AbortController().signal);
      await rig.store.wait(30_000, AbortSignal.abort());
    });
  });
}

async function age({ db }: Rig, id: number, days: number): Promise<void> {
  await sql`update inbox set handled_at = now() - ${days} * interval '1 day' where id = ${id}`.execute(db);
}
