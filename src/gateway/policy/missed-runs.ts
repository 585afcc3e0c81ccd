import type { RunDone } from '../../core/library.ts';

/**
 * Runs that nobody here knows of, oldest first. `known`: what is known of each of them; `first`: the session was never
 * looked at, so that what was there before our first prompt was not missed. What was said into another run is answered
 * in that one.
 */
export function missedOf(
  runs: readonly RunDone[],
  known: readonly unknown[],
  first: boolean,
): readonly RunDone[] {
  const ours = known.findIndex((one) => one !== undefined);
  const from = first ? (ours === -1 ? runs.length : ours) : 0;
  return runs.filter((run, at) => at >= from && known[at] === undefined && run.within === undefined);
}
