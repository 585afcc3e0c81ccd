import { describe, expect, test } from 'vitest';
import { promptId, threadId } from '../../../src/core/ids.ts';
import { noticeKey } from '../../../src/core/slot.ts';
import { fresh, makePlace, message, type Rig } from './rig.ts';

export function ledgerSuite(rig: Rig): void {
  describe('ledger', () => {
    test('a post is begun once, and its outcome is unknown until it is told', async () => {
      const { lease, thread } = await makePlace(rig.store);
      const { ledger } = rig.store;
      const slot = '7/0/text/1';
      const begun = await ledger.begin(lease, thread.id, slot, 'key-1');
      expect(begun).toEqual({
        thread: thread.id,
        slot,
        key: 'key-1',
        message: undefined,
        hash: '',
        refused: false,
        removed: false,
      });
      expect(await ledger.begin(lease, thread.id, slot, 'key-2')).toEqual(begun);

      await ledger.posted(lease, thread.id, slot, 'm1', 'h1');
      await ledger.posted(lease, thread.id, slot, 'm1', 'h1');
      const posted = { ...begun, message: 'm1', hash: 'h1' };
      expect(await ledger.begin(lease, thread.id, slot, 'key-3')).toEqual(posted);
      expect(await ledger.byMessage(thread.id, 'm1')).toEqual(posted);
      expect(await ledger.byMessage(threadId(0), 'm1')).toBeUndefined();

      await ledger.shown(lease, thread.id, slot, 'h2');
      expect(await ledger.forPrompt(thread.id, promptId(7))).toEqual([{ ...posted, hash: 'h2' }]);
      await ledger.refused(lease, thread.id, slot, 'h3');
      expect(await ledger.forPrompt(thread.id, promptId(7))).toEqual([
        { ...posted, hash: 'h3', refused: true },
      ]);
      await ledger.shown(lease, thread.id, slot, 'h3');
      expect(await ledger.forPrompt(thread.id, promptId(7))).toEqual([{ ...posted, hash: 'h3' }]);
      await ledger.removed(lease, thread.id, slot);
      expect(await ledger.forPrompt(thread.id, promptId(7))).toMatchObject([
        { removed: true, message: 'm1' },
      ]);
    });

    test('slots of a prompt are listed in order of posting, and no other', async () => {
      const { lease, thread } = await makePlace(rig.store);
      const { ledger } = rig.store;
      for (const slot of [
        '12/1/text/1',
        '1/0/text/1',
        '12/0/activity/1',
        '0/0/notice/12',
        '12/0/text/10',
      ] as const)
        await ledger.begin(lease, thread.id, slot, 'key');
      expect((await ledger.forPrompt(thread.id, promptId(12))).map(({ slot }) => slot)).toEqual([
        '12/1/text/1',
        '12/0/activity/1',
        '12/0/text/10',
      ]);
    });

    test('threads of a prompt are known until they leave it, and what was left is nobody’s any more', async () => {
      const { ledger } = rig.store;
      const [one, two] = [await makePlace(rig.store), await makePlace(rig.store)];
      const prompt = promptId(one.thread.id * 1000);
      for (const { lease, thread } of [one, two]) {
        await ledger.begin(lease, thread.id, `${prompt}/1/text/1`, 'key');
        await ledger.posted(lease, thread.id, `${prompt}/1/text/1`, `m${thread.id}`, 'h');
        await ledger.begin(lease, thread.id, `${prompt * 10 + 1}/1/text/1`, 'key');
      }
      const ids = [one.thread.id, two.thread.id];
      expect((await ledger.threadsOf(prompt)).toSorted()).toEqual(ids.toSorted());
      await ledger.leave(two.lease, two.thread.id, prompt);
      expect(await ledger.threadsOf(prompt)).toEqual([one.thread.id]);
      expect(await ledger.byMessage(two.thread.id, `m${two.thread.id}`)).toBeUndefined();
      expect(await ledger.byMessage(one.thread.id, `m${one.thread.id}`)).toBeDefined();
      await ledger.shown(two.lease, two.thread.id, `${prompt}/1/text/1`, 'h2');
      expect(await ledger.threadsOf(prompt)).toHaveLength(2);
      expect(await ledger.threadsOf(promptId(prompt * 10 + 1))).toHaveLength(2);
      await ledger.removed(one.lease, one.thread.id, `${prompt}/1/text/1`);
      expect(await ledger.threadsOf(prompt)).toEqual([two.thread.id]);
    });

    test('what is to be said is known until it is shown or given up, and is stored once', async () => {
      const { server, lease, thread } = await makePlace(rig.store);
      const { ledger } = rig.store;
      const content = (markdown: string) =>
        ({ kind: 'notice', markdown, buttons: [], live: false, silent: true }) as const;
      const say = (name: string, markdown: string) =>
        ledger.say(lease, thread.id, noticeKey(name), 'key', content(markdown));
      expect([await say('a', 'first'), await say('b', 'second'), await say('a', 'other')]).toEqual([
        true,
        true,
        false,
      ]);
      expect(await ledger.unsaid(server)).toEqual([
        { thread, slot: noticeKey('a'), content: content('first') },
        { thread, slot: noticeKey('b'), content: content('second') },
      ]);
      expect(await ledger.unsaid('another')).toEqual([]);

      await ledger.posted(lease, thread.id, noticeKey('a'), 'm1', '');
      expect(await ledger.unsaid(server)).toHaveLength(2);
      await ledger.shown(lease, thread.id, noticeKey('a'), 'h1');
      await ledger.removed(lease, thread.id, noticeKey('b'));
      expect(await ledger.unsaid(server)).toEqual([]);
      expect([await say('a', 'again'), await say('b', 'again')]).toEqual([false, false]);
      await say('c', 'third');
      await ledger.posted(lease, thread.id, noticeKey('c'), 'm2', 'h2');
      expect(await ledger.unsaid(server)).toEqual([]);
    });

    test('a file that is to be said is kept with its bytes, whichever they are', async () => {
      const { server, lease, thread } = await makePlace(rig.store);
      const { ledger } = rig.store;
      const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const file = { name: 'a.bin', mime: 'application/octet-stream', bytes, markdown: 'x', silent: true };
      await ledger.say(lease, thread.id, noticeKey('a'), 'key', file);
      expect(await ledger.unsaid(server)).toEqual([{ thread, slot: noticeKey('a'), content: file }]);
    });
  });
}

