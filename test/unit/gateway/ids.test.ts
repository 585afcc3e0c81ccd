import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inboxId, serverSessionId, threadId } from '../../../src/core/ids.ts';
import { createIds } from '../../../src/gateway/ids.ts';

const ids = createIds('a secret');
const at = Date.UTC(2026, 0, 1);

const session = serverSessionId('ses_1');

describe('ids', () => {
  test('a token gives back its action, and fits a button at its longest', () => {
    for (const action of [
      `request:${Number.MAX_SAFE_INTEGER}:option.99`,
      `again:${Number.MAX_SAFE_INTEGER}`,
    ]) {
      const token = ids.sign(action);
      expect(ids.verify(token)).toBe(action);
      expect(Buffer.byteLength(token)).toBeLessThanOrEqual(64);
    }
  });

  test('no change of a token, and nothing written by hand, is taken for ours', () => {
    const token = ids.sign('request:7:once');
    const forged = fc.oneof(
      fc.string(),
      fc.string().map((text) => `request:7:once.${text}`),
      fc
        .tuple(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 1 }))
        .map(([place, letter]) => token.slice(0, place) + letter + token.slice(place + 1)),
      fc.nat(token.length - 1).map((length) => token.slice(0, length)),
    );
    fc.assert(
      fc.property(forged, (text) => {
        fc.pre(text !== token);
        expect(ids.verify(text)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
    expect(createIds('another secret').verify(token)).toBeUndefined();
    expect(ids.verify(token.replace(':7:', ':8:'))).toBeUndefined();
  });

  test('ids of a prompt are the same at every try, and others for every session, row and secret', () => {
    const make = [
      ids.message(session, inboxId(1), at),
      ids.message(serverSessionId('ses_2'), inboxId(1), at),
      ids.message(session, inboxId(2), at),
      createIds('another secret').message(session, inboxId(1), at),
      ids.part(session, inboxId(1), at).replace('prt_', 'msg_'),
    ];
    expect(new Set(make).size).toBe(make.length);
    expect(ids.message(session, inboxId(1), at)).toBe(make[0]);
    expect(make[0]).toMatch(/^msg_[0-9a-f]{12}[0-9A-Za-z]{14}$/);
  });

  test('message ids sort by time', () => {
    expect(ids.message(session, inboxId(1), at) < ids.message(session, inboxId(1), at + 1)).toBe(true);
  });

  test('keys of posts have at most 25 characters and differ by thread and slot', () => {
    const keys = [
      ids.post(threadId(1), '1/1/text/1'),
      ids.post(threadId(11), '/1/text/1'),
      ids.post(threadId(1), '1/1/text/2'),
      ids.post(threadId(2), '1/1/text/1'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(25);
  });

  test('parts of one prompt sort by their place, and the first has the id that it would have alone', () => {
    const inboxes = [9, 9, 2, 1].map(inboxId);
    const parts = inboxes.map((inbox, order) => ids.part(session, inbox, at, order));
    expect(parts).toEqual(parts.toSorted());
    expect(new Set(parts).size).toBe(4);
    expect(parts[0]).toBe(ids.part(session, inboxId(9), at));
  });
});
