import { afterEach, describe, expect, test } from 'vitest';
import { createAlbumRecords } from '../../../adapters/telegram/album-records.ts';
import { type Albums, createAlbums } from '../../../adapters/telegram/albums.ts';
import type { InboundEvent, MessageEvent } from '../../../src/core/channel.ts';
import { createTestClock } from '../../clock.ts';
import { memoryDocuments } from '../../fake/documents.ts';

const stops: AbortController[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});

interface Desk {
  readonly albums: Albums;
  readonly clock: ReturnType<typeof createTestClock>;
  /** What was told, as `id: text [files]`. */
  readonly told: string[];
  readonly events: InboundEvent[];
  /** Nothing can be stored until it is called again with false. */
  refuse(refused: boolean): void;
  /** The process dies, and the next one begins on what was stored. */
  next(): Promise<Desk>;
}

async function desk(documents = memoryDocuments(), clock = createTestClock()): Promise<Desk> {
  const stop = new AbortController();
  stops.push(stop);
  const told: string[] = [];
  const events: InboundEvent[] = [];
  const state = { refused: false };
  const records = createAlbumRecords(documents);
  const deps = {
    records,
    clock,
    random: () => 0,
    signal: stop.signal,
    async tell(event: InboundEvent) {
      if (state.refused) throw new Error('the database does not answer');
      events.push(event);
      told.push(shown(event));
    },
  };
  const albums = createAlbums(deps, await records.waiting(clock.now()));
  return {
    albums,
    clock,
    told,
    events,
    refuse(refused) {
      state.refused = refused;
    },
    async next() {
      stop.abort();
      await albums.ended();
      return desk(documents, clock);
    },
  };
}

function shown(event: InboundEvent): string {
  const { id } = event;
  if (event.type === 'message-edited') return `${id}: ${event.message} is now "${event.text}"`;
  if (event.type !== 'message') return `${id}: ${event.type}`;
  const { text, attachments = [] } = event;
  return `${id}: "${text}" ${attachments.map(({ name }) => name).join(' ')}`.trim();
}

const piece = (id: number, text = '', changes: Partial<MessageEvent> = {}): MessageEvent => ({
  type: 'message',
  id: String(700 + id),
  address: { platform: 'telegram', channel: '5', thread: 'general' },
  author: { id: 'telegram:5', name: 'Ann' },
  room: 'private',
  at: 1,
  message: String(id),
  text,
  addressed: true,
  attachments: [{ id: `file-${id}`, name: 'photo.jpg', mime: 'image/jpeg', size: 9 }],
  ...changes,
});

const words = (id: number, text: string, changes: Partial<MessageEvent> = {}): MessageEvent => {
  const { attachments: _, ...said } = piece(id, text, changes);
  return said;
};

test('the pieces are one message, when none has come for a second', async () => {
  const { albums, clock, told, events } = await desk();
  await albums.hear(piece(11, 'which is best?'), 'a');
  await clock.advance(900);
  await albums.hear(piece(12), 'a');
  await clock.advance(900);
  await albums.hear(piece(13, 'or this?', { addressed: false }), 'a');
  await clock.advance(999);
  expect(told).toEqual([]);
  await clock.advance(1);
  expect(told).toEqual(['711: "which is best?\n\nor this?" photo.jpg photo-2.jpg photo-3.jpg']);
  expect(events[0]).toMatchObject({ message: '11', addressed: true });
  await clock.advance(10_000);
  expect(told).toHaveLength(1);
});

test('pieces that come in another order stand in theirs', async () => {
  const { albums, clock, told } = await desk();
  await albums.hear(piece(12), 'a');
  await albums.hear(piece(11, 'first'), 'a');
  await clock.advance(1000);
  expect(told).toEqual(['711: "first" photo.jpg photo-2.jpg']);
});

test('a mention in any of the captions is one of all', async () => {
  const { albums, clock, events } = await desk();
  await albums.hear(piece(11, '', { addressed: false }), 'a');
  await albums.hear(piece(12, 'help', { addressed: true }), 'a');
  await clock.advance(1000);
  expect(events).toMatchObject([{ addressed: true, text: 'help' }]);
});

test('who says something else has sent the whole album: it is told first, at once', async () => {
  const { albums, told } = await desk();
  await albums.hear(piece(11), 'a');
  await albums.hear(piece(12), 'a');
  await albums.hear(words(13, 'see above'), undefined);
  expect(told).toEqual(['711: "" photo.jpg photo-2.jpg', '713: "see above"']);
});

