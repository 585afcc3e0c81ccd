/** Files of people and of the agent: their parts are documents, so that they are as durable as the messages. */
import { createHash } from 'node:crypto';
import type { Documents } from '../../src/core/channel.ts';
import { type FileFacts, type FileRecord, fileRecord } from './records.ts';

/** What the agent's side takes with one message, so that nothing is refused after it was sent. */
export const fileLimits = {
  maxBytes: 10 * 1024 * 1024,
  maxTotalBytes: 20 * 1024 * 1024,
  maxCount: 10,
  /** A file comes and is kept in parts of this size, the last one shorter: no request and no row is large. */
  partBytes: 512 * 1024,
} as const;

/** Files that were sent with no message are forgotten after this time; a draft keeps its files as long. */
const unsentMs = 7 * 24 * 60 * 60 * 1000;
const sweepMs = 24 * 60 * 60 * 1000;

export interface Files {
  /** Makes room for a file, or says how far it is. */
  begin(facts: FileFacts): Promise<FileRecord>;
  /** Keeps one part. Undefined: there is no such file, or this part is not the next one nor an earlier one. */
  add(id: string, index: number, bytes: Uint8Array): Promise<FileRecord | undefined>;
  find(id: string): Promise<FileRecord | undefined>;
  /** It belongs to a message from now on. */
  keep(record: FileRecord): Promise<void>;
  /** The parts in order; ends early where one is missing. */
  read(record: FileRecord): AsyncGenerator<Uint8Array<ArrayBuffer>>;
  /** One that is not there is no error. */
  remove(id: string): Promise<void>;
}

export const isComplete = ({ size, parts }: FileRecord): boolean => parts === partsOf(size);

const partsOf = (size: number): number => Math.ceil(size / fileLimits.partBytes);

/** The id of a file of the agent: the same for every try of the same upload. */
export function fileIdOf(thread: string, key: string): string {
  return `agent-${createHash('sha256').update(`${thread}\n${key}`).digest('hex').slice(0, 32)}`;
}

export function createFiles(documents: Documents, now: () => number): Files {
  const state = { sweptAt: 0 };
  const put = async (record: FileRecord): Promise<FileRecord> => {
    await documents.put('files', record.id, record);
    return record;
  };
  return {
    async begin(facts) {
      if (now() - state.sweptAt > sweepMs) await sweep(documents, now());
      state.sweptAt = Math.max(state.sweptAt, now());
      return (await find(documents, facts.id)) ?? put({ ...facts, parts: 0, at: now(), sent: false });
    },
    async add(id, index, bytes) {
      const record = await find(documents, id);
      if (record === undefined || index > record.parts || !fits(record, index, bytes)) return undefined;
      if (index < record.parts) return record;
      await documents.put(partsIn(id), keyOf(index), Buffer.from(bytes).toString('base64'));
      return put({ ...record, parts: index + 1 });
    },
    find: (id) => find(documents, id),
    keep: async (record) => void (await put({ ...record, sent: true })),
    read: (record) => read(documents, record),
    remove: (id) => remove(documents, id),
  };
}

const partsIn = (id: string) => `file/${id}`;
const keyOf = (index: number) => String(index).padStart(6, '0');

/** A part is full, or the last one. */
function fits({ size }: FileRecord, index: number, { length }: Uint8Array): boolean {
  return length > 0 && length === Math.min(fileLimits.partBytes, size - index * fileLimits.partBytes);
}

async function find(documents: Documents, id: string): Promise<FileRecord | undefined> {
  const value = await documents.get('files', id);
  return value === undefined ? undefined : fileRecord.parse(value);
}

async function* read(
  documents: Documents,
  { id, parts }: FileRecord,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let index = 0; index < parts; index += 1) {
    const part = await documents.get(partsIn(id), keyOf(index));
    if (typeof part !== 'string') return;
    yield new Uint8Array(Buffer.from(part, 'base64'));
  }
}

/** The parts go first: a record that is left alone is removed by the next try. */
async function remove(documents: Documents, id: string): Promise<void> {
  const record = await find(documents, id);
  if (record === undefined) return;
  // One more than is known: it may have been written before a crash.
  for (let index = 0; index <= record.parts; index += 1) await documents.remove(partsIn(id), keyOf(index));
  await documents.remove('files', id);
}

async function sweep(documents: Documents, now: number): Promise<void> {
  for (const { key, value } of await documents.list('files')) {
    const { sent, at } = fileRecord.parse(value);
    if (!sent && at < now - unsentMs) await remove(documents, key);
  }
}
