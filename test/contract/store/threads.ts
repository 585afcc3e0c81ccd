import { describe, expect, test } from 'vitest';
import { serverSessionId, threadId } from '../../../src/core/ids.ts';
import { fresh, makePlace, message, type Rig } from './rig.ts';

export function threadSuite(rig: Rig): void {
  describe('threads and sessions', () => {
    test('a thread is bound once', async () => {
      const { store } = rig;
      const { server, lease, thread, session } = await makePlace(store);
      expect(await store.threads.bind(lease, thread.id, '/elsewhere', 'again')).toEqual(session);
      expect(session).toMatchObject({ server, project: 'api', directory: '/srv/api', title: 'hello' });
      expect(await store.threads.byId(thread.id)).toEqual(thread);
      expect(await store.threads.bySession(session.id)).toEqual([thread]);
      expect(await store.threads.byId(threadId(0))).toBeUndefined();
    });

    test('is one of several that show a session', async () => {
      const { store } = rig;
      const [one, two] = [await makePlace(store), await makePlace(store)];
      await store.threads.watch(two.lease, two.thread.id, one.session.id);
      expect((await store.threads.bySession(one.session.id)).map(({ id }) => id)).toEqual([
        one.thread.id,
        two.thread.id,
      ]);
      expect(await store.threads.attach(one.lease, one.thread.id, one.session.id)).toMatchObject({
        id: two.thread.id,
      });
      expect(await store.threads.bind(two.lease, two.thread.id, '/elsewhere', 'x')).toEqual(one.session);
      await store.threads.detach(two.lease, two.thread.id);
      expect((await store.threads.bySession(one.session.id)).map(({ id }) => id)).toEqual([one.thread.id]);
    });

    test('many who bind one thread at once get one session', async () => {
      const { store } = rig;
      const { server, lease } = await makePlace(store);
      const event = message(fresh('thread'), 'x');
      await store.inbox.accept(event, { server, project: 'api' });
      const thread = await store.threads.byAddress(event.address);
      const bound = await Promise.all(
        Array.from({ length: 8 }, () => store.threads.bind(lease, thread?.id ?? threadId(0), '/d', 't')),
      );
      expect(new Set(bound.map(({ id }) => id)).size).toBe(1);
    });

    test("the server's session is remembered and forgotten", async () => {
      const { store } = rig;
      const { server, lease, session } = await makePlace(store);
      expect(session.serverSession).toBeUndefined();
      await store.sessions.setSession(lease, session.id, serverSessionId('ses_1'));
      expect(await store.sessions.bySession(server, serverSessionId('ses_1'))).toEqual({
        ...session,
        serverSession: 'ses_1',
      });
      expect(await store.sessions.bySession('elsewhere', serverSessionId('ses_1'))).toBeUndefined();
      await store.sessions.setSession(lease, session.id, undefined);
      expect(await store.sessions.byId(session.id)).toEqual(session);
    });
  });
}
