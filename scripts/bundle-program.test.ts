// The bundled program, alone in a folder: without the modules it was made of, and without any package.
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Suite } from '../schemas/suite.ts'

const ROOT = join(import.meta.dirname, '..')
const MAIN = 'dist/harness/cli/main.js'
const DRIVER = join(ROOT, 'dist/drivers/reference-queued.wasm')
const built = existsSync(join(ROOT, 'dist/hba/program.js')) && existsSync(DRIVER)
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hba-bundle-'))
  if (!built) return
  mkdirSync(join(folder, 'dist/harness/cli'), { recursive: true })
  cpSync(join(ROOT, 'dist/hba'), join(folder, 'dist/hba'), { recursive: true })
  for (const file of [MAIN, 'package.json']) copyFileSync(join(ROOT, file), join(folder, file))
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** @param root where the program is taken from @param cache folder of metered drivers */
function hba(root: string, args: readonly string[], cache: string, env: Record<string, string> = {}) {
  const { GITHUB_ACTIONS: _, HBA_NO_CACHE: __, ...own } = process.env
  return spawnSync(process.execPath, [join(root, MAIN), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...own, XDG_CACHE_HOME: join(folder, cache), ...env },
  })
}

describe.skipIf(!built)('the bundled program', () => {
  const run = ['run', DRIVER, '--workload', 'ios=20', '--quiet']

  test('runs a driver from the cache without binaryen, assemblyscript or any other package', () => {
    const cold = hba(ROOT, run, 'warm')
    expect([cold.status, cold.stderr]).toEqual([0, ''])
    expect(readdirSync(join(folder, 'warm/wasm-hba'))).not.toEqual([])
    expect(hba(folder, run, 'warm')).toMatchObject({ status: 0, stderr: '', stdout: cold.stdout })
  })

  test('cannot without the cache', () => {
    const { status, stderr } = hba(folder, run, 'empty')
    expect([status, stderr]).toEqual([4, expect.stringContaining("Cannot find package 'binaryen'")])
  })

  test('shows with HBA_DEBUG=1 in which module it broke', () => {
    const broken = "--import=data:text/javascript,performance.now=()=>{throw(new(Error)('no_clock'))}"
    const { status, stderr } = hba(folder, run, 'warm', { HBA_DEBUG: '1', NODE_OPTIONS: broken })
    expect([status, stderr]).toEqual([4, expect.stringContaining('internal error: Error: no_clock')])
    expect(stderr).toMatch(/dist[\\/]harness[\\/]run\.js:\d+:\d+/)
  })

  test('has worker threads of its own', () => {
    const suite = ['test', join(ROOT, 'docs/regression'), '--filter', 'load,lost', '--jobs', '2', '--json', '-']
    expect(hba(ROOT, suite, 'warm').status).toBe(0)
    const { status, stdout, stderr } = hba(folder, suite, 'warm')
    expect([status, stderr]).toEqual([0, ''])
    expect(Suite.parse(JSON.parse(stdout)).totals).toMatchObject({ cases: 2, passed: 2 })
  })

  test('knows its version, and each command', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
    expect(hba(folder, ['version'], 'warm').stdout).toBe(`wasm-hba ${version}\n`)
    const { status, stdout } = hba(folder, ['help'], 'warm')
    expect([status, stdout]).toEqual([0, hba(ROOT, ['help'], 'warm').stdout])
  })

  test('runs a driver with three files', () => {
    const seen = new Set<string>()
    const visit = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      const text = readFileSync(join(ROOT, 'dist/hba', file), 'utf8')
      for (const [, next] of text.matchAll(/^(?:import|export) .*?from "\.\/([^"]+)";$/gm)) visit(next!)
    }
    for (const file of ['program.js', 'cli.js', 'files.js', 'run-command.js', 'run2.js']) visit(file)
    expect([...seen].filter(file => statSync(join(ROOT, 'dist/hba', file)).size > 1000)).toEqual([
      'program.js',
      'start.js',
      'run.js',
    ])
  })
})
