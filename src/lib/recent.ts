/** A map that remembers at most so many entries: the one that was set longest ago is forgotten first. */
export interface Recent<Key, Value> {
  get(key: Key): Value | undefined;
  /** Is the newest then, whether it was there or not. */
  set(key: Key, value: Value): void;
}

export function createRecent<Key, Value>(most: number): Recent<Key, Value> {
  const entries = new Map<Key, Value>();
  return {
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
  };
}
