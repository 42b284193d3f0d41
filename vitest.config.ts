import { defineConfig } from 'vitest/config'

const TESTS = '{device,harness,schemas,guest-drivers,scripts}/**/*.test.ts'
const NEVER = ['**/node_modules/**', 'dist/**']
/** They replace modules, or look at what binaryen makes: its settings are the process's, and the compiler of other tests changes them. */
const ALONE = ['harness/guest/**/*.test.ts', 'harness/run/metering.test.ts']

export default defineConfig({
  test: {
    testTimeout: 30_000,
    // By itself vitest leaves one core free, of two that is half.
    maxWorkers: '100%',
    projects: [
      {
        // Files share a worker's modules: loading them anew for each costs a third of the time.
        extends: true,
        test: { name: 'together', include: [TESTS], exclude: [...NEVER, ...ALONE], isolate: false },
      },
      { extends: true, test: { name: 'alone', include: ALONE, exclude: NEVER } },
    ],
  },
})
