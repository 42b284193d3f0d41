// The example of docs/bisect.md: a made repository, in which git bisect finds the commit that made the ISR read a register more.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildModule } from '../harness/build/build.ts'
import { FileMeterCache } from '../harness/guest/file-meter-cache.ts'

const ROOT = join(import.meta.dirname, '..')
const hasGit = spawnSync('git', ['--version']).status === 0
const built = existsSync(join(ROOT, 'dist/harness/cli/main.js'))
/** What `hba` takes for the user's cache folder. */
const cacheHome = join(ROOT, '.cache/bisect')
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hba-bisect-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.skipIf(!hasGit || !built)(
  'git bisect run finds the commit that changed the ISR',
  async () => {
    const env = { ...process.env, XDG_CACHE_HOME: cacheHome, HBA_NO_CACHE: '', LC_ALL: 'C' }
    const script = join(ROOT, 'docs/examples/bisect/make-repository.mjs')
    execFileSync(process.execPath, [script, folder])
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: folder, encoding: 'utf8', env, stdio: 'pipe' })
    // Compiled here, where the compiler is loaded once, and taken from the cache by judge.sh.
    const cache = new FileMeterCache(join(cacheHome, 'wasm-hba'))
    for (const commit of ['main~3', 'main~4', 'v1']) {
      git('checkout', '-q', commit)
      const { bytes } = await buildModule({ sources: ['driver.ts'], cwd: folder, cache })
      if (commit === 'v1') writeFileSync(join(folder, 'good.wasm'), bytes)
    }
    git('bisect', 'start', 'main', 'v1')
    const said = git('bisect', 'run', './judge.sh')
    expect(said).toMatch(/^[\da-f]{40} is the first bad commit$/m)
    expect(said).toMatch(/^ {4}Look for errors$/m)
    expect(said.match(/^(SAME|DIFFERENT)/gm)).toEqual(['SAME', 'DIFFERENT', 'DIFFERENT'])
    // The page shows this run.
    const page = readFileSync(join(ROOT, 'docs/bisect.md'), 'utf8')
    const hash = /^([\da-f]{40}) is/m.exec(said)![1]!
    expect(page).toContain(`${hash} is the first bad commit`)
  },
  120_000,
)
