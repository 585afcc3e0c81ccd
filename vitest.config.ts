import { defineConfig } from 'vitest/config';

const project = (name: string, include: readonly string[], seconds: number) => ({
  test: { name, include: [...include], testTimeout: seconds * 1000, hookTimeout: seconds * 1000 },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/*.test.ts', 'test/unit/**/*.test.ts'], 20),
      project('contract', ['test/contract/**/*.test.ts'], 60),
      project('e2e', ['test/e2e/**/*.test.ts'], 120),
      project('browser', ['test/browser/**/*.test.ts'], 180),
      project('fault', ['test/fault/**/*.test.ts'], 300),
    ],
  },
});
