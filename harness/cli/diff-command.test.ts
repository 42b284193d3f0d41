// `hba diff` on real drivers: where they part, what changed, exit codes.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import binaryen from 'binaryen'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Diff } from '../../schemas/diff.ts'
import { Suite } from '../../schemas/suite.ts'
import { SuiteDiff } from '../../schemas/suite-diff.ts'
import { MemoryMeterCache } from '../guest/memory-meter-cache.ts'
import { METERING_VERSION } from '../guest/meter.ts'
import { jsonReport } from '../report/json.ts'
import { sampleReport } from '../report/testing/sample.ts'
import { runScenario } from '../run.ts'
import { hba } from './testing/fake-io.ts'

const DRIVERS = join(import.meta.dirname, '../../dist/drivers')
const QUEUED = join(DRIVERS, 'reference-queued.wasm')
const faulty = (rule: string): string => join(DRIVERS, `faulty/${rule}.wasm`)
const FEW = ['--workload', 'ios=60']
let cwd: string
let slower: string

/** The same driver with more instructions: every operator gets a local of its own. */
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'hba-diff-'))
  slower = join(cwd, 'slower.wasm')
  const module = binaryen.readBinary(readFileSync(QUEUED))
  module.runPasses(['flatten'])
  writeFileSync(slower, module.emitBinary())
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const meterCache = new MemoryMeterCache()
const diff = (...args: string[]) => hba(['diff', ...args], { cwd, run: runScenario, meterCache })
async function found(...args: string[]): Promise<{ code: number; diff: Diff }> {
  const { code, out, err } = await diff(...args, '--json', '-')
  expect(err).toBe('')
  return { code, diff: Diff.parse(JSON.parse(out)) }
}

