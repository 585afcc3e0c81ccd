/** Work in order within a lane, lanes beside one another. */
export interface Lanes {
  /** Begins after everything that was given for the same lane before. */
  run<T>(lane: string, work: () => Promise<T>): Promise<T>;
}

export function createLanes(): Lanes {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async run(lane, work) {
      const before = tails.get(lane) ?? Promise.resolve();
      // The one before tells its own caller what went wrong.
      const mine = before.then(work, work);
      tails.set(lane, mine);
      try {
        return await mine;
      } finally {
        if (tails.get(lane) === mine) tails.delete(lane);
      }
    },
  };
}
