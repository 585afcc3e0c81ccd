import { describe, expect, test } from 'vitest';
import type { Author, MessageId } from '../../../src/core/channel.ts';
import { inboxId, type PromptId, serverMessageId } from '../../../src/core/ids.ts';
import type { Piece, PromptRow } from '../../../src/store/types.ts';
import { ann, ben, fresh, makePlace, type Place, type Rig } from './rig.ts';

export function promptSuite(rig: Rig): void {
  describe('prompts', () => {
    const windowMs = 600_000;
    let inbox = 1_000_000;
    const piece = (text: string): Piece => ({ inbox: inboxId(++inbox), message: fresh('message'), text });
    const enqueue = (place: Place, one: Piece, author: Author = ann, within = windowMs) =>
      rig.store.prompts.enqueue(
        place.lease,
        { session: place.session.id, thread: place.thread.id, author, piece: one },
        within,
      );
    const texts = ({ pieces }: PromptRow) => pieces.map(({ text }) => text);

    test('pieces of one author within the window are one prompt', async () => {
      const place = await makePlace(rig.store);
      const first = await enqueue(place, piece('fix the test'));
      const second = await enqueue(place, piece('and the docs'));
      expect(second.id).toBe(first.id);
      expect(texts(second)).toEqual(['fix the test', 'and the docs']);
      expect(second.readyAt - first.createdAt).toBeGreaterThanOrEqual(windowMs);
      expect(await rig.store.prompts.open(place.session.id)).toEqual([second]);
    });

    test('another author, a closed window or a prompt that is sent begin a new one', async () => {
      const place = await makePlace(rig.store);
      const first = await enqueue(place, piece('one'));
      const other = await enqueue(place, piece('two'), ben);
      const late = await enqueue(place, piece('three'), ben, 0);
      expect(await rig.store.prompts.markSent(place.lease, late.id, serverMessageId(fresh('msg')))).toBe(
        true,
      );
      const after = await enqueue(place, piece('four'), ben);
      const ids = [first, other, late, after].map(({ id }) => id);
      expect((await rig.store.prompts.open(place.session.id)).map(({ id }) => id)).toEqual(ids);
      expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    });

    test('what was said longer apart than the window is two prompts, though it comes at once', async () => {
      const place = await makePlace(rig.store);
      await enqueue(place, { ...piece('one'), at: 1_000 });
      const both = await enqueue(place, { ...piece('and more'), at: 1_000 + windowMs });
      expect(texts(both)).toEqual(['one', 'and more']);
      const later = await enqueue(place, { ...piece('much later'), at: 1_001 + 2 * windowMs });
      expect(texts(later)).toEqual(['much later']);
    });

    test('what was withdrawn is listed until nothing of it stands in the thread', async () => {
      const { prompts } = rig.store;
      const place = await makePlace(rig.store);
      const said = piece('never mind');
      const { id } = await enqueue(place, said);
      await enqueue(place, piece('this stays'), ben);
      expect(await prompts.withdrawn(place.session.id)).toEqual([]);
      await prompts.withdrawPiece(place.lease, place.thread.id, said.message);
      expect((await prompts.withdrawn(place.session.id)).map((row) => row.id)).toEqual([id]);
      await prompts.markDelivered(place.lease, id);
      expect(await prompts.withdrawn(place.session.id)).toEqual([]);
    });

    test('a piece joins only the last prompt of the session, so that order is kept', async () => {
      const place = await makePlace(rig.store);
      await enqueue(place, piece('ann 1'));
      await enqueue(place, piece('ben'), ben);
      expect(texts(await enqueue(place, piece('ann 2')))).toEqual(['ann 2']);
    });

    test('the same piece again changes nothing, whatever became of its prompt', async () => {
      const place = await makePlace(rig.store);
      const one = piece('once');
      const queued = await enqueue(place, one);
      expect(await enqueue(place, one)).toEqual(queued);
      await rig.store.prompts.settle(place.lease, queued.id, 'answered', {});
      expect(await enqueue(place, one)).toMatchObject({ id: queued.id, state: 'answered' });
      expect(await rig.store.prompts.open(place.session.id)).toEqual([]);
    });

    test('queued pieces are changed and withdrawn, later ones are late', async () => {
      const place = await makePlace(rig.store);
      const { prompts } = rig.store;
      const [one, two] = [piece('one'), piece('two')];
      await enqueue(place, one);
      const { id } = await enqueue(place, two);
      const edit = (message: MessageId) =>
        prompts.editPiece(place.lease, place.thread.id, message, 'changed');
      const withdraw = (message: MessageId) => prompts.withdrawPiece(place.lease, place.thread.id, message);

      expect(await edit(two.message)).toBe('changed');
      expect(await edit('no such message')).toBe('absent');
      expect(texts((await prompts.byId(id)) ?? missing())).toEqual(['one', 'changed']);
      expect(await withdraw(one.message)).toBe('changed');
      expect(texts((await prompts.byId(id)) ?? missing())).toEqual(['changed']);
      expect(await withdraw(one.message)).toBe('absent');
      expect(await withdraw(two.message)).toBe('changed');
      expect(await prompts.byId(id)).toMatchObject({ state: 'withdrawn' });
      expect(await withdraw(two.message)).toBe('changed');
      expect(await prompts.markSent(place.lease, id, serverMessageId(fresh('msg')))).toBe(false);

      const three = piece('three');
      const sent = await enqueue(place, three);
      await prompts.markSent(place.lease, sent.id, serverMessageId(fresh('msg')));
      expect(await edit(three.message)).toBe('late');
      expect(await withdraw(three.message)).toBe('late');
      expect(texts((await prompts.byId(sent.id)) ?? missing())).toEqual(['three']);
    });

    test('a prompt goes from queued to answered, each step once', async () => {
      const place = await makePlace(rig.store);
      const { prompts } = rig.store;
      const { id } = await enqueue(place, piece('go'));
      const messageId = serverMessageId(fresh('msg'));
      await prompts.markAccepted(place.lease, id);
      expect(await prompts.byId(id)).toMatchObject({ state: 'queued', sentAt: undefined });
      expect(await prompts.markSent(place.lease, id, messageId)).toBe(true);
      expect(await prompts.markSent(place.lease, id, serverMessageId(fresh('msg')))).toBe(false);
      expect(await prompts.byMessageId(messageId)).toMatchObject({
        id,
        state: 'sent',
        sentAt: expect.any(Number),
      });
      await prompts.markAccepted(place.lease, id);
      await prompts.markResumed(place.lease, id, {
        baseSegment: 3,
        owed: [],
        lost: [serverMessageId('msg_a')],
      });
      expect(await prompts.byId(id)).toMatchObject({
        state: 'accepted',
        attempt: 1,
        baseSegment: 3,
        lost: ['msg_a'],
        resumedAt: expect.any(Number),
      });
      expect(await prompts.settle(place.lease, id, 'failed', { lost: true })).toBe(true);
      expect(await prompts.settle(place.lease, id, 'answered', {})).toBe(false);
      expect(await prompts.byId(id)).toMatchObject({ state: 'failed', outcome: { lost: true } });

      expect((await prompts.unfinished(place.server)).map((row) => row.id)).toEqual([id]);
      await prompts.markDelivered(place.lease, id);
      expect(await prompts.unfinished(place.server)).toEqual([]);
    });

    test('what answers took is summed for a thread, a person and a day', async () => {
      const [place, elsewhere] = [await makePlace(rig.store), await makePlace(rig.store)];
      const { prompts, costs } = rig.store;
      const dora: Author = { id: fresh('test:dora'), name: 'Dora' };
      const answered = async (where: Place, author: Author, used?: { cost: number; tokens: number }) => {
        const { id } = await enqueue(where, piece('x'), author);
        await prompts.markSent(where.lease, id, serverMessageId(fresh('msg')));
        await prompts.settle(where.lease, id, 'answered', used === undefined ? {} : { used });
      };
      await answered(place, dora, { cost: 0.25, tokens: 1000 });
      await answered(place, ann, { cost: 0.5, tokens: 10 });
      await answered(elsewhere, dora, { cost: 1, tokens: 5 });
      await answered(place, dora);
      const of = (since: number) => costs.of({ thread: place.thread.id, person: dora.id, since });
      const { thread, person, day } = await of(0);
      expect(thread).toEqual({ prompts: 2, cost: 0.75, tokens: 1010 });
      expect(person).toEqual({ prompts: 2, cost: 1.25, tokens: 1005 });
      expect(day.prompts).toBeGreaterThanOrEqual(3);
      expect((await of(Date.now() + 3_600_000)).day).toEqual({ prompts: 0, cost: 0, tokens: 0 });
    });

    test('what a person stopped is never sent again', async () => {
      const place = await makePlace(rig.store);
      const { prompts } = rig.store;
      const { id } = await enqueue(place, piece('rm -rf'));
      await prompts.markSent(place.lease, id, serverMessageId(fresh('msg')));
      expect(await prompts.markStopping(place.lease, id, ann.id)).toBe(true);
      expect(await prompts.markStopping(place.lease, id, ben.id)).toBe(true);

      await prompts.markAccepted(place.lease, id);
      await prompts.markResumed(place.lease, id, { baseSegment: 1, owed: [], lost: [] });
      expect(await prompts.markSent(place.lease, id, serverMessageId(fresh('msg')))).toBe(false);
      expect(await prompts.byId(id)).toMatchObject({
        state: 'stopping',
        attempt: 0,
        outcome: { by: ann.id },
      });

      expect(await prompts.settle(place.lease, id, 'stopped', {})).toBe(true);
      expect(await prompts.markStopping(place.lease, id, ben.id)).toBe(false);
      expect(await prompts.markSent(place.lease, id, serverMessageId(fresh('msg')))).toBe(false);
      expect(await prompts.byId(id)).toMatchObject({ state: 'stopped', outcome: { by: ann.id } });
      expect(await prompts.open(place.session.id)).toEqual([]);
    });

    test('what joined a run ends with it or leaves it together, in the same write', async () => {
      const place = await makePlace(rig.store);
      const { prompts } = rig.store;
      const head = await enqueue(place, piece('head'));
      await prompts.markSent(place.lease, head.id, serverMessageId(fresh('msg')));
      const joined: PromptId[] = [];
      for (const text of ['covered', 'late', 'later']) {
        const { id } = await enqueue(place, piece(text), ben);
        await prompts.markSent(place.lease, id, serverMessageId(fresh('msg')), head.id);
        joined.push(id);
      }
      const [covered = head.id, late = head.id, later = head.id] = joined;
      const ended = [{ id: covered, state: 'answered', outcome: {} }] as const;
      await prompts.settle(place.lease, head.id, 'answered', {}, { ended, next: late });
      expect(await prompts.byId(covered)).toMatchObject({ state: 'answered', joins: head.id });
      expect(await prompts.byId(late)).toMatchObject({ state: 'sent', joins: undefined });
      expect(await prompts.byId(later)).toMatchObject({ state: 'sent', joins: late });
    });

    test('what is stopped before it was sent takes no more pieces and is never sent', async () => {
      const place = await makePlace(rig.store);
      const { prompts } = rig.store;
      const { id } = await enqueue(place, piece('rm -rf'));
      expect(await prompts.markStopping(place.lease, id, ann.id)).toBe(true);
      expect(await prompts.markSent(place.lease, id, serverMessageId(fresh('msg')))).toBe(false);
      expect((await enqueue(place, piece('and more'))).id).not.toBe(id);
      expect(await prompts.byId(id)).toMatchObject({ state: 'stopping', messageId: undefined });
    });

    test('a prompt that is sent into the run of another remembers it', async () => {
      const place = await makePlace(rig.store);
      const { prompts } = rig.store;
      const running = await enqueue(place, piece('run'));
      await prompts.markSent(place.lease, running.id, serverMessageId(fresh('msg')));
      const steer = await enqueue(place, piece('steer'));
      await prompts.markSent(place.lease, steer.id, serverMessageId(fresh('msg')), running.id);
      expect((await prompts.byId(steer.id))?.joins).toBe(running.id);
    });

    test('a prompt from elsewhere is taken in once, and may get a run of its own', async () => {
      const place = await makePlace(rig.store);
      const { prompts } = rig.store;
      const running = await enqueue(place, piece('run'));
      const messageId = serverMessageId(fresh('msg'));
      const found = {
        session: place.session.id,
        thread: running.thread,
        author: ann,
        messageId,
        text: 'there',
        joins: running.id,
      };
      const first = await prompts.adopt(place.lease, found);
      expect(first).toMatchObject({ outside: true, state: 'accepted', messageId, joins: running.id });
      expect((await prompts.adopt(place.lease, found)).id).toBe(first.id);
      const second = await prompts.adopt(place.lease, { ...found, messageId: serverMessageId(fresh('msg')) });
      await prompts.leaveRun(place.lease, first.id);
      expect((await prompts.byMessageId(messageId))?.joins).toBeUndefined();
      expect((await prompts.byId(second.id))?.joins).toBe(first.id);
      await prompts.leaveRun(place.lease, first.id);
      expect((await prompts.byId(second.id))?.joins).toBe(first.id);
    });
  });
}

function missing(): never {
  throw new Error('no such row');
}
