// Whole runs: one scenario in, one report out. Both sample drivers share one interrupt line.
import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { AddressConflictError } from '../../device/address-space.ts'
import { buildDrivers } from '../../guest-drivers/build.mjs'
import { Report } from '../../schemas/report.ts'
import { checkScenario, type ScenarioInput } from '../../schemas/scenario.ts'
import { MemoryMeterCache } from '../guest/memory-meter-cache.ts'
import { withoutHostFigures } from '../report/json.ts'
import { runScenario } from '../run.ts'
import type { RunResult } from '../run-io.ts'

const files = new Map<string, string>()
const cache = new MemoryMeterCache()

beforeAll(async () => {
  for (const { name, file } of await buildDrivers({ only: ['reference-queued', 'reference-dma'] }))
    files.set(name, file)
})

const adapter = (driver: string, more: object = {}) => ({
  kind: 'reference' as const,
  driver,
  autosense: driver === 'reference-queued',
  ...more,
})

function run(scenario: Partial<ScenarioInput> & Pick<ScenarioInput, 'machine'>): Promise<RunResult> {
  return runScenario(checkScenario(scenario, 'test'), {
    driver: async name => new Uint8Array(await readFile(files.get(name)!)),
    image: () => {
      throw new Error('no images here')
    },
    cache,
    rerun: 'test',
    version: '0.0.0',
    hostTimer: { now: () => performance.now() * 1e6 },
  })
}

const BOTH = { adapters: [adapter('reference-queued'), adapter('reference-dma')], chain: 'rotating' as const }

describe('both sample drivers on one line', () => {
  let result: RunResult
  beforeAll(async () => {
    result = await run({ machine: BOTH, workload: { ios: 1500, depth: 16 }, seed: 7 })
  })

  test('pass, and the report is what its schema says', () => {
    expect(result.report.reasons).toEqual([])
    expect(result.exitCode).toBe(0)
    expect(Report.parse(result.report)).toEqual(result.report)
  })

  test('every I/O came back, every written byte was read back', () => {
    for (const { io } of result.report.guests) {
      expect(io.completed).toBe(io.submitted)
      expect(io).toMatchObject({ failed: 0, miscompares: 0, unverifiedBytes: 0 })
      expect(io.writes).toBeGreaterThan(300)
    }
  })

  test('each met the other driver’s interrupts and declined them', () => {
    for (const { isr } of result.report.guests) {
      expect(isr.unclaimed).toBeGreaterThan(500)
      expect(isr.claimed).toBeGreaterThan(500)
      expect(isr.count).toBe(isr.claimed + isr.unclaimed)
    }
    const [line] = result.report.lines
    expect(line).toMatchObject({ name: 'INTA', guests: ['reference-queued', 'reference-dma'], storms: 0 })
  })

  test('the worst ISR is taken apart, phase by phase', () => {
    const worst = result.report.isr.worst!
    expect(worst.phases.map(p => p.name)).toEqual([
      'raise → enter',
      'enter → first status read',
      'first status read → acknowledge',
      'acknowledge → complete',
      'complete → exit',
    ])
    const inside = worst.phases.slice(1).reduce((sum, p) => sum + p.ns, 0)
    expect(inside).toBeCloseTo(worst.durationNs, 6)
    expect(worst.accesses[0]).toMatchObject({ kind: 'read', name: 'INT_STATUS', ordinal: 1 })
  })

  test('the same seed gives the same report but for host figures, another seed another trace', async () => {
    const again = await run({ machine: BOTH, workload: { ios: 1500, depth: 16 }, seed: 7 })
    expect(withoutHostFigures(again.report)).toEqual(withoutHostFigures(result.report))
    const other = await run({ machine: BOTH, workload: { ios: 1500, depth: 16 }, seed: 8 })
    expect(other.report.trace.hash).not.toBe(result.report.trace.hash)
  })
})

describe('budgets', () => {
  test('one that cannot be met fails the run and names the worst invocation with its accesses', async () => {
    const { report, exitCode } = await run({
      machine: { adapters: [adapter('reference-queued')] },
      workload: { ios: 100 },
      budgets: { 'isr.max': '100ns' },
    })
    expect(exitCode).toBe(1)
    expect(report.verdict).toBe('fail')
    const budget = report.budgets.find(b => b.name === 'isr.max')!
    expect(budget).toMatchObject({ pass: false, limitNs: 100, guest: 'reference-queued' })
    expect(budget.worst!.accesses.map(a => a.name)).toContain('INT_STATUS')
    expect(report.reasons.join()).toContain('isr.max')
  })
})

