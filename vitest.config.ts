import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/clean-up.ts'],
    testTimeout: 30_000,
    // The commands under test start threads of their own.
    maxWorkers: 2,
  },
});
