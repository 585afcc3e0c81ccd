/** The page's threads and messages: in memory while they are used, in the documents for good. */
import type { Documents } from '../../src/core/channel.ts';
import { createLanes, type Lanes } from '../../src/lib/lanes.ts';
import { type MessageRecord, messageRecord, type ThreadRecord, threadRecord } from './records.ts';

/** Threads held in memory; beyond it the one looked at longest ago is read again when it is wanted. */
const mostThreads = 100;

export interface OpenThread {
  record: ThreadRecord;
  /** In order of their sequence. */
  readonly messages: Map<string, MessageRecord>;
  /** Messages whose newest state is not in the documents, with the time when an older one was written. */
  readonly unwritten: Map<string, number>;
  /** The last sequence given away. */
  sequence: number;
}

export interface Archive {
  /** Newest activity first. */
  threads(): Promise<readonly ThreadRecord[]>;
  /** undefined: the threads were not read yet, it is not there, or nobody has written in it. */
  titleOf(id: string): string | undefined;
  open(id: string): Promise<OpenThread | undefined>;
  /** All of a thread, in order; not kept in memory for it. */
  messages(id: string): Promise<readonly MessageRecord[]>;
  /** Makes the thread, or changes what its row says. */
  putThread(record: ThreadRecord): Promise<void>;
  putMessage(thread: OpenThread, message: MessageRecord): Promise<void>;
  removeMessage(thread: OpenThread, id: string): Promise<void>;
  /** With all its messages. */
  removeThread(id: string): Promise<void>;
  /** Runs what changes a thread one after another. */
  inTurn<T>(id: string, change: () => Promise<T>): Promise<T>;
}

interface Held {
  readonly documents: Documents;
  records: Promise<Map<string, ThreadRecord>> | undefined;
  /** The same, once it is there. */
  read: ReadonlyMap<string, ThreadRecord>;
  /** In order of use, the latest last. */
  readonly open: Map<string, Promise<OpenThread>>;
  readonly changes: Lanes;
}

export function createArchive(documents: Documents): Archive {
  const held: Held = {
    documents,
    records: undefined,
    read: new Map(),
    open: new Map(),
    changes: createLanes(),
  };
  return {
    threads: async () => [...(await allRecords(held)).values()].sort((a, b) => b.activeAt - a.activeAt),
    titleOf: (id) => held.read.get(id)?.title || undefined,
    open: (id) => openThread(held, id),
    async messages(id) {
      const open = await held.open.get(id);
      return open === undefined ? readMessages(documents, id) : [...open.messages.values()];
    },
    putThread: (record) => putThread(held, record),
    removeThread: (id) => removeThread(held, id),
    async putMessage(thread, message) {
      await documents.put(collection(thread.record.id), message.id, message).catch((error: unknown) => {
        // It may stand there all the same: whoever tries again must see it.
        held.open.delete(thread.record.id);
        throw error;
      });
      thread.messages.set(message.id, message);
      thread.unwritten.delete(message.id);
    },
    async removeMessage(thread, id) {
      await documents.remove(collection(thread.record.id), id);
      thread.messages.delete(id);
      thread.unwritten.delete(id);
    },
    inTurn: (id, change) => held.changes.run(id, change),
  };
}

const collection = (thread: string) => `messages/${thread}`;

function allRecords(held: Held): Promise<Map<string, ThreadRecord>> {
  held.records ??= held.documents.list('threads').then((rows) => {
    const records = new Map(rows.map(({ key, value }) => [key, threadRecord.parse(value)]));
    held.read = records;
    return records;
  });
  const reading = held.records;
  reading.catch(() => {
    if (held.records === reading) held.records = undefined;
  });
  return reading;
}

async function putThread(held: Held, record: ThreadRecord): Promise<void> {
  const records = await allRecords(held);
  await held.documents.put('threads', record.id, record);
  records.set(record.id, record);
  const thread = await held.open.get(record.id);
  if (thread !== undefined) thread.record = record;
}

/** Its row goes first: what is left of messages after a crash is shown nowhere. */
async function removeThread(held: Held, id: string): Promise<void> {
  const { documents } = held;
  const records = await allRecords(held);
  await documents.remove('threads', id);
  records.delete(id);
  held.open.delete(id);
  for (const { key } of await documents.list(collection(id))) await documents.remove(collection(id), key);
}

async function openThread(held: Held, id: string): Promise<OpenThread | undefined> {
  const record = (await allRecords(held)).get(id);
  if (record === undefined) return undefined;
  const reading = held.open.get(id) ?? readThread(held, record);
  held.open.delete(id);
  held.open.set(id, reading);
  reading.catch(() => held.open.delete(id));
  await closeUnused(held, id);
  return reading;
}

async function readThread(held: Held, record: ThreadRecord): Promise<OpenThread> {
  const messages = await readMessages(held.documents, record.id);
  return {
    record,
    messages: new Map(messages.map((message) => [message.id, message])),
    unwritten: new Map(),
    sequence: messages.at(-1)?.sequence ?? 0,
  };
}

async function readMessages(documents: Documents, thread: string): Promise<readonly MessageRecord[]> {
  const rows = await documents.list(collection(thread));
  return rows.map(({ value }) => messageRecord.parse(value)).sort((a, b) => a.sequence - b.sequence);
}

/** Forgets threads that are looked at by nobody; what they show is in the documents. */
async function closeUnused(held: Held, wanted: string): Promise<void> {
  for (const [id, reading] of held.open) {
    if (held.open.size <= mostThreads) return;
    if (id === wanted || held.changes.isBusy(id)) continue;
    const thread = await reading;
    if (thread.unwritten.size === 0 && !held.changes.isBusy(id)) held.open.delete(id);
  }
}