describe('what cannot be run', () => {
  test('two adapters in one BAR range are named, both of them', async () => {
    const machine = {
      adapters: [adapter('reference-queued', { base: 0x7000_0000 }), adapter('reference-dma', { base: 0x7000_0000 })],
    }
    await expect(run({ machine })).rejects.toThrow(AddressConflictError)
    await expect(run({ machine })).rejects.toThrow(
      /reference-dma BAR0.*reference-queued BAR0|reference-queued BAR0.*reference-dma BAR0/s,
    )
  })

  test.each<[string, NonNullable<ScenarioInput['faults']>, string]>([
    [
      'for an adapter that is not there',
      [{ when: { adapter: 'hba9' }, then: [{ do: 'busy' }] }],
      "fault 0 is for 'hba9'",
    ],
    [
      'that waits for a register that is not there',
      [{ when: { register: 'NOWHERE' }, then: [{ do: 'spurious-interrupt' }] }],
      "fault 0 waits for an access to 'NOWHERE'",
    ],
    [
      'with two ends for one command',
      [{ when: { nth: 1 }, then: [{ do: 'drop-command' }, { do: 'overrun', bytes: 1 }] }],
      "'drop-command' and 'overrun' exclude each other",
    ],
    [
      'that mixes what is asked with what happens',
      [{ when: { nth: 1 }, then: [{ do: 'refuse-range' }, { do: 'bus-reset' }] }],
      "'refuse-range' acts when the miniport calls, 'bus-reset' does not",
    ],
  ])('a fault %s', async (_what, faults, message) => {
    const machine = { adapters: [adapter('reference-queued')] }
    await expect(run({ machine, faults })).rejects.toThrow(message)
  })

  test('a fault that an adapter cannot suffer: which, and why', async () => {
    const faults = [{ when: { phase: 'run', nth: 1 }, then: [{ do: 'selection-timeout' }] }] as const
    const ssd = { kind: 'nvme', name: 'ssd', driver: 'reference-queued' } as const
    await expect(run({ machine: { adapters: [ssd] }, faults: [...faults] } as never)).rejects.toThrow(
      "fault 0: the adapter 'ssd' (nvme) cannot suffer 'selection-timeout': a namespace is part of its controller",
    )
    // Beside one that can it is the other's.
    const { report } = await run({
      machine: { adapters: [adapter('reference-queued', { line: 'A' }), { ...ssd, line: 'B' }] },
      workload: { ios: 20 },
      faults: [...faults],
    } as never)
    expect(report.faults.map(({ fired }) => fired)).toEqual([1])
  })

  test.each([
    ['the adapter’s own id', { drives: [{ target: 7 }] }, 'found 7, expected 0 to 15 without 7'],
    ['a target id the adapter does not have', { drives: [{ target: 20 }] }, 'found 20, expected 0 to 15'],
    ['a LUN beyond the bus scan', { drives: [{ lun: 8 }] }, 'the bus scan tries LUN 0 to 7 only'],
    ['no drive at all', { drives: [] }, 'drives'],
  ])('%s', (_what, more, message) => {
    expect(() => run({ machine: { adapters: [adapter('reference-queued', more)] } })).toThrow(message)
  })

  test('two adapters in one PCI slot', () => {
    const machine = { adapters: [adapter('reference-queued', { slot: 4 }), adapter('reference-dma', { slot: 4 })] }
    expect(() => run({ machine })).toThrow('PCI slot 4 is taken by adapters[0]')
  })

  test('a budget for somebody who is not there, and a rule that does not exist', async () => {
    const machine = { adapters: [adapter('reference-queued')] }
    const budgets = [{ name: 'isr.max', limit: '1us', guest: 'nobody' }] as const
    await expect(run({ machine, budgets: [...budgets] })).rejects.toThrow(
      "is for 'nobody', but the adapters are called reference-queued",
    )
    await expect(run({ machine, rules: { off: ['INT-99'] } })).rejects.toThrow('INT-99')
  })
})
