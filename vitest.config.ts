import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{device,harness,schemas,guest-drivers,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**'],
    testTimeout: 30_000,
  },
})
