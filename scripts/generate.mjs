// Writes the files that are made from the register maps, the rules and the sector code; with --check only says which are out of date (exit 1).
// Needs a build: make build
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import binaryen from 'binaryen'
import { generatedFiles } from '../dist/device/registers/generate.js'
import { RULES } from '../dist/harness/rules/catalogue.js'
import { rulesManual } from '../dist/harness/rules/manual.js'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

const files = [
  ...generatedFiles(),
  { path: 'docs/rules.md', text: rulesManual(RULES) },
  { path: 'harness/workload/sectors.generated.ts', text: moduleOf('harness/workload/sectors.wat') },
]

for (const { path, text } of files) {
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

/** A module in the text format as a constant of its bytes. */
function moduleOf(path) {
  const module = binaryen.parseText(readFileSync(join(root, path), 'utf8'))
  module.setFeatures(binaryen.Features.SIMD128)
  if (module.validate() === 0) throw new Error(`${path} is not valid`)
  binaryen.setOptimizeLevel(2)
  binaryen.setShrinkLevel(0)
  module.optimize()
  const bytes = Buffer.from(module.emitBinary()).toString('base64')
  const lines = bytes.match(/.{1,100}/g).map(line => `  '${line}'`)
  return `// Made from ${path} by scripts/generate.mjs.\n\n/** The module in base64. */\nexport const SECTORS_WASM =\n${lines.join(' +\n')}\n`
}

function current(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}
