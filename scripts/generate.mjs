// Writes the files that are made from the register maps and the rules; with --check only says which are out of date (exit 1).
// Needs a build: make build
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generatedFiles } from '../dist/device/registers/generate.js'
import { RULES } from '../dist/harness/rules/catalogue.js'
import { rulesManual } from '../dist/harness/rules/manual.js'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

for (const { path, text } of [...generatedFiles(), { path: 'docs/rules.md', text: rulesManual(RULES) }]) {
  const file = join(root, path)
  if (current(file) === text) continue
  if (process.argv.includes('--check')) {
    process.stderr.write(`${path} is out of date: make build && node scripts/generate.mjs\n`)
    process.exitCode = 1
    continue
  }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  process.stdout.write(`${path}\n`)
}

function current(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}
