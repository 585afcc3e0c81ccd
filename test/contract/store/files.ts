import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { inboxId, noInbox, serverMessageId } from '../../../src/core/ids.ts';
import type { FileRow, NewFile, Piece, PromptRow } from '../../../src/store/types.ts';
import { ann, ben, fresh, makePlace, type Place, type Rig } from './rig.ts';

const windowMs = 600_000;
const file = (name: string, ...bytes: number[]): NewFile => ({
  name,
  mime: 'image/png',
  bytes: Uint8Array.from(bytes),
});

/** Every value of a byte, as a file that is no text holds them. */
const everyByte = Array.from({ length: 256 }, (_, value) => value);

export function fileSuite(rig: Rig): void {
  const numbers = { inbox: 2_000_000 };
  const enqueue = (
    place: Place,
    files: readonly NewFile[],
    more: Partial<Piece> = {},
  ): Promise<PromptRow> => {
    numbers.inbox += 1;
    const named = files.map(({ name, mime, bytes }) => ({ name, mime, size: bytes.length }));
    const piece = {
      inbox: inboxId(numbers.inbox),
      message: fresh('message'),
      text: '',
      files: named,
      ...more,
    };
    const { session, thread } = place;
    return rig.store.prompts.enqueue(
      place.lease,
      { session: session.id, thread: thread.id, author: ann, piece, files },
      windowMs,
    );
  };
  const names = (rows: readonly FileRow[]) => rows.map(({ name }) => name);
  const ofPrompt = (prompt: PromptRow) => rig.store.files.ofPrompt(prompt.id);

  describe('files', () => {
    test('are kept byte by byte, in the order of pieces and within them, and once', async () => {
      const place = await makePlace(rig.store);
      const first = await enqueue(place, [file('a.png', ...everyByte), file('b\0.png', 1)]);
      const inbox = first.pieces[0]?.inbox ?? noInbox;
      await enqueue(place, [file('c.png', 2)]);
      await enqueue(place, [file('again.png', 3)], { inbox });
      const rows = await ofPrompt(first);
      expect(names(rows)).toEqual(['a.png', 'b\uFFFD.png', 'c.png']);
      expect([...(rows[0]?.bytes ?? [])]).toEqual(everyByte);
      expect(rows.map((row) => [row.inbox, row.position])).toEqual([
        [inbox, 0],
        [inbox, 1],
        [inbox + 1, 0],
      ]);
    });

    test('ten megabytes are no matter', async () => {
      const place = await makePlace(rig.store);
      const bytes = new Uint8Array(10_000_000).fill(7);
      const prompt = await enqueue(place, [{ name: 'big.png', mime: 'image/png', bytes }]);
      const [row] = await ofPrompt(prompt);
      expect(Buffer.compare(Buffer.from(row?.bytes ?? []), bytes)).toBe(0);
    });

    test('go with the piece that is withdrawn, and with the whole prompt', async () => {
      const place = await makePlace(rig.store);
      const { prompts } = rig.store;
      const first = await enqueue(place, [file('a.png', 1)]);
      const both = await enqueue(place, [file('b.png', 2)]);
      const withdraw = (at: number) =>
        prompts.withdrawPiece(place.lease, place.thread.id, both.pieces[at]?.message ?? '');
      expect(await withdraw(0)).toBe('changed');
      expect(names(await ofPrompt(first))).toEqual(['b.png']);
      expect(await withdraw(1)).toBe('changed');
      expect(await ofPrompt(first)).toEqual([]);

      const other = await enqueue(place, [file('c.png', 3)]);
      expect(await prompts.withdraw(place.lease, other.id)).toBe(true);
      expect(await ofPrompt(other)).toEqual([]);
    });

    test('an edit of the caption leaves them, an answer lets them go', async () => {
      const place = await makePlace(rig.store);
      const { prompts } = rig.store;
      const prompt = await enqueue(place, [file('a.png', 1)]);
      const message = prompt.pieces[0]?.message ?? '';
      expect(await prompts.editPiece(place.lease, place.thread.id, message, 'other words')).toBe('changed');
      expect((await prompts.byId(prompt.id))?.pieces).toMatchObject([
        { text: 'other words', files: [{ name: 'a.png', mime: 'image/png', size: 1 }] },
      ]);
      expect(names(await ofPrompt(prompt))).toEqual(['a.png']);
      await prompts.markSent(place.lease, prompt.id, serverMessageId(fresh('msg')));
      expect(names(await ofPrompt(prompt))).toEqual(['a.png']);
      await prompts.settle(place.lease, prompt.id, 'answered', {});
      expect(await ofPrompt(prompt)).toEqual([]);
    });

    test('those of a prompt that failed stay for a day', async () => {
      const place = await makePlace(rig.store);
      const { prompts, inbox } = rig.store;
      const prompt = await enqueue(place, [file('a.png', 1)]);
      await prompts.markSent(place.lease, prompt.id, serverMessageId(fresh('msg')));
      await prompts.settle(place.lease, prompt.id, 'failed', {});
      await inbox.prune();
      expect(names(await ofPrompt(prompt))).toEqual(['a.png']);
      await sql`update prompt set settled_at = now() - interval '25 hours' where id = ${prompt.id}`.execute(
        rig.db,
      );
      await inbox.prune();
      expect(await ofPrompt(prompt)).toEqual([]);
    });
  });

  describe('who has spoken', () => {
    test('in a session: everybody whose prompt was not taken back', async () => {
      const place = await makePlace(rig.store);
      const { prompts } = rig.store;
      const { session, thread, lease } = place;
      expect(await prompts.authors(session.id)).toEqual([]);
      expect(await prompts.hasSpoken(thread.id)).toBe(false);
      const prompt = await enqueue(place, []);
      const inbox = prompt.pieces[0]?.inbox ?? noInbox;
      expect(await prompts.authors(session.id)).toEqual([ann]);
      expect(await prompts.hasSpoken(thread.id)).toBe(true);
      expect(await prompts.byPiece(thread.id, inbox)).toEqual(prompt);
      expect(await prompts.byPiece(thread.id, inboxId(inbox + 1))).toBeUndefined();
      await prompts.withdraw(lease, prompt.id);
      expect(await prompts.authors(session.id)).toEqual([]);
      expect(await prompts.hasSpoken(thread.id)).toBe(false);
      const theirs = { messageId: serverMessageId(fresh('msg')), text: 'hi', joins: undefined };
      await prompts.adopt(lease, { session: session.id, thread: thread.id, author: ben, ...theirs });
      expect(await prompts.authors(session.id)).toEqual([]);
    });
  });
}