describe('two drivers', () => {
  test('the same driver is the same', async () => {
    const { code, out } = await diff(QUEUED, QUEUED, ...FEW)
    expect(code).toBe(0)
    expect(out).toMatch(/^SAME {2}seed 1, cost model 'pcie'\n/)
    expect(out).not.toContain('Figures')
  })

  test('a late acknowledge: the first access that differs, with what goes on around it', async () => {
    const { code, out } = await diff(QUEUED, faulty('INT-5'), ...FEW)
    expect(code).toBe(1)
    expect(out).toMatch(/^DIFFERENT in behaviour and timing/)
    expect(out).toMatch(
      /behaviour: parts at 37\.6\d* µs, in HwInterrupt #1 of driver\n {4}a: wrote INT_ACK \(0x14\): 0x00000001\n/,
    )
    expect(out).toMatch(
      /^ {4,}\S+ µs +\S+ µs {2}read INT_STATUS \(0x10\): 0x00000001\n {2}a +\S+ µs {2,}wrote INT_ACK/m,
    )
    expect(out).toMatch(/^ {2}rule INT-5 +held +violated$/m)
    expect(out).toMatch(/^ {2}reads of INT_STATUS in HwInterrupt +\d+ +\d+ +\+\d+/m)
  })

  test('the same result at every run, whatever the context', async () => {
    const once = await diff(QUEUED, faulty('INT-5'), ...FEW, '--context', '2')
    expect((await diff(QUEUED, faulty('INT-5'), ...FEW, '--context', '2')).out).toBe(once.out)
    expect(once.out.split('\n').length).toBeLessThan(
      (await diff(QUEUED, faulty('INT-5'), ...FEW)).out.split('\n').length,
    )
  })

  test('more instructions are timing; what follows from them is no behaviour of the driver', async () => {
    const { code, diff: told } = await found(QUEUED, slower, ...FEW)
    expect(code).toBe(1)
    expect(told).toMatchObject({
      result: 'different',
      timing: 'different',
      timingParting: { routine: 'DriverEntry #1' },
    })
    expect(told.timingParting!.a).toMatch(/^DriverEntry #1 executes \d+ instructions/)
    expect(['same', 'follows-timing']).toContain(told.behaviour)
    expect(told.figures.some(f => f.name === 'HwInterrupt instructions')).toBe(true)
    expect(told.figures.filter(f => f.name.startsWith('rule'))).toEqual([])
  })

  test('timing ignored: only behaviour counts, and only its figures are shown', async () => {
    const same = await found(QUEUED, slower, ...FEW, '--ignore', 'timing')
    expect(same).toMatchObject({ code: 0, diff: { result: 'same', behaviour: 'same', figures: [] } })
    const other = await found(QUEUED, faulty('INT-5'), ...FEW, '--ignore', 'timing')
    expect(other).toMatchObject({ code: 1, diff: { behaviour: 'different', timingParting: null } })
    expect(new Set(other.diff.figures.map(f => f.kind))).toEqual(new Set(['behaviour']))
  })

  test('a driver written twice, in C and in AssemblyScript, is one driver: memory of its own is no behaviour', async () => {
    const inC = join(DRIVERS, 'reference-c.wasm')
    const { code, diff: told } = await found(QUEUED, inC, ...FEW, '--ignore', 'timing')
    expect({ code, figures: told.figures, parting: told.parting }).toEqual({ code: 0, figures: [], parting: null })
  })

  test('a place far into the run is found as well: the block is looked at again', async () => {
    const { diff: told } = await found(QUEUED, slower, '--workload', 'ios=200')
    expect(told.behaviour).toBe('follows-timing')
    expect(told.parting!.event).toBeGreaterThan(512)
    expect(told.parting!.lines.filter(line => line.side === 'both').length).toBeGreaterThan(3)
    expect(told.parting!.lines.some(line => line.side !== 'both')).toBe(true)
  })

  test('in a scenario file: the first adapter, or the one named; images are left alone', async () => {
    writeFileSync(join(cwd, 'disk.img'), Buffer.alloc(1 << 20, 7))
    writeFileSync(join(cwd, 'queued.wasm'), readFileSync(QUEUED))
    writeFileSync(join(cwd, 'dma.wasm'), readFileSync(join(DRIVERS, 'reference-dma.wasm')))
    const drives = [{ store: { kind: 'file', path: 'disk.img' } }]
    const adapters = [
      { kind: 'reference', driver: 'dma.wasm', name: 'first' },
      { kind: 'reference', driver: 'queued.wasm', name: 'second', drives },
    ]
    writeFileSync(join(cwd, 's.hba.json'), JSON.stringify({ machine: { adapters }, workload: { ios: 30, depth: 2 } }))
    const { code, out } = await diff(QUEUED, faulty('INT-5'), '--scenario', 's.hba.json', '--in', 'second')
    expect({ code, err: out.split('\n')[3] }).toMatchObject({ code: 1, err: expect.stringContaining('of second') })
    expect(readFileSync(join(cwd, 'disk.img')).every(byte => byte === 7)).toBe(true)
    const wrong = await diff(QUEUED, QUEUED, '--scenario', 's.hba.json', '--in', 'secnd')
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("'second'") })
  })

  test('in a scenario of the campaign', async () => {
    const { diff: told } = await found(QUEUED, faulty('IO-8'), '--scenario', 'load', '--seed', '2')
    expect(told).toMatchObject({ seed: 2, behaviour: 'different' })
  })
})

describe('two reports', () => {
  const report = (name: string, change: (report: ReturnType<typeof sampleReport>) => void = () => {}): string => {
    const made = sampleReport()
    change(made)
    writeFileSync(join(cwd, name), jsonReport(made))
    return name
  }

  test('their figures', async () => {
    const a = report('a.json')
    expect(await diff(a, report('same.json'))).toMatchObject({ code: 0, out: expect.stringMatching(/^SAME/) })
    const b = report('b.json', made => {
      made.trace.hash = '0123456789abcdef'
      made.guests[0]!.isr.claimed += 3
    })
    const { code, out } = await diff(a, b)
    expect(code).toBe(1)
    expect(out).toMatch(/interrupts claimed +[\d,]+ +[\d,]+ +\+3/)
  })

  test('of other conditions they cannot be compared', async () => {
    const other = report('seed.json', made => {
      made.seed = 99
    })
    expect(await diff(report('a.json'), other)).toMatchObject({ code: 2, err: expect.stringContaining('seed') })
  })
})

