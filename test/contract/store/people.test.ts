import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inboxId } from '../../../src/core/ids.ts';
import { engines, fresh, makePlace, type OpenRig, type Place } from './rig.ts';

const hour = 3_600_000;

describe.each(engines)('people on $name', ({ open }) => {
  const opened: OpenRig[] = [];
  const places: Place[] = [];
  const rig = () => opened[0] ?? expect.unreachable();
  const place = () => places[0] ?? expect.unreachable();
  beforeAll(async () => {
    opened.push(await open());
    places.push(await makePlace(rig().store));
  });
  afterAll(() => rig().close());

  const here = { platform: 'test', channel: 'general' };
  const asks = (person: string, inbox: number, ttlMs = hour) => {
    const thread = place().thread.id;
    return rig().store.pairings.ask(
      { person, name: 'Eve', thread, inbox: inboxId(inbox), hash: `hash ${inbox}` },
      ttlMs,
    );
  };
  const stateOf = async (person: string) =>
    (await rig().store.pairings.list()).find((one) => one.person === person)?.state;

  test('who was never met is nobody in particular, and no channel is open', async () => {
    expect(await rig().store.people.standing('test:nobody', here)).toEqual({
      name: undefined,
      paired: false,
      open: false,
    });
  });

  test('a name is remembered, and is no right', async () => {
    const { people } = rig().store;
    const id = fresh('test:ann');
    await people.meet({ id, name: 'Ann' });
    await people.meet({ id, name: 'Ann B.' });
    expect(await people.standing(id, here)).toMatchObject({ name: 'Ann B.', paired: false });
    expect((await people.list()).filter((one) => one.id === id)).toEqual([
      { id, name: 'Ann B.', pairedAt: undefined, pairedBy: undefined },
    ]);
  });

  test('one open code a person: asking again gives the first one, until it has ended', async () => {
    const eve = fresh('test:eve');
    expect(await asks(eve, 1)).toMatchObject({ inbox: 1, hash: 'hash 1', state: 'open' });
    expect(await asks(eve, 2)).toMatchObject({ inbox: 1, hash: 'hash 1', state: 'open' });
    await sql`update pairing set expires_at = now() where person = ${eve}`.execute(rig().db);
    expect(await stateOf(eve)).toBe('expired');
    expect(await asks(eve, 3)).toMatchObject({ inbox: 3, state: 'open' });
  });

  test('50 messages at once are one code', async () => {
    const eve = fresh('test:eve');
    const asked = await Promise.all(Array.from({ length: 50 }, (_, n) => asks(eve, 100 + n)));
    expect(new Set(asked.map(({ inbox }) => inbox)).size).toBe(1);
  });

  test('who was let in stays so, and is told once', async () => {
    const { people } = rig().store;
    const eve = fresh('test:eve');
    const pairing = await asks(eve, 11);
    await people.pair(pairing, 'test:ann');
    await people.pair(pairing, 'test:ben');
    expect(await people.standing(eve, here)).toEqual({ name: 'Eve', paired: true, open: false });
    expect(await stateOf(eve)).toBe('used');
    const greeting = { person: eve, pairedBy: 'test:ann', thread: place().thread.id, pairing: 11 };
    expect(await people.ungreeted(place().server)).toEqual([greeting]);
    expect(await people.ungreeted('another server')).toEqual([]);
    await people.greeted(eve);
    expect(await people.ungreeted(place().server)).toEqual([]);
  });

  test('who was put out does not come in by the same code, but by a new one', async () => {
    const { people } = rig().store;
    const eve = fresh('test:eve');
    const pairing = await asks(eve, 21);
    await people.pair(pairing, 'test:ann');
    await people.unpair(eve);
    await people.pair(pairing, 'test:ann');
    expect(await people.standing(eve, here)).toMatchObject({ name: 'Eve', paired: false });
    expect(await people.ungreeted(place().server)).toEqual([]);
    await people.pair(await asks(eve, 22), 'test:ben');
    expect(await people.standing(eve, here)).toMatchObject({ paired: true });
  });

  test('five wrong tries end every open code; the same try counts once', async () => {
    const { pairings, people } = rig().store;
    const [eve, mallory] = [fresh('test:eve'), fresh('test:mallory')];
    const first = await asks(eve, 31);
    for (const attempt of ['a', 'a', 'a', 'b', 'c', 'd']) await pairings.missed(attempt);
    expect(await stateOf(eve)).toBe('open');
    await asks(mallory, 32);
    await pairings.missed('e');
    expect([await stateOf(eve), await stateOf(mallory)]).toEqual(['spent', 'open']);
    await people.pair(first, 'test:ann');
    expect(await people.standing(eve, here)).toMatchObject({ paired: false });
    expect(await asks(eve, 33)).toMatchObject({ inbox: 33, state: 'open' });
  });

  test('pairings are forgotten a day after their end', async () => {
    const [old, recent] = [fresh('test:old'), fresh('test:recent')];
    await asks(old, 41);
    await asks(recent, 42);
    await sql`update pairing set expires_at = now() - interval '25 hours' where person = ${old}`.execute(
      rig().db,
    );
    await rig().store.pairings.prune();
    expect([await stateOf(old), await stateOf(recent)]).toEqual([undefined, 'open']);
  });

  test('a channel is opened by the first who begins; what was closed is not begun again', async () => {
    const { openings, people } = rig().store;
    const channel = { platform: 'test', channel: fresh('channel'), thread: 't' };
    const eve = 'test:eve';
    expect(await openings.of(channel)).toBeUndefined();
    const begun = { open: true, changedBy: 'test:ann', inbox: 1 };
    expect(await openings.begin(channel, 'test:ann', inboxId(1))).toEqual(begun);
    expect(await openings.begin(channel, 'test:ben', inboxId(2))).toEqual(begun);
    expect(await people.standing(eve, channel)).toMatchObject({ open: true });
    expect(await people.standing(eve, { ...channel, platform: 'other' })).toMatchObject({ open: false });
    await openings.set(channel, { open: false, changedBy: 'test:ben', inbox: inboxId(3) });
    expect(await openings.begin(channel, 'test:ann', inboxId(4))).toMatchObject({ open: false, inbox: 3 });
    expect(await people.standing(eve, channel)).toMatchObject({ open: false });
  });

  test('an opening moves with its channel, but not over what was decided there', async () => {
    const { openings } = rig().store;
    const from = { platform: 'test', channel: fresh('from'), thread: 't' };
    const to = { platform: 'test', channel: fresh('to'), thread: 't' };
    await openings.begin(from, 'test:ann', inboxId(1));
    await openings.move('test', from.channel, to.channel);
    expect(await openings.of(to)).toMatchObject({ open: true, inbox: 1 });
    expect(await openings.of(from)).toBeUndefined();
    await openings.set(to, { open: false, changedBy: 'test:ann', inbox: inboxId(2) });
    await openings.begin(from, 'test:ann', inboxId(3));
    await openings.move('test', from.channel, to.channel);
    expect(await openings.of(to)).toMatchObject({ open: false });
  });

  test('a reason is kept as it was recorded first, found by message and by thread, for 7 days', async () => {
    const { reasons } = rig().store;
    const { lease, thread } = await makePlace(rig().store);
    const first = {
      inbox: inboxId(Number(fresh('5').replace('-', ''))),
      thread: thread.id,
      message: 'm1',
      author: 'test:eve',
      reason: 'it came from a bot',
      reference: '9QT2',
    };
    const stored = await reasons.record(lease, first);
    expect(stored).toMatchObject(first);
    expect(await reasons.record(lease, { ...first, reference: 'OTHER' })).toEqual(stored);
    const second = {
      ...first,
      inbox: inboxId(first.inbox + 1_000_000),
      message: undefined,
      reference: '7KM3',
    };
    await reasons.record(lease, second);
    expect(await reasons.find(thread.id)).toMatchObject(second);
    expect(await reasons.find(thread.id, 'm1')).toEqual(stored);
    expect(await reasons.find(thread.id, 'm2')).toBeUndefined();
    const has = (message: string, author: string) => reasons.has(thread.id, message, author);
    expect([await has('m1', 'test:eve'), await has('m1', 'test:ann'), await has('m2', 'test:eve')]).toEqual([
      true,
      false,
      false,
    ]);
    await sql`update reason set at = now() - interval '8 days' where inbox = ${first.inbox}`.execute(
      rig().db,
    );
    await reasons.prune();
    expect(await reasons.find(thread.id, 'm1')).toBeUndefined();
    expect(await reasons.find(thread.id)).toMatchObject(second);
  });
});
