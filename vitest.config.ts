import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Spawned commands and 60 MB captures on two busy cores; nothing here waits for a clock.
    testTimeout: 60_000,
  },
});
