import { rm } from 'node:fs/promises';
import type { InboundEvent, MessageEvent } from '../../../src/core/channel.ts';
import { openEmbedded } from '../../../src/store/embedded.ts';
import { openPostgres } from '../../../src/store/postgres.ts';
import { createStore, type Engine } from '../../../src/store/store.ts';
import type { Database } from '../../../src/store/tables.ts';
import type { Lease, SessionRow, Store, ThreadRow } from '../../../src/store/types.ts';
import { embeddedDirectory, silent } from '../../embedded.ts';
import { sharedDatabase } from '../../shared.ts';

/** An open store with a way to look behind it. */
export interface Rig {
  readonly store: Store;
  readonly db: Database;
}

export interface OpenRig extends Rig {
  close(): Promise<void>;
}

/** Both engines, each opened by the code that the program uses. */
export const engines = [
  { name: 'Postgres', open: openOnPostgres },
  { name: 'embedded', open: openOnEmbedded },
] as const;

export async function openOnPostgres(): Promise<OpenRig> {
  return rig(await openPostgres(await sharedDatabase(), silent));
}

export async function openOnEmbedded(): Promise<OpenRig> {
  const dataDir = await embeddedDirectory();
  const engine = await openEmbedded({ dataDir, log: silent, snapshotEveryMs: 3_600_000 });
  return rig(engine, () => rm(dataDir, { recursive: true }));
}

function rig(engine: Engine, remove?: () => Promise<void>): OpenRig {
  const store = createStore(engine);
  return {
    store,
    db: engine.db,
    async close() {
      await store.close();
      await remove?.();
    },
  };
}

const numbers = { last: 0 };

/** A name that no other test of the file uses. */
export function fresh(word: string): string {
  numbers.last += 1;
  return `${word}-${numbers.last}`;
}

export const ann = { id: 'test:ann', name: 'Ann' };
export const ben = { id: 'test:ben', name: 'Ben' };

export function message(thread: string, text: string, id = fresh('event')): MessageEvent {
  const address = { platform: 'test', channel: 'general', thread };
  return {
    type: 'message',
    id,
    address,
    author: ann,
    room: 'private',
    at: 0,
    message: fresh('message'),
    text,
    addressed: true,
  };
}

export function textOf(event: InboundEvent): string {
  return 'text' in event ? event.text : event.type;
}

/** A server of its own with a held lease, a thread and its session. */
export interface Place {
  readonly server: string;
  readonly lease: Lease;
  readonly thread: ThreadRow;
  readonly session: SessionRow;
}

export async function makePlace(store: Store): Promise<Place> {
  const server = fresh('server');
  const lease = await hold(store, server, 'us', 600_000);
  const event = message(fresh('thread'), 'hello');
  await store.inbox.accept(event, { server, project: 'api' });
  const thread = await store.threads.byAddress(event.address);
  if (thread === undefined) throw new Error('accept made no thread');
  const session = await store.threads.bind(lease, thread.id, '/srv/api', 'hello');
  for (const row of await store.inbox.pending(server, 10)) await store.inbox.finish(lease, row.id);
  return { server, lease, thread: { ...thread, session: session.id }, session };
}

export async function hold(store: Store, name: string, owner: string, ttlMs: number): Promise<Lease> {
  const lease = await store.leases.acquire(name, owner, ttlMs);
  if (lease === undefined) throw new Error(`${name} is held`);
  return lease;
}
