// The checked-in headers and manuals are what the register maps and the rules say. `node scripts/generate.mjs` brings them up to date.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generatedFiles } from '../device/registers/generate.ts'
import { RULES } from '../harness/rules/catalogue.ts'
import { rulesManual } from '../harness/rules/manual.ts'

const manual = { path: 'docs/rules.md', text: rulesManual(RULES) }

test.each([...generatedFiles(), manual])('$path is up to date', ({ path, text }) => {
  expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).toBe(text)
})
