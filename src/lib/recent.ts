/** A map that remembers at most so many entries: the one that was set longest ago is forgotten first. */
export interface Recent<Key, Value> extends Iterable<readonly [Key, Value]> {
  get(key: Key): Value | undefined;
  /** Is the newest then, whether it was there or not. */
  set(key: Key, value: Value): void;
  delete(key: Key): void;
  clear(): void;
}

export function createRecent<Key, Value>(most: number): Recent<Key, Value> {
  const entries = new Map<Key, Value>();
  return {
    [Symbol.iterator]: () => entries[Symbol.iterator](),
    get: (key) => entries.get(key),
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= most) return;
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        break;
      }
    },
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  };
}
