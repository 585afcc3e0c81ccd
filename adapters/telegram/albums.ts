/**
 * Albums: several updates that people see as one message. A piece is stored before its update is confirmed; when no
 * other has come for a second, all of them become one event. The id of that event is the first update's, so that it is
 * the same event where a crash comes between.
 */
import type { Attachment, InboundEvent, MessageEditedEvent, MessageEvent } from '../../src/core/channel.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { backoff } from '../../src/lib/retry.ts';
import type { Album, AlbumRecords, KeptAlbum } from './album-records.ts';

export interface Albums {
  /** Resolves when the event, or what it adds to its album, is stored. */
  hear(event: InboundEvent, album: string | undefined): Promise<void>;
  /** Updates can come now: what a former process left waits for its other pieces from here on. */
  resume(): void;
  /** Resolves when nothing of it is under way; after the abort. */
  ended(): Promise<void>;
}

export interface AlbumsDeps {
  readonly records: AlbumRecords;
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
  readonly signal: AbortSignal;
  /** Resolves when the event is stored. */
  tell(event: InboundEvent): Promise<void>;
}

/** Pieces come one right after the other; after this pause there are no more, milliseconds. */
const windowMs = 1000;

interface State extends AlbumsDeps {
  /** Albums that wait for more, by key. */
  readonly open: Map<string, Album>;
  /** One change after another. */
  tail: Promise<unknown>;
}

/** `left`: what a former process had stored and not told. */
export function createAlbums(deps: AlbumsDeps, left: readonly KeptAlbum[]): Albums {
  const open = new Map<string, Album>();
  for (const { key, album } of left) open.set(key, album);
  const state: State = { ...deps, open, tail: Promise.resolve() };
  return {
    hear: (event, album) => hear(state, event, album),
    resume: () => resume(state, left),
    async ended() {
      await state.tail;
    },
  };
}

function inTurn<T>(state: State, job: () => Promise<T>): Promise<T> {
  const done = state.tail.then(job);
  state.tail = done.catch(() => {
    // Whoever asked for it is told.
  });
  return done;
}

async function hear(state: State, event: InboundEvent, album: string | undefined): Promise<void> {
  const key = album === undefined ? undefined : keyOf(event, album);
  await closeOthers(state, event, key);
  if (key === undefined) return state.tell(event);
  if (event.type === 'message') return inTurn(state, () => add(state, key, event));
  if (event.type === 'message-edited') return inTurn(state, () => change(state, key, event));
  return state.tell(event);
}

function keyOf({ address: { channel, thread } }: InboundEvent, album: string): string {
  return [channel, thread, album].join('/');
}

/** Whoever does something else has sent the whole album: what they said first is told first. */
async function closeOthers(state: State, event: InboundEvent, own: string | undefined): Promise<void> {
  for (const [key, { pieces }] of state.open) {
    const same = pieces.some(({ author, address }) => {
      const { channel, thread } = event.address;
      return author.id === event.author.id && address.channel === channel && address.thread === thread;
    });
    const piece = key === own && event.type === 'message';
    if (same && !piece) await inTurn(state, () => close(state, key));
  }
}

async function add(state: State, key: string, event: MessageEvent): Promise<void> {
  const { records, clock, open } = state;
  const known = await records.get(key);
  if (known?.pieces.some(({ id }) => id === event.id) === true) return;
  if (known?.told === true) return state.tell(event);
  const album: Album = { at: clock.now(), told: false, pieces: [...(known?.pieces ?? []), event] };
  await records.put(key, album);
  const ripens = open.has(key);
  open.set(key, album);
  if (!ripens) void ripen(state, key);
}

async function change(state: State, key: string, event: MessageEditedEvent): Promise<void> {
  const { records } = state;
  const known = await records.get(key);
  const first = known?.pieces.toSorted(byPlace)[0];
  if (known === undefined || first === undefined) return state.tell(event);
  const pieces = known.pieces.map((piece) =>
    piece.message === event.message ? { ...piece, text: event.text } : piece,
  );
  await state.tell({ ...event, message: first.message, text: textOf(pieces) });
  await records.put(key, { ...known, pieces });
}

/** Ends when the album is told, or at the abort. Does not reject. */
async function ripen(state: State, key: string): Promise<void> {
  const { clock, random, signal, open } = state;
  let failures = 0;
  while (!signal.aborted) {
    const album = open.get(key);
    if (album === undefined) return;
    const wait = failures === 0 ? album.at + windowMs - clock.now() : backoff(failures, random());
    if (wait > 0) await clock.sleep(wait, signal);
    const ripe = clock.now() - (open.get(key)?.at ?? 0) >= windowMs;
    if (ripe && !signal.aborted && !(await isClosed(state, key))) failures += 1;
  }
}

async function isClosed(state: State, key: string): Promise<boolean> {
  try {
    await inTurn(state, () => close(state, key));
    return true;
  } catch {
    // Whoever stores says why it cannot; here it only means: not yet.
    return false;
  }
}

async function close(state: State, key: string): Promise<void> {
  const { records, open, tell } = state;
  const album = open.get(key);
  if (album === undefined) return;
  await tell(merged(album.pieces));
  await records.put(key, { ...album, told: true });
  open.delete(key);
}

function resume(state: State, left: readonly KeptAlbum[]): void {
  const { clock, open } = state;
  for (const { key } of left) {
    const album = open.get(key);
    if (album === undefined) continue;
    open.set(key, { ...album, at: clock.now() });
    void ripen(state, key);
  }
}

/** One message of all pieces, in the order in which people see them. Pure. */
function merged(pieces: readonly MessageEvent[]): MessageEvent {
  const [first, ...others] = pieces.toSorted(byPlace);
  if (first === undefined) throw new Error('an album without pieces');
  const all = [first, ...others];
  return {
    ...first,
    text: textOf(all),
    addressed: all.some(({ addressed }) => addressed),
    attachments: numbered(all.flatMap(({ attachments = [] }) => attachments)),
  };
}

function byPlace(a: MessageEvent, b: MessageEvent): number {
  return Number(a.message) - Number(b.message);
}

/** Mostly one of the pieces has a caption. */
function textOf(pieces: readonly MessageEvent[]): string {
  return pieces
    .toSorted(byPlace)
    .map(({ text }) => text)
    .filter((text) => text !== '')
    .join('\n\n');
}

/** Pictures have no names of their own: `photo.jpg`, `photo-2.jpg`. */
function numbered(files: readonly Attachment[]): readonly Attachment[] {
  return files.map((file, at) => {
    const before = files.slice(0, at).filter(({ name }) => name === file.name).length;
    return before === 0 ? file : { ...file, name: file.name.replace(/(\.[^.]*)?$/, `-${before + 1}$1`) };
  });
}
