// `hba verify` as a program, with real worker threads. Threads need JavaScript: the bench is compiled into a folder of the test's own.
import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildDrivers } from '../../guest-drivers/build.mjs'
import { Suite } from '../../schemas/suite.ts'
import { campaignScenario } from '../verify/campaign.ts'
import type { OpenLane } from './lanes.ts'
import type * as Cache from './single-flight-cache.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const BUILT = join(ROOT, '.cache/program')
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')
const GOOD = 'dist/drivers/reference-queued.wasm'

beforeAll(async () => {
  await buildDrivers({ only: ['reference-queued'] })
  // Types are checked elsewhere.
  const options = ['--noCheck', '--declaration', 'false', '--declarationMap', 'false', '--sourceMap', 'false']
  execFileSync(process.execPath, [TSC, '-p', 'tsconfig.build.json', '--outDir', BUILT, ...options], { cwd: ROOT })
}, 120_000)

const built = (file: string): Promise<Record<string, unknown>> => import(pathToFileURL(join(BUILT, file)).href)

function program(...args: string[]) {
  const { GITHUB_ACTIONS: _, ...env } = process.env
  return spawnSync(process.execPath, [join(BUILT, 'harness/cli/main.js'), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env,
  })
}

describe('worker threads', () => {
  it('any number of them give the same suite', () => {
    const of = (jobs: string) =>
      program('test', 'docs/regression', '--filter', 'load,lost', '--jobs', jobs, '--json', '-')
    const [one, two] = [of('1'), of('2')]
    expect([one.status, one.stderr]).toEqual([0, ''])
    expect([two.status, two.stdout]).toEqual([0, one.stdout])
    expect(Suite.parse(JSON.parse(one.stdout)).totals!.passed).toBe(2)
  })

  it('any number of them give the same', () => {
    const of = (jobs: string) =>
      program('verify', GOOD, '--filter', 'load,shared-line,selection-timeout', '--jobs', jobs, '--json', '-')
    const [one, two] = [of('1'), of('2')]
    expect([one.status, one.stderr]).toEqual([0, ''])
    expect(two.stdout).toBe(one.stdout)
    expect(Suite.parse(JSON.parse(one.stdout)).reports).toHaveLength(3)
  }, 60_000)

  it('the program says what is wrong, and how', () => {
    const { status, stdout, stderr } = program('verify', 'none.wasm')
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toBe("hba: the driver 'none.wasm' cannot be read: it does not exist\n")
  })

  it.runIf(existsSync('/dev/full'))('a result that standard output does not take is an error, in one line', () => {
    const full = openSync('/dev/full', 'w')
    const args = [join(BUILT, 'harness/cli/main.js'), 'rules']
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', full, 'pipe'] })
    closeSync(full)
    expect([status, stderr]).toEqual([2, 'hba: standard output cannot be written: no space left\n'])
  })

  describe('one that', () => {
    const task = { scenario: campaignScenario('load', { adapter: 'reference', driver: 'd.wasm' }), rerun: '' }
    const open = async () => {
      const { openWorker } = (await built('harness/cli/campaign-worker.js')) as { openWorker: OpenLane }
      const { SingleFlightCache } = (await built('harness/cli/single-flight-cache.js')) as typeof Cache
      return openWorker({ drivers: {}, coverage: false, pictures: false, version: '1' }, new SingleFlightCache())
    }

    it('meets an error names the scenario', async () => {
      const lane = await open()
      await expect(lane.run(task)).rejects.toThrow(/^scenario 'load': TypeError: /)
      await lane.close()
    })

    it('ends with work in hand gives it back as an error, then and later', async () => {
      const lane = await open()
      const work = lane.run(task)
      const refused = expect(work).rejects.toThrow("scenario 'load': the lane is closed")
      await lane.close()
      await refused
      await expect(lane.run(task)).rejects.toThrow("scenario 'load': the lane is closed")
    })
  })
})
