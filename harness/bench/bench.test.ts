// The bench of the bench runs and finds what it looks for; how fast is no matter here.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildDrivers } from '../../guest-drivers/build.mjs'
import { type Counts, GROUPS } from './groups.ts'
import { openHere } from './isolate.ts'
import { noiseLoop, ratios, summary, timerFigures } from './measure.ts'
import { row } from './row.ts'
import { openRig, type Part } from './subjects/rig.ts'
import { benchTable } from './table.ts'

const drivers = resolve(import.meta.dirname, '../../dist/drivers')

beforeAll(async () => {
  await buildDrivers({ only: ['reference-queued', 'reference-c', 'buslogic-c', 'nvme-c', 'bench/register-access'] })
  expect(existsSync(drivers)).toBe(true)
}, 60_000)

const counts: Counts = {
  accesses: 2_000,
  plays: 1,
  calls: 10,
  boots: 1,
  starts: 1,
  growth: { warmUp: 3, benches: 10 },
  ios: 50,
  costIos: 50,
  long: { warmUpIos: 100, ios: 1_000, windowIos: 200 },
  plan: { warmUp: 0, rounds: 1 },
  longPlan: { warmUp: 0, rounds: 1 },
}

test.each(GROUPS)('group $name', async group => {
  const rows = await group.measure({ drivers, counts, open: openHere, note: () => {} })
  expect(rows.length).toBeGreaterThan(0)
  for (const { name, median, min, max, unit } of rows) {
    if (!name.endsWith('register reads') && unit !== 'count') expect(median, name).toBeGreaterThan(0)
    expect(min).toBeLessThanOrEqual(max)
  }
  const text = benchTable([{ title: group.title, rows }])
  for (const { name } of rows) expect(text).toContain(name)
})

test('of 60 benches that were booted and closed nothing stays', async () => {
  const subject = await openHere('growth', { drivers, warmUp: 10, benches: 60 })
  const figures = await subject.round()
  const grownBytes = (what: string) => figures[`${what}After`]! - figures[`${what}Before`]!
  expect(figures.reachable).toBe(0)
  // The memory of one guest alone is larger; on the heap V8's own code grows while it warms up.
  expect(grownBytes('outside')).toBeLessThan(64 * 1024)
  expect(grownBytes('heap')).toBeLessThan(60 * 64 * 1024)
})

describe('what is left out is left out', () => {
  const run = async (without: readonly Part[]) => {
    const workload = { read: 100, depth: 1, ios: 1 }
    const rig = await openRig({ drivers, driver: 'reference-queued', workload, without })
    return { trace: rig.machine.trace.count, instructions: rig.station.guest.counter() }
  }

  test('metering: the counter stands still, but for bulk memory operators', async () => {
    const all = await run([])
    const bare = await run(['metering'])
    expect(all.instructions).toBeGreaterThan(5_000)
    expect(bare.instructions).toBeLessThan(1_000)
    expect(bare.trace).toBeGreaterThan(0)
  })

  test('trace: no event', async () => {
    expect((await run([])).trace).toBeGreaterThan(0)
    expect((await run(['trace'])).trace).toBe(0)
  })
})

describe('measure', () => {
  test('median, smallest, largest', () => {
    expect(summary([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 })
    expect(summary([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 })
  })

  test('ratios are taken round by round', () => {
    expect(ratios([2, 9], [1, 3])).toEqual([2, 3])
  })

  test('a timer that is too coarse is called so', () => {
    expect(timerFigures(() => 0)).toEqual({ overheadNs: 0, stepNs: 0, verdict: 'zero-dominated' })
    let n = 0
    expect(timerFigures(() => n++ * 1e-3).verdict).toBe('low-distinct')
    expect(noiseLoop(2, 10)).toHaveLength(2)
  })

  test('both ends of a target count as met', () => {
    const met = (value: number) => row('g', 'n', 'x', [value], { atLeast: 0.9, atMost: 1.1 }).met
    expect([0.89, 0.9, 1, 1.1, 1.11].map(met)).toEqual([false, true, true, true, false])
  })
})