export function documentSuite(rig: Rig): void {
  describe('documents', () => {
    test('each adapter has its own, in order of keys', async () => {
      const adapter = fresh('adapter');
      const documents = rig.store.documents(adapter);
      await documents.put('cursor', 'b', { offset: 7 });
      await documents.put('cursor', 'B', ['list']);
      await documents.put('cursor', 'a', null);
      await documents.put('cursor', 'b', 'text \0');
      await documents.put('other', 'a', 1);
      expect(await documents.list('cursor')).toEqual([
        { key: 'B', value: ['list'] },
        { key: 'a', value: null },
        { key: 'b', value: 'text \uFFFD' },
      ]);
      expect(await documents.get('cursor', 'B')).toEqual(['list']);
      await documents.remove('cursor', 'B');
      await documents.remove('cursor', 'B');
      expect(await documents.get('cursor', 'B')).toBeUndefined();
      expect(await rig.store.documents(fresh('adapter')).list('cursor')).toEqual([]);
    });
  });
}

export function wholeSuite(rig: Rig): void {
  describe('as a whole', () => {
    test('counts tell what is there', async () => {
      const before = await rig.store.counts();
      const place = await makePlace(rig.store);
      await rig.store.inbox.accept(message(place.thread.address.thread, 'x'), {
        server: place.server,
        project: 'api',
      });
      expect(await rig.store.counts()).toEqual({
        ...before,
        threads: before.threads + 1,
        bound: before.bound + 1,
        inbox: before.inbox + 1,
      });
    });

    test('statements are counted', async () => {
      const before = rig.store.statements();
      await rig.store.threads.byId(threadId(1));
      expect(rig.store.statements()).toBe(before + 1);
      await rig.store.ping();
    });
  });
}
