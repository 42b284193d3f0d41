// The checked-in headers and manuals are what the register maps say. `node scripts/generate.mjs` brings them up to date.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generatedFiles } from '../device/registers/generate.ts'

test.each(generatedFiles())('$path is up to date', ({ path, text }) => {
  expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).toBe(text)
})
