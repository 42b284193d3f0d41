// Coverage of a whole run: it changes nothing that the run measures, and names lines of the driver's source.
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildDrivers } from '../../guest-drivers/build.mjs'
import { checkScenario } from '../../schemas/scenario.ts'
import { coverageFigures, mergeHits } from '../guest/coverage.ts'
import { textReport } from '../report/text.ts'
import { runScenario } from '../run.ts'
import type { RunIo } from '../run-io.ts'

const DRIVERS = ['reference-queued', 'reference-dma', 'hostile/null-write']

beforeAll(async () => void (await buildDrivers({ only: DRIVERS })), 120_000)

const io = (more: Partial<RunIo> = {}): RunIo => ({
  driver: async path => new Uint8Array(readFileSync(path)),
  image: () => {
    throw new Error('no images here')
  },
  version: '0',
  rerun: '',
  ...more,
})

const scenario = (drivers: readonly string[], seed = 1) =>
  checkScenario(
    {
      seed,
      machine: { adapters: drivers.map(name => ({ kind: 'reference', driver: `dist/drivers/${name}.wasm` })) },
      workload: { ios: 40 },
    },
    'test',
  )

const withMap = { coverage: true, driverMap: async (path: string) => readFileSync(`${path}.map`, 'utf8') }

describe('a run with coverage', () => {
  it.each([[['reference-queued', 'reference-dma']], [['hostile/null-write']]])(
    'of %s measures the same, to the picosecond and the last event',
    async drivers => {
      const plain = await runScenario(scenario(drivers), io())
      const covered = await runScenario(scenario(drivers), io(withMap))
      expect(plain.coverage).toBeUndefined()
      const guests = covered.report.guests.map(({ coverage, ...guest }) => {
        expect(coverage!.blocks.reached).toBeGreaterThan(0)
        return guest
      })
      expect({ ...covered.report, guests }).toEqual(plain.report)
      expect(covered.exitCode).toBe(plain.exitCode)
    },
  )

  it('says which lines of the source were not reached', async () => {
    const { report } = await runScenario(scenario(['reference-dma']), io(withMap))
    const coverage = report.guests[0]!.coverage!
    expect(coverage.functions).toMatchObject({ total: 15 })
    expect(coverage.lineSource).toBe('source-map')
    expect(coverage.lines!.total).toBeGreaterThan(200)
    // A run without a bus reset never gets into HwResetBus; every run gets into HwInterrupt.
    const row = (name: string) => coverage.perFunction.find(f => f.name.endsWith(`/${name}`))!
    expect(row('HwResetBus').reached).toBe(0)
    expect(row('HwInterrupt').reached).toBeGreaterThan(0)
    // Each row and each block stands where its function does.
    const source = (file: string) => readFileSync(`guest-drivers/${file}`, 'utf8').split('\n')
    const { file, line } = row('HwResetBus')
    const near = source(file!).slice(Math.max(0, line! - 8), line! + 1)
    expect(near.some(text => text.includes('function HwResetBus'))).toBe(true)
    for (const { functionName, file: at, line: n } of coverage.unreached.filter(b => b.file !== undefined)) {
      expect(source(at!).length, `${functionName} ${at}:${n}`).toBeGreaterThanOrEqual(n!)
      expect(source(at!)[n! - 1]!.trim()).not.toMatch(/^(\/\/.*)?$/)
    }
    const text = textReport(report)
    expect(text).toMatch(
      /\nCoverage of reference-dma\n {2}functions \d+ of 15, blocks \d+ of \d+ \(\d+\.\d\d %\), lines/,
    )
    expect(text).toMatch(/functions never reached: .*HwResetBus\s+\(reference-dma\/reset\.ts:\d+\)/s)
  })

  it('goes together with other runs', async () => {
    const runs = []
    for (const seed of [1, 2])
      runs.push((await runScenario(scenario(['reference-queued'], seed), io(withMap))).coverage!)
    const [{ map }] = runs[0]! as [(typeof runs)[0][0]]
    const hits = runs.map(([guest]) => guest!.hits)
    const merged = coverageFigures(map, mergeHits(hits)).blocks.reached
    for (const one of hits) expect(merged).toBeGreaterThanOrEqual(coverageFigures(map, one).blocks.reached)
  })

  it('without a map has no lines, and says so', async () => {
    const { report } = await runScenario(scenario(['reference-queued']), io({ coverage: true }))
    expect(report.guests[0]!.coverage).toMatchObject({ lines: null, lineSource: null })
    expect(textReport(report)).toContain('lines unknown')
  })
})
