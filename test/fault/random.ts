/** Chance that can be had again: the same seed gives the same moments. */
export interface Random {
  readonly seed: number;
  /** From 0 up to, and without, `limit`. */
  below(limit: number): number;
}

/** mulberry32. */
export function createRandom(seed: number): Random {
  const state = { at: seed >>> 0 };
  return {
    seed,
    below(limit) {
      state.at = (state.at + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state.at ^ (state.at >>> 15), state.at | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit;
    },
  };
}
