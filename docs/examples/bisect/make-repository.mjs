// Makes the repository that docs/bisect.md bisects: a driver of one file, eight commits, the same hashes everywhere.
//
//   node docs/examples/bisect/make-repository.mjs DIR
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGE = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
const [directory] = process.argv.slice(2)
if (directory === undefined) throw new Error('where? node make-repository.mjs DIR')

/** driver.ts; commits change parts of it. */
const driver = ({ about = 'A miniport.', before = '', after = '', helper = false }) => `// ${about}
import { ScsiPortInitialize } from './node_modules/wasm-hba/guest-drivers/assembly'
import * as hw from './node_modules/wasm-hba/guest-drivers/assembly/whba'
import { read } from './node_modules/wasm-hba/guest-drivers/reference-queued/chip'
import { drainRing } from './node_modules/wasm-hba/guest-drivers/reference-queued/completion'
import { DeviceExtension } from './node_modules/wasm-hba/guest-drivers/reference-queued/extension'
import { initializationData } from './node_modules/wasm-hba/guest-drivers/reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from './node_modules/wasm-hba/guest-drivers/reference-queued/interrupt'
${helper ? '\nfunction serve(ext: DeviceExtension, causes: u32): void {\n  drainRing(ext)\n  serveRest(ext, causes)\n}\n' : ''}
function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
${before}  dismiss(ext, causes)
${after}${helper ? '  serve(ext, causes)\n' : '  drainRing(ext)\n  serveRest(ext, causes)\n'}  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
`

const MASK = '  // Causes of no interest are none.\n  if ((causes & 0x7FFFFFFF) == 0) return true\n'
const CHECK =
  '  // What went wrong, should something have gone wrong.\n  if (read(ext, hw.WHBA_ERROR_INFO) == 0xFFFFFFFF) return true\n'
const ABOUT = 'A miniport for the reference adapter.'

/** Subjects and what each commit leaves in driver.ts; `notes` goes into a file of its own. */
const COMMITS = [
  ['The driver', {}],
  ['Say what it is', { about: ABOUT }],
  ['Serve in a function of its own', { about: ABOUT, helper: true }],
  ['Skip causes that are none', { about: ABOUT, helper: true, before: MASK }],
  ['Look for errors', { about: ABOUT, helper: true, before: MASK, after: CHECK }],
  ['Note the tests', { about: ABOUT, helper: true, before: MASK, after: CHECK }, 'Tested on three machines.'],
  ['No mask is needed', { about: ABOUT, helper: true, after: CHECK }],
  ['Shorter header', { helper: true, after: CHECK }],
]

const JUDGE = `#!/bin/sh
# For git bisect run. 0: this commit does what good.wasm does. 1: it does something else. 125: cannot be told, try another one.
PATH="node_modules/.bin:$PATH"
hba build driver.ts -o driver.wasm --quiet || exit 125
hba diff good.wasm driver.wasm --ignore timing --workload ios=100 --quiet
code=$?
[ "$code" -le 1 ] || exit 125
exit "$code"
`

mkdirSync(join(directory, 'node_modules/.bin'), { recursive: true })
// What 'npm install' of the archive does, without copying it.
symlinkSync(PACKAGE, join(directory, 'node_modules/wasm-hba'))
symlinkSync(join(PACKAGE, 'dist/harness/cli/main.js'), join(directory, 'node_modules/.bin/hba'))

const git = (args, date = '2024-03-01T12:00:00Z') =>
  execFileSync('git', ['-c', 'core.autocrlf=false', '-c', 'commit.gpgsign=false', ...args], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ...{ GIT_AUTHOR_NAME: 'A. Uthor', GIT_AUTHOR_EMAIL: 'author@example.org', GIT_AUTHOR_DATE: date },
      ...{ GIT_COMMITTER_NAME: 'A. Uthor', GIT_COMMITTER_EMAIL: 'author@example.org', GIT_COMMITTER_DATE: date },
    },
  })

git(['init', '-q', '-b', 'main'])
writeFileSync(join(directory, '.gitignore'), 'node_modules\n*.wasm\n*.wasm.map\n')
writeFileSync(join(directory, 'judge.sh'), JUDGE)
chmodSync(join(directory, 'judge.sh'), 0o755)
for (const [n, [subject, parts, notes]] of COMMITS.entries()) {
  writeFileSync(join(directory, 'driver.ts'), driver(parts))
  if (notes !== undefined) writeFileSync(join(directory, 'NOTES'), `${notes}\n`)
  git(['add', '-A'])
  git(['commit', '-q', '-m', subject], `2024-03-${String(n + 1).padStart(2, '0')}T12:00:00Z`)
  if (n === 0) git(['tag', 'v1'])
}