test('a next album ends the one before', async () => {
  const { albums, clock, told } = await desk();
  await albums.hear(piece(11), 'a');
  await albums.hear(piece(12), 'b');
  expect(told).toEqual(['711: "" photo.jpg']);
  await clock.advance(1000);
  expect(told).toEqual(['711: "" photo.jpg', '712: "" photo.jpg']);
});

test('what others say, or say elsewhere, does not end it and does not wait', async () => {
  const { albums, clock, told } = await desk();
  const ben = { id: 'telegram:6', name: 'Ben' };
  await albums.hear(piece(11), 'a');
  await albums.hear(words(12, 'meanwhile', { author: ben }), undefined);
  await albums.hear(
    words(13, 'elsewhere', { address: { platform: 'telegram', channel: '5', thread: '8' } }),
    undefined,
  );
  await albums.hear(piece(14), 'a');
  await clock.advance(1000);
  expect(told).toEqual(['712: "meanwhile"', '713: "elsewhere"', '711: "" photo.jpg photo-2.jpg']);
});

test('a piece that comes late is a message of its own', async () => {
  const { albums, clock, told } = await desk();
  await albums.hear(piece(11), 'a');
  await clock.advance(1000);
  await albums.hear(piece(12, 'late'), 'a');
  expect(told).toEqual(['711: "" photo.jpg', '712: "late" photo.jpg']);
});

test('the same piece twice is one', async () => {
  const { albums, clock, told } = await desk();
  await albums.hear(piece(11), 'a');
  await albums.hear(piece(11), 'a');
  await clock.advance(1000);
  await albums.hear(piece(11), 'a');
  expect(told).toEqual(['711: "" photo.jpg']);
});

describe('a crash', () => {
  test('between the pieces loses none, and the event is the same', async () => {
    const first = await desk();
    await first.albums.hear(piece(11, 'look'), 'a');
    const second = await first.next();
    await second.clock.advance(60_000);
    expect(second.told).toEqual([]);
    second.albums.resume();
    await second.albums.hear(piece(11, 'look'), 'a');
    await second.albums.hear(piece(12), 'a');
    await second.clock.advance(1000);
    expect(second.told).toEqual(['711: "look" photo.jpg photo-2.jpg']);
  });

  test('after the last piece: it is told when updates can come again', async () => {
    const first = await desk();
    await first.albums.hear(piece(11), 'a');
    await first.albums.hear(piece(12), 'a');
    const second = await first.next();
    second.albums.resume();
    await second.clock.advance(1000);
    expect(second.told).toEqual(['711: "" photo.jpg photo-2.jpg']);
  });

  test('after it was told, before the last piece was confirmed: nothing is told twice', async () => {
    const first = await desk();
    await first.albums.hear(piece(11), 'a');
    await first.albums.hear(piece(12), 'a');
    await first.clock.advance(1000);
    const second = await first.next();
    second.albums.resume();
    await second.albums.hear(piece(12), 'a');
    await second.clock.advance(5000);
    expect(second.told).toEqual([]);
  });
});

test('an album that cannot be stored is tried again, and nothing of its author overtakes it', async () => {
  const { albums, clock, told, refuse } = await desk();
  await albums.hear(piece(11), 'a');
  refuse(true);
  await clock.advance(5000);
  await expect(albums.hear(words(12, 'and this'), undefined)).rejects.toThrow('the database');
  expect(told).toEqual([]);
  refuse(false);
  await clock.advance(30_000);
  expect(told).toEqual(['711: "" photo.jpg']);
  await albums.hear(words(12, 'and this'), undefined);
  expect(told).toEqual(['711: "" photo.jpg', '712: "and this"']);
});

test('a caption that is changed is the text of the one message, also on another piece', async () => {
  const { albums, told } = await desk();
  await albums.hear(piece(11, 'frist'), 'a');
  await albums.hear(piece(12), 'a');
  const change = (id: number, message: string, text: string): InboundEvent => {
    const { address, author, room } = piece(id);
    return { type: 'message-edited', id: String(700 + id), address, author, room, at: 2, message, text };
  };
  await albums.hear(change(13, '11', 'first'), 'a');
  await albums.hear(change(14, '12', 'second'), 'a');
  expect(told).toEqual([
    '711: "frist" photo.jpg photo-2.jpg',
    '713: 11 is now "first"',
    '714: 11 is now "first\n\nsecond"',
  ]);
});

test('what was told is forgotten after two days', async () => {
  const documents = memoryDocuments();
  const { albums, clock } = await desk(documents);
  await albums.hear(piece(11), 'a');
  await clock.advance(1000);
  expect(await documents.list('albums')).toHaveLength(1);
  await clock.advance(3 * 24 * 3_600_000);
  await desk(documents, clock);
  expect(await documents.list('albums')).toEqual([]);
});
