// The example of docs/vitest.md, as its reader has it: from the packed archive, with types, under vitest's worker pools.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const MODULES = join(ROOT, 'node_modules')
const built = existsSync(join(ROOT, 'dist/drivers/faulty/INT-5.wasm'))
let folder: string

/** What `npm install path/to/wasm-hba-0.1.0.tgz` leaves behind; what the package needs is taken from here. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hba-example-'))
  if (!built) return
  cpSync(join(ROOT, 'docs/examples/vitest'), folder, { recursive: true })
  const pack = ['pack', '--ignore-scripts', '--silent', '--offline', '--pack-destination', folder]
  execFileSync('npm', pack, { cwd: ROOT, stdio: 'pipe', shell: process.platform === 'win32' })
  const archive = readdirSync(folder).find(name => name.endsWith('.tgz'))!
  execFileSync('tar', ['-xzf', archive], { cwd: folder })
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(MODULES))
    if (name !== 'wasm-hba' && !name.startsWith('.')) symlinkSync(join(MODULES, name), join(modules, name))
  renameSync(join(folder, 'package'), join(modules, 'wasm-hba'))
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(
  program: string,
  args: string[],
  env: Record<string, string> = {},
): { status: number | null; said: string } {
  // Not as a part of the run that this test belongs to.
  const own = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST|NODE_OPTIONS)/.test(name)),
  )
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'node_modules', program), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...own, NO_COLOR: '1', CI: '', GITHUB_ACTIONS: '', ...env },
  })
  return { status, said: stdout + stderr }
}

describe.skipIf(!built)('the example project', () => {
  test.each(['threads', 'forks', 'vmThreads'])('passes with the pool %s', pool => {
    const { status, said } = run('vitest/vitest.mjs', ['run', '--pool', pool])
    expect(said).toContain('Tests  4 passed (4)')
    expect(status).toBe(0)
  })

  test('fails with a driver that acknowledges late, and shows why', () => {
    const { status, said } = run('vitest/vitest.mjs', ['run'], { DRIVER: join(ROOT, 'dist/drivers/faulty/INT-5.wasm') })
    expect(status).toBe(1)
    expect(said).toContain('expected no rule to be violated, found INT-5:')
    expect(said).toMatch(/before: wrote RING_HEAD \(0x94\)/)
  })

  test('benchmarks the host', () => {
    const { status, said } = run('vitest/vitest.mjs', ['bench', '--run', '--pool', 'vmThreads'])
    expect(said).toMatch(/one read of 512 bytes +[\d,.]+ .*\n.*boot and first read +[\d,.]+ /)
    expect(status).toBe(0)
  })

  test('brings the command line', () => {
    const scenario = ['run', join(ROOT, 'dist/drivers/reference-queued.wasm'), '--workload', 'ios=20', '--quiet']
    expect(run('wasm-hba/dist/harness/cli/main.js', scenario)).toMatchObject({
      status: 0,
      said: expect.stringMatching(/^PASS /),
    })
    expect(readdirSync(join(folder, 'node_modules/wasm-hba/dist/hba'))).toEqual(
      expect.arrayContaining(['program.js', 'run.js', 'zod.LICENSE']),
    )
  })

  test('has types', () => {
    const wrong = "import { expect } from 'vitest'\nimport 'wasm-hba/vitest'\nexpect(1).toHaveSrbStatus('SUCESS')\n"
    expect(run('typescript/bin/tsc', ['-p', '.'])).toEqual({ status: 0, said: '' })
    writeFileSync(join(folder, 'wrong.test.ts'), wrong)
    expect(run('typescript/bin/tsc', ['-p', '.']).said).toMatch(/^wrong\.test\.ts\(3,.*'"SUCESS"'/)
  })

  test('the page shows the file', () => {
    const page = readFileSync(join(ROOT, 'docs/vitest.md'), 'utf8')
    expect(page).toContain(`\`\`\`ts\n${readFileSync(join(ROOT, 'docs/examples/vitest/driver.test.ts'), 'utf8')}\`\`\``)
  })
})
