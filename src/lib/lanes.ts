/** Work in order within a lane, lanes beside one another. */
export interface Lanes {
  /** Begins after everything that was given for the same lane before. */
  run<T>(lane: string, work: () => Promise<T>): Promise<T>;
  /** Is something of it under way? */
  isBusy(lane: string): boolean;
}

export function createLanes(): Lanes {
  const tails = new Map<string, Promise<unknown>>();
  return {
    isBusy: (lane) => tails.has(lane),
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
