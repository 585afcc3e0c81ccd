import { defineConfig } from 'vitest/config';
import Sequencer from './test/sequencer.ts';

/**
 * Groups run one after another. All that an ordinary run holds besides `unit` is one group: a test waits for what a
 * person would see, however long that takes, so that what computes may fill the time in which something else waits.
 */
const project = (
  groupOrder: number,
  name: string,
  include: readonly string[],
  seconds: number,
  workers: number,
  retry = 0,
  exclude: readonly string[] = [],
) => ({
  test: {
    name,
    include: [...include],
    exclude: [...exclude],
    testTimeout: seconds * 1000,
    hookTimeout: seconds * 1000,
    sequence: { groupOrder },
    // The files that a worker takes share its modules, which hold no state but counters (a rule of the house): without
    // it each file reads all sources anew, half of the time of `unit` and a third of `contract`.
    isolate: false,
    // More files at once than a small machine has cores, where most of their time is waiting.
    maxWorkers: workers,
    // Whole products and real servers on a shared machine: a second try, which the report shows as such.
    retry,
    // Waits for an order of things, not for a time: one second, as it is by default, is a limit on a busy machine.
    expect: { poll: { timeout: 30_000 } },
  },
});

const walks = ['test/contract/gateway/walks.test.ts'];

export default defineConfig({
  test: {
    reporters: ['default', './test/report.ts'],
    globalSetup: 'test/shared-setup.ts',
    sequence: { sequencer: Sequencer },
    projects: [
      project(0, 'unit', ['test/*.test.ts', 'test/unit/**/*.test.ts'], 30, 2),
      project(1, 'e2e', ['test/e2e/**/*.test.ts'], 240, 3, 1),
      project(1, 'contract', ['test/contract/**/*.test.ts'], 120, 3, 1, walks),
      // Chance decides what happens in these two: what fails once is a finding, so there is no second try.
      project(1, 'walks', walks, 120, 3),
      project(2, 'browser', ['test/browser/**/*.test.ts'], 180, 2, 1),
      project(3, 'fault', ['test/fault/**/*.test.ts'], 400, 4),
    ],
  },
});
