import type { Clock } from '../../src/lib/clock.ts';

/** Work in order within a lane, lanes beside one another. */
export interface OrderedLanes {
  /** Begins after everything of the lane that is there and happened before; passes on its result. */
  run<T>(lane: string, work: Work<T>): Promise<T>;
}

export interface Work<T> {
  /** When it happened on the platform, in any unit that grows. */
  readonly at: number;
  do(): Promise<T>;
}

/**
 * Slack sends what happens to any of our sockets, so neighbours may overtake each other on the way: a lane that was
 * idle waits this long for what belongs before its first event, milliseconds.
 */
const windowMs = 50;

interface Item {
  readonly at: number;
  run(): Promise<void>;
}

export function createOrderedLanes(clock: Pick<Clock, 'sleep'>): OrderedLanes {
  const lanes = new Map<string, Item[]>();
  return {
    run<T>(lane: string, work: Work<T>) {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const item: Item = { at: work.at, run: () => work.do().then(resolve, reject) };
      const waiting = lanes.get(lane);
      if (waiting !== undefined) waiting.push(item);
      else {
        lanes.set(lane, [item]);
        void clock.sleep(windowMs).then(() => drain(lanes, lane));
      }
      return promise;
    },
  };
}

/** The earliest first; what comes meanwhile takes its place among those that wait. */
async function drain(lanes: Map<string, Item[]>, lane: string): Promise<void> {
  const items = lanes.get(lane) ?? [];
  for (let next = earliest(items); next !== undefined; next = earliest(items)) {
    items.splice(items.indexOf(next), 1);
    await next.run();
  }
  lanes.delete(lane);
}

function earliest(items: readonly Item[]): Item | undefined {
  return items.toSorted((a, b) => a.at - b.at)[0];
}
