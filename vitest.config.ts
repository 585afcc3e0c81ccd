import { defineConfig } from 'vitest/config';

/** Groups run one after another: what starts whole products must not compete with what measures order in one. */
const project = (
  groupOrder: number,
  name: string,
  include: readonly string[],
  seconds: number,
  retry = 0,
) => ({
  test: {
    name,
    include: [...include],
    testTimeout: seconds * 1000,
    hookTimeout: seconds * 1000,
    sequence: { groupOrder },
    // Whole products on a shared machine: a second try, which the report shows as such.
    retry,
  },
});

export default defineConfig({
  test: {
    projects: [
      project(0, 'unit', ['test/*.test.ts', 'test/unit/**/*.test.ts'], 20),
      project(1, 'contract', ['test/contract/**/*.test.ts'], 120),
      project(2, 'e2e', ['test/e2e/**/*.test.ts'], 120, 1),
      project(3, 'browser', ['test/browser/**/*.test.ts'], 180, 1),
      project(4, 'fault', ['test/fault/**/*.test.ts'], 300, 1),
    ],
  },
});