describe('two campaigns', () => {
  const verify = async (name: string, driver: string, ...args: string[]) => {
    const filter = ['--filter', 'load,selection-timeout,drop-command']
    const done = await hba(['verify', driver, ...filter, '--json', name, '-q', ...args], { cwd, meterCache })
    expect(done.err).toBe('')
  }
  beforeAll(async () => {
    await verify('good.json', QUEUED)
    await verify('again.json', QUEUED, '--jobs', '1')
    await verify('twin.json', faulty('INT-5'))
    await verify('slow.json', slower)
  })

  test('of the same driver are the same', async () => {
    const { code, out } = await diff('good.json', 'again.json')
    expect(code).toBe(0)
    expect(out).toMatch(/^SAME {2}3 cases\n {2}a {2}good\.json, driver sha256 [0-9a-f]{12}, 3 cases, PASS\n/)
    expect(out.trimEnd().split('\n')).toHaveLength(3)
  })

  test('case by case: the first that differs with its figures, the rules, and the others', async () => {
    const { code, out } = await diff('good.json', 'twin.json')
    expect(code).toBe(1)
    expect(out).toMatch(/^DIFFERENT in behaviour and timing {2}3 of 3 cases\n/)
    expect(out).toMatch(
      /\nThe first that differs: load\n {2}pass in a, fail in b\n {2}b: [\w-]+ breaks INT-5: HwInterrupt returned/,
    )
    expect(out).toMatch(/^ {2}rule INT-5 +held +violated$/m)
    expect(out).toMatch(/\nRules that changed\n.*\n {2}INT-5 +held +violated\n/)
    expect(out).toMatch(/\nCases that differ\n.*\n {2}load +pass +fail +\S.* → .*, and \d+ more\n {2}\S+ +pass +fail /)
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
    expect((await diff('good.json', 'twin.json', '--quiet')).out).toBe(
      'DIFFERENT in behaviour and timing  3 of 3 cases\n',
    )
  })

  test('as JSON; timing can be ignored', async () => {
    const json = async (...args: string[]) => {
      const { code, out } = await diff(...args, '--json', '-')
      return { code, diff: SuiteDiff.parse(JSON.parse(out)) }
    }
    const timed = await json('good.json', 'slow.json')
    expect([timed.code, timed.diff.rules, timed.diff.different.length]).toEqual([1, [], 3])
    expect(timed.diff.different.map(({ a, b, timing }) => [a, b, timing])).toEqual(
      Array.from({ length: 3 }, () => ['pass', 'pass', 'different']),
    )
    const twin = await json('good.json', 'twin.json', '--ignore', 'timing')
    expect([twin.code, twin.diff.ignored, twin.diff.rules]).toEqual([
      1,
      ['timing'],
      [{ id: 'INT-5', a: 'held', b: 'violated' }],
    ])
    const kinds = twin.diff.different.flatMap(({ figures }) => figures.map(({ kind }) => kind))
    expect(new Set(kinds)).toEqual(new Set(['behaviour']))
  })

  const changed = (from: string, to: string, change: (suite: Suite) => void): string => {
    const suite = Suite.parse(JSON.parse(readFileSync(join(cwd, from), 'utf8')))
    change(suite)
    writeFileSync(join(cwd, to), JSON.stringify(suite))
    return to
  }

  test('a case that one of them does not have, and one of another seed', async () => {
    const other = changed('good.json', 'other.json', suite => {
      suite.reports.splice(1, 1)
      suite.reports[1]!.report.seed = 99
    })
    const { code, out } = await diff('good.json', other)
    expect(code).toBe(1)
    const [, middle, last] = Suite.parse(JSON.parse(readFileSync(join(cwd, 'good.json'), 'utf8'))).reports
    expect(out).toMatch(/^DIFFERENT in behaviour and timing {2}2 of 3 cases\n/)
    expect(out).toContain(`The first that differs: ${middle!.name}\n  pass in a, missing in b\n`)
    expect(out).toMatch(new RegExp(`  ${last!.name} +pass +pass +seed 1 in a, 99 in b\n`))
  })

  test.each<[string, (suite: Suite) => void, string]>([
    ['of another adapter', suite => void Object.assign(suite.driver!, { adapter: 'nvme' }), 'adapter reference in a'],
    ['with another seed', suite => void Object.assign(suite, { seed: 2 }), 'seed 1 in a, 2 in b'],
    ['one a shard', suite => void Object.assign(suite, { shard: { index: 1, of: 2 } }), 'shard none in a, 1/2 in b'],
    ['of hba test', suite => void delete suite.driver, "kind of 'hba verify' in a, of 'hba test' in b"],
    [
      'without a common case',
      suite => {
        for (const one of suite.reports) one.name = `x-${one.name}`
      },
      "they have no case in common, a has 'load'",
    ],
    [
      'of another metering',
      suite => {
        for (const { report } of suite.reports) report.metering.version = 99
      },
      `version of the metering ${METERING_VERSION} in a, 99 in b`,
    ],
  ])('%s cannot be compared', async (_, change, words) => {
    const wrong = changed('good.json', 'wrong.json', change)
    const { code, out, err } = await diff('good.json', wrong, '--json', 'no.json')
    expect([code, out, existsSync(join(cwd, 'no.json'))]).toEqual([2, '', false])
    expect(err).toContain(words)
  })

  test('a suite and a report are not of a kind', async () => {
    writeFileSync(join(cwd, 'run.json'), jsonReport(sampleReport()))
    for (const pair of [
      ['run.json', 'good.json'],
      ['good.json', 'run.json'],
    ])
      expect(await diff(...pair)).toMatchObject({
        code: 2,
        err: expect.stringContaining("'good.json' is a suite of reports, 'run.json' the report of one run"),
      })
  })

  test('cases that could not be run, or were not, and what is expected of the same run', async () => {
    const expected = changed('good.json', 'a.suite.json', suite => {
      delete suite.driver
      delete suite.rules
      suite.broken = [{ name: 'x.hba.json', message: 'not JSON\nmore', rerun: '' }]
      suite.notRun = ['y.hba.json']
    })
    const now = changed('a.suite.json', 'b.suite.json', suite => {
      Object.assign(suite.reports[2]!.report, { verdict: 'fail', reasons: ['expect.isr.claimed: found 3'] })
      suite.notRun = ['x.hba.json', 'y.hba.json']
      suite.broken = []
    })
    const { code, out } = await diff(expected, now)
    expect(code).toBe(1)
    expect(out).toMatch(/\n {2}drop-command +pass +fail +expect\.isr\.claimed: found 3\n/)
    expect(out).toMatch(/\n {2}x\.hba\.json +broken +not run\n$/)
  })
})

