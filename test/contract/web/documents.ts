import type { Documents } from '../../../src/core/channel.ts';

/** Documents whose next call goes wrong as the test says. */
export interface FaultyDocuments extends Documents {
  /** The next message is not stored, or is stored and the answer is lost. */
  nextMessage(fault: 'refused' | 'lost'): void;
  /** The next part of a file never comes, or cannot be read. */
  nextPart(fault: 'hangs' | 'refused'): void;
  /** All files are taken away. */
  dropFiles(): Promise<void>;
  /** Bytes of files that were read so far. */
  read(): number;
}

export function faulty(documents: Documents): FaultyDocuments {
  const state: {
    message: 'refused' | 'lost' | undefined;
    part: 'hangs' | 'refused' | undefined;
    read: number;
  } = {
    message: undefined,
    part: undefined,
    read: 0,
  };
  const away = () => new Error('the database does not answer');
  return {
    ...documents,
    async put(collection, key, value) {
      const fault = collection.startsWith('messages/') ? state.message : undefined;
      if (fault !== undefined) state.message = undefined;
      if (fault === 'refused') throw away();
      await documents.put(collection, key, value);
      if (fault === 'lost') throw away();
    },
    async get(collection, key) {
      if (!collection.startsWith('file/')) return documents.get(collection, key);
      const fault = state.part;
      state.part = undefined;
      if (fault === 'hangs') return new Promise(() => {});
      if (fault === 'refused') throw away();
      const part = await documents.get(collection, key);
      state.read += Buffer.from(String(part), 'base64').length;
      return part;
    },
    nextMessage(fault) {
      state.message = fault;
    },
    nextPart(fault) {
      state.part = fault;
    },
    async dropFiles() {
      for (const { key } of await documents.list('files')) await documents.remove('files', key);
    },
    read: () => state.read,
  };
}
