/** A map that remembers at most so many entries: the one that was set longest ago is forgotten first. */
export interface Recent<Key, Value> {
  get(key: Key): Value | undefined;
  has(key: Key): boolean;
  /** Is the newest then, whether it was there or not. */
  set(key: Key, value: Value): void;
  delete(key: Key): boolean;
  /** Oldest first. */
  entries(): Iterable<readonly [Key, Value]>;
}

export function createRecent<Key, Value>(most: number): Recent<Key, Value> {
  const entries = new Map<Key, Value>();
  return {
    get: (key) => entries.get(key),
    has: (key) => entries.has(key),
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= most) return;
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        break;
      }
    },
    delete: (key) => entries.delete(key),
    entries: () => entries.entries(),
  };
}