test.each([
  ['{', 'a.json:1:2'],
  ['{"schema":"wasm-hba/report@2"}', 'wasm-hba/report@1'],
  ['{"schema":"wasm-hba/suite@1"}', '$.tool: is missing'],
])('a file that is no report: %s', async (text, words) => {
  const folder = mkdtempSync(join(cwd, 'bad-'))
  writeFileSync(join(folder, 'a.json'), text)
  const { code, err } = await hba(['diff', 'a.json', 'a.json'], { cwd: folder })
  expect(code).toBe(2)
  expect(err).toContain(words)
})

test.each([
  [[], 'which two?'],
  [['a.wasm'], 'which two?'],
  [['a.wasm', 'b.wasm', 'c.wasm'], "found 'c.wasm'"],
  [['a.wasm', 'b.json'], 'expected two drivers'],
  [['a.wasm', 'b.wasm'], "'a.wasm' cannot be read: it does not exist"],
  [[QUEUED, 'b.wasm'], "'b.wasm' cannot be read"],
  [['a.json', 'b.json', '--seed', '3'], '--seed is for drivers'],
  [['a.wasm', 'b.wasm', '--ignore', 'time'], 'Allowed: timing'],
  [['a.wasm', 'b.wasm', '--context', 'x'], '--context: found'],
  [['a.wasm', 'b.wasm', '--json', 'nowhere/x.json'], 'cannot be written'],
  [[QUEUED, QUEUED, '--in', 'x'], '--in NAME is for --scenario'],
])('usage: hba diff %j', async (args, words) => {
  const { code, err, out } = await diff(...args)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toContain(words)
})

test('a driver that cannot be loaded is no difference', async () => {
  writeFileSync(join(cwd, 'bad.wasm'), 'no wasm')
  expect(await diff(QUEUED, 'bad.wasm', ...FEW)).toMatchObject({ code: 2, err: expect.stringContaining('bad.wasm') })
})
