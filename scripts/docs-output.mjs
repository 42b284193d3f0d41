// Runs the commands that the documents show, and says which of the lines shown no longer come out. Exit 1 when there are any.
// Needs a build. Not a test: figures change on purpose, and then the documents are pasted anew.
//
//   make build && node scripts/docs-output.mjs
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const MAIN = join(ROOT, 'dist/harness/cli/main.js')
const SHARED_LINE = 'docs/scenarios/shared-line.hba.json'

/** A place of its own, so that files a run makes are new each time and gone afterwards. */
const place = mkdtempSync(join(tmpdir(), 'hba-docs-'))
for (const folder of ['docs/scenarios', 'docs/regression'])
  cpSync(join(ROOT, folder), join(place, folder), { recursive: true })
mkdirSync(join(place, 'dist/images'), { recursive: true })
symlinkSync(join(ROOT, 'dist/drivers'), join(place, 'dist/drivers'))
symlinkSync(join(ROOT, 'guest-drivers'), join(place, 'guest-drivers'))
writeFileSync(join(place, 'bad.json'), '{"machine":{"adaptors":[]},"seed":-1,"budgets":{"isr.max":"25"}}\n')

const outputs = new Map()

/** @returns lines of standard output, then of standard error */
function run(args) {
  if (!outputs.has(args)) {
    // Through a shell, for `*.c`.
    const command = `"${process.execPath}" "${MAIN}" ${args}`
    const { stdout, stderr } = spawnSync(command, { cwd: place, encoding: 'utf8', shell: true })
    outputs.set(args, `${stdout}\n${stderr}`.split('\n'))
  }
  return outputs.get(args)
}

/** Commands with the lines shown below them, from the code blocks without a language. */
function* shown(markdown) {
  for (const [, language, block] of markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)) {
    if (language !== '') continue
    if (block.startsWith('PASS')) yield { args: `run ${SHARED_LINE}`, lines: block.split('\n') }
    for (const part of block.split(/^\$ /m).slice(1)) {
      const [command, ...lines] = part.split('\n')
      const args = /^(?:npx )?hba (.*)$/.exec(command)?.[1]
      if (args !== undefined && !args.includes('my-driver')) yield { args, lines }
    }
  }
}

const documents = ['README.md', ...readdirSync(join(ROOT, 'docs')).map(name => `docs/${name}`)]
for (const file of documents.filter(name => name.endsWith('.md'))) {
  for (const { args, lines } of shown(readFileSync(join(ROOT, file), 'utf8'))) {
    const output = run(args)
    let from = 0
    for (const line of lines) {
      if (/^\s*…?\s*$/.test(line)) continue
      const at = output.indexOf(line, from)
      if (at >= 0) {
        from = at + 1
        continue
      }
      process.stdout.write(`${file}: hba ${args}\n  ${line}\n`)
      process.exitCode = 1
    }
  }
}
rmSync(place, { recursive: true, force: true })
