import { describe, expect, test } from 'vitest';
import type { PermissionRequest } from '../../../src/core/agent.ts';
import { inboxId, serverRequestId, serverSessionId } from '../../../src/core/ids.ts';
import { ann, ben, fresh, makePlace, type Place, type Rig } from './rig.ts';

export function requestSuite(rig: Rig): void {
  describe('requests', () => {
    const ask = async (place: Place, ttlMs = 600_000) => {
      const prompt = await rig.store.prompts.enqueue(
        place.lease,
        {
          session: place.session.id,
          thread: place.thread.id,
          author: ann,
          piece: {
            inbox: inboxId(Number(fresh('0').slice(2)) + 2_000_000),
            message: fresh('message'),
            text: 'go',
          },
        },
        0,
      );
      const request: PermissionRequest = {
        kind: 'permission',
        id: serverRequestId(fresh('per')),
        session: serverSessionId('ses_1'),
        from: serverSessionId('ses_1'),
        permission: 'bash',
        patterns: ['git push *'],
        subject: 'git push origin main',
      };
      const asked = { session: place.session.id, prompt: prompt.id, request, position: 4, attempt: 0 };
      return { asked, row: await rig.store.requests.open(place.lease, asked, ttlMs) };
    };

    test('a request is stored once, as it was asked', async () => {
      const place = await makePlace(rig.store);
      const { asked, row } = await ask(place);
      expect(row).toMatchObject({ ...asked, state: 'open', decision: undefined, decidedBy: undefined });
      expect(row.expiresAt - row.askedAt).toBe(600_000);
      expect(await rig.store.requests.open(place.lease, { ...asked, position: 9 }, 1)).toEqual(row);
      expect(await rig.store.requests.forPrompt(asked.prompt)).toEqual([row]);
      expect(await rig.store.requests.unsettled(place.server)).toEqual([row]);
    });

    test('one that waits and did not tell what would be done takes what is told later, and no other does', async () => {
      const place = await makePlace(rig.store);
      const { asked } = await ask(place);
      const again = (request: Partial<PermissionRequest>) =>
        rig.store.requests.open(
          place.lease,
          {
            ...asked,
            request: { ...asked.request, id: serverRequestId(`${asked.request.id}b`), ...request },
          },
          600_000,
        );
      const other = serverRequestId(`${asked.request.id}c`);
      const blind = await again({ subject: '', unknown: true });
      const told = await again({ input: '{"project":"production"}', subject: '' });
      expect(told).toMatchObject({ id: blind.id, request: { input: '{"project":"production"}' } });
      expect((await again({ input: '{"project":"other"}' })).request).toEqual(told.request);
      await again({ id: other, unknown: true });
      const late = await again({ id: other, unknown: true });
      await rig.store.requests.close(place.lease, late.id, 'aborted');
      expect((await again({ id: other })).request).toMatchObject({ unknown: true });
    });

    test('words are kept while it is open, the newest of them', async () => {
      const place = await makePlace(rig.store);
      const { row } = await ask(place);
      const hear = (text: string) =>
        rig.store.requests.hear(place.lease, row.id, {
          by: ann,
          text,
          message: 'm1',
          thread: place.thread.id,
        });
      expect(row.words).toBeUndefined();
      expect([await hear('yes'), await hear('or no')]).toEqual([true, true]);
      expect((await rig.store.requests.byId(row.id))?.words).toMatchObject({ by: ann, text: 'or no' });
      await rig.store.requests.close(place.lease, row.id, 'aborted');
      expect(await hear('too late')).toBe(false);
    });

    test('what somebody else decided takes the place of what was decided here', async () => {
      const place = await makePlace(rig.store);
      const { row } = await ask(place);
      await rig.store.requests.decide(place.lease, row.id, { reply: 'once' }, ann, place.thread.id);
      await rig.store.requests.close(place.lease, row.id, 'elsewhere', { reply: 'reject' });
      expect(await rig.store.requests.byId(row.id)).toMatchObject({
        state: 'elsewhere',
        decision: { reply: 'reject' },
        decidedBy: undefined,
        decidedIn: undefined,
        decidedAt: expect.any(Number),
      });
    });

    test('50 presses at once are one decision', async () => {
      const place = await makePlace(rig.store);
      const { row } = await ask(place);
      const presses = await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          rig.store.requests.decide(place.lease, row.id, n % 2 ? { reply: 'once' } : { reply: 'reject' }, {
            id: `test:${n}`,
            name: `P${n}`,
          }),
        ),
      );
      const decided = presses.filter((press) => press !== undefined);
      expect(decided).toHaveLength(1);
      expect(decided[0]).toMatchObject({ state: 'settling', decidedAt: expect.any(Number) });
      expect(await rig.store.requests.byId(row.id)).toEqual(decided[0]);
    });

    test('a final state stays', async () => {
      const place = await makePlace(rig.store);
      const { row } = await ask(place);
      const answers = { reply: 'answers', answers: [['yes', 'maybe'], []] } as const;
      await rig.store.requests.decide(place.lease, row.id, answers, ben, place.thread.id);
      expect(await rig.store.requests.close(place.lease, row.id, 'settled')).toBe(true);
      expect(await rig.store.requests.close(place.lease, row.id, 'expired')).toBe(false);
      expect(await rig.store.requests.byId(row.id)).toMatchObject({
        state: 'settled',
        decision: answers,
        decidedBy: ben,
        decidedIn: place.thread.id,
      });
      expect(await rig.store.requests.unsettled(place.server)).toEqual([]);
    });

    test('what was closed cannot be decided', async () => {
      const place = await makePlace(rig.store);
      const { row } = await ask(place);
      await rig.store.requests.close(place.lease, row.id, 'elsewhere');
      expect(await rig.store.requests.decide(place.lease, row.id, { reply: 'once' }, ann)).toBeUndefined();
    });

    test('only open ones whose time is over are overdue', async () => {
      const place = await makePlace(rig.store);
      const { row: over } = await ask(place, -1);
      const { row: decided } = await ask(place, -1);
      await ask(place);
      await rig.store.requests.decide(place.lease, decided.id, { reply: 'once' }, ann);
      expect((await rig.store.requests.overdue(place.server)).map(({ id }) => id)).toEqual([over.id]);
    });
  });
}
