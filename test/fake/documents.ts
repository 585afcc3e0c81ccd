import type { Documents } from '../../src/core/channel.ts';

/** Documents in memory; `writes` counts what a database would be asked to write. */
export interface MemoryDocuments extends Documents {
  readonly writes: { count: number };
}

export function memoryDocuments(): MemoryDocuments {
  const kept = new Map<string, string>();
  const writes = { count: 0 };
  const name = (collection: string, key: string) => `${collection}\n${key}`;
  const value = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));
  return {
    writes,
    get: async (collection, key) => value(kept.get(name(collection, key))),
    async put(collection, key, document) {
      writes.count += 1;
      kept.set(name(collection, key), JSON.stringify(document));
    },
    async remove(collection, key) {
      kept.delete(name(collection, key));
    },
    list: async (collection) =>
      [...kept.keys()]
        .filter((each) => each.startsWith(`${collection}\n`))
        .sort()
        .map((each) => ({ key: each.slice(collection.length + 1), value: value(kept.get(each)) })),
  };
}
