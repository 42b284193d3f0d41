// `hba diff` on real drivers: where they part, what changed, exit codes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import binaryen from 'binaryen'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Diff } from '../../schemas/diff.ts'
import { MemoryMeterCache } from '../guest/memory-meter-cache.ts'
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

test.each([
  ['{', 'a.json:1:2'],
  ['{"schema":"wasm-hba/report@2"}', 'wasm-hba/report@1'],
  ['{"schema":"wasm-hba/suite@1"}', 'a suite of reports'],
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
