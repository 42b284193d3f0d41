// Every hostile guest on the real bench, beside a well-behaved neighbour on the same interrupt line. What becomes of the guest is
// said precisely and is the same each time, and the neighbour gets all its work done.
import { describe, expect, it } from 'vitest'
import type { Report } from '../schemas/report.ts'
import { driverNames } from './build.mjs'
import guests from './hostile/guests.json' with { type: 'json' }
import { runDrivers } from './testing/bench-run.ts'

const NEIGHBOUR = { driver: 'reference-dma', name: 'neighbour' }
const WORKLOAD = { workload: { ios: 100, depth: 8 } }
/** Of the host's time, for one run. The first of a process is not measured: it loads the meter. */
const LIMIT_MS = 2000

async function run(driver: string): Promise<Report> {
  const { report } = await runDrivers([{ driver, name: 'hostile' }, NEIGHBOUR], WORKLOAD)
  return report
}

const ending = <E extends string>(ends: E) =>
  guests.filter(g => g.ends === ends) as {
    [key in 'driver' | 'kind' | 'routine' | 'function' | 'rule' | 'message' | 'warning' | 'says']: string
  }[]

function expectUnharmed(report: Report): void {
  const neighbour = report.guests[1]!
  expect(neighbour.stopped).toBeUndefined()
  expect(neighbour.io).toMatchObject({ failed: 0, miscompares: 0 })
  expect(neighbour.io.completed).toBe(neighbour.io.submitted)
  expect(neighbour.io.completed).toBeGreaterThanOrEqual(100)
}

it('every hostile guest is in the table', async () => {
  const folders = (await driverNames()).filter(name => name.startsWith('hostile/'))
  expect(guests.map(g => g.driver).sort()).toEqual(folders)
})

describe('is stopped, named, and leaves its neighbour alone', () => {
  it.each(ending('stopped'))('$driver: $kind in $routine', async ({ driver, kind, routine, function: name, says }) => {
    const report = await run(driver)
    const { stopped } = report.guests[0]!
    expect(stopped).toMatchObject({ kind, routine })
    expect(stopped!.functionName).toMatch(new RegExp(`(^|/)${name}$`))
    expect(stopped!.srb !== null).toBe(routine === 'HwStartIo')
    expect(report.reasons.join('\n')).toContain(stopped!.message)
    expect(stopped!.message).toContain(says ?? '')
    expectUnharmed(report)
    const started = performance.now()
    expect(await run(driver)).toEqual(report)
    expect(performance.now() - started).toBeLessThan(LIMIT_MS)
  })
})

describe('breaks a rule and goes on', () => {
  it.each(ending('rule'))('$driver: $rule', async ({ driver, rule, routine, says }) => {
    const report = await run(driver)
    const violated = report.guests[0]!.rules.filter(r => r.status === 'violated')
    expect(violated.map(r => [r.id, r.first!.entryPoint])).toEqual([[rule, routine]])
    expect(violated[0]!.first!.message).toContain(says ?? '')
    expect(report.guests[0]!.stopped).toBeUndefined()
    expectUnharmed(report)
    expect(await run(driver)).toEqual(report)
  })
})

describe('only looks hostile', () => {
  it.each(ending('works'))('$driver', async ({ driver, warning }) => {
    const report = await run(driver)
    expect(report.findings.map(f => f.message)).toEqual(warning === undefined ? [] : [warning])
    expect(report.reasons).toEqual([])
    expect(report.guests[0]!.io.completed).toBeGreaterThanOrEqual(100)
    expectUnharmed(report)
  })
})

describe('is not loaded', () => {
  it.each(ending('refused'))('$driver', async ({ driver, message }) => {
    await expect(run(driver)).rejects.toThrow(message)
  })
})
