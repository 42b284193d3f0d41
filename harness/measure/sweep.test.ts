import { describe, expect, it, test } from 'vitest'
import { Clock } from '../../device/clock.ts'
import { checkScenario, type Scenario } from '../../schemas/scenario.ts'
import { plainStyle } from '../report/style.ts'
import { sampleReport } from '../report/testing/sample.ts'
import { RunNames } from '../run/names.ts'
import type { RunIo } from '../run-io.ts'
import { Trace } from '../trace/trace.ts'
import { parseSweep, runSweep, sweepText } from './sweep.ts'

describe('--sweep', () => {
  test.each([
    ['access.mmioReadNs=100..2000', 'mmioReadPs', [100_000, 575_000, 1_050_000, 1_525_000, 2_000_000]],
    ['mmioRead=100ns..2us:2', 'mmioReadPs', [100_000, 2_000_000]],
    ['cost.isrEntry=0ns..1ns:3', 'isrEntryPs', [0, 500, 1000]],
    ['instructionNs=0.5..1.5:3', 'instructionPs', [500, 1000, 1500]],
    ['callNs=0..0.001:9', 'callPs', [0, 1]],
  ])('%s', (text, key, valuesPs) => {
    expect(parseSweep(text)).toMatchObject({ key, valuesPs })
  })

  test.each([
    ['mmioRead', 'expected NAME=FROM..TO[:STEPS]'],
    ['mmioRed=1ns..2ns', "did you mean 'mmioRead'"],
    ['mmioRead=1..2', 'without a unit'],
    ['mmioReadNs=2..1', 'does not rise'],
    ['mmioReadNs=1..1', 'does not rise'],
    ['mmioReadNs=1..2:1', 'found 1 steps, expected 2 to 100'],
    ['mmioReadNs=1..2:1000', 'found 1000 steps'],
    ['instructionNs=0..2', 'must cost something'],
    ['mmioReadNs=0.0001..2', 'no whole multiple of 1ps'],
  ])('%s is refused', (text, message) => {
    expect(() => parseSweep(text)).toThrow(message)
  })
})

/** Passes up to `limitNs` of mmioRead. */
const runsUpTo = (limitNs: number, seen: number[]) => async (scenario: Scenario, io: RunIo) => {
  const { mmioReadPs } = scenario.machine.cost
  seen.push(mmioReadPs / 1000)
  const trace = new Trace(new Clock(), 1024)
  io.listener!.begin(trace, new RunNames(trace, []))
  const verdict = mmioReadPs <= limitNs * 1000 ? ('pass' as const) : ('fail' as const)
  return { report: { ...sampleReport(), verdict, reasons: verdict === 'pass' ? [] : ['too slow'] }, exitCode: 0 }
}

const base = checkScenario({ machine: { adapters: [{ kind: 'reference', driver: 'd.wasm' }] } }, 'test')
const load = { depths: [1], sizesBytes: [4096], readPercent: 70, ios: 10 }
const noIo = {} as RunIo

it('finds to the nanosecond where the verdict turns', async () => {
  const seen: number[] = []
  const sweep = parseSweep('mmioReadNs=100..1000:4')
  const results = await runSweep(base, load, sweep, noIo, { runScenario: runsUpTo(723, seen) })
  expect(results[0]!.points.map(p => [p.valuePs / 1000, p.verdict])).toEqual([
    [100, 'pass'],
    [400, 'pass'],
    [700, 'pass'],
    [1000, 'fail'],
  ])
  expect(results[0]!.turns.map(t => [t.before.valuePs, t.after.valuePs])).toEqual([[723_000, 724_000]])
  expect(seen.length).toBeLessThan(4 + 12)
  const text = sweepText(sweep, results, plainStyle).join('\n')
  expect(text).toContain('The verdict turns: pass at 723 ns, fail at 724 ns.')
  expect(text).toContain('fail: too slow')
})

it('says that it stays the same', async () => {
  const sweep = parseSweep('mmioReadNs=100..1000:2')
  const results = await runSweep(base, load, sweep, noIo, { runScenario: runsUpTo(5000, []) })
  expect(sweepText(sweep, results, plainStyle).join('\n')).toContain('The verdict stays the same over the range: pass.')
})
