// Fault plans on the good drivers, both sides looked at: what the plan did to the hardware, and what the run makes of it.
import { describe, expect, it } from 'vitest'
import { METERING_VERSION } from '../harness/guest/meter.ts'
import { runScenario } from '../harness/run.ts'
import type { Report } from '../schemas/report.ts'
import { checkScenario, type ScenarioInput } from '../schemas/scenario.ts'
import { fileOf, supply } from './testing/bench-run.ts'

type Faults = NonNullable<ScenarioInput['faults']>

async function run(
  driver: string,
  faults: Faults,
  more: { workload?: ScenarioInput['workload']; autosense?: boolean } = {},
): Promise<Report> {
  const file = await fileOf(driver)
  const scenario = checkScenario(
    {
      machine: {
        adapters: [{ kind: 'reference', name: 'hba0', driver: file, autosense: more.autosense ?? false }],
        port: { srbTimeout: '2s', resetHold: '1s' },
      },
      workload: more.workload ?? { ios: 30, depth: 4 },
      faults,
    },
    'test',
  )
  return (await runScenario(scenario, { ...supply, rerun: 'test', version: METERING_VERSION })).report
}

const fired = ({ faults }: Report) => faults.map(f => f.fired)

describe.each(['reference-queued', 'reference-dma'])('%s', driver => {
  it('corrupted data is a miscompare, and fails the run', async () => {
    const report = await run(driver, [
      { when: { phase: 'run', opcode: 0x28, nth: 3 }, then: [{ do: 'corrupt-data', offset: '5B' }] },
    ])
    expect(fired(report)).toEqual([1])
    expect(report.io).toMatchObject({ miscompares: 1, failed: 0 })
    expect(report.io.problems[0]).toContain('byte 5')
    expect(report.verdict).toBe('fail')
  })

  it('corrupted data on the way out is found when it is read back', async () => {
    const report = await run(driver, [
      { when: { phase: 'run', opcode: 0x2a, nth: 1 }, then: [{ do: 'corrupt-data', offset: '513B' }] },
    ])
    expect(report.io.miscompares).toBe(1)
    expect(report.verdict).toBe('fail')
  })

  it.each([false, true])('a CHECK CONDITION comes back with its sense data (autosense: %s)', async autosense => {
    const sense = { key: 'hardware error', asc: 0x44, ascq: 0x07 } as const
    const report = await run(driver, [{ when: { phase: 'run', nth: 2 }, then: [{ do: 'check-condition', sense }] }], {
      autosense,
      workload: {
        kind: 'script',
        steps: [
          { cdb: '00 00 00 00 00 00', tag: 'untagged' },
          { cdb: '00 00 00 00 00 00', tag: 'untagged', expect: { status: 'check condition', sense } },
          { cdb: '00 00 00 00 00 00', tag: 'untagged' },
        ],
      },
    })
    expect(report.reasons).toEqual([])
    expect(report.io).toMatchObject({ completed: 3, failed: 0, expectedErrors: 0 })
  })

  it('only the request that was hit may fail', async () => {
    const report = await run(driver, [{ when: { phase: 'run', nth: 10 }, then: [{ do: 'parity-error' }] }])
    expect(report.verdict).toBe('pass')
    expect(report.io).toMatchObject({ failed: 0, expectedErrors: 1 })
    expect(report.guests[0]!.log.map(l => [l.name, l.count])).toEqual([['SP_BUS_PARITY_ERROR', 1]])
  })

  it('a fault that never acts is noted', async () => {
    const report = await run(driver, [{ when: { lun: 5 }, times: 1, then: [{ do: 'busy' }] }])
    expect(fired(report)).toEqual([0])
    expect(report.findings).toContainEqual({
      severity: 'note',
      message: 'fault 0 never acted: busy when lun 5, once at most',
    })
    expect(report.verdict).toBe('pass')
  })

  it('a driver that refuses an adapter it cannot use is right', async () => {
    const report = await run(driver, [
      { when: { phase: 'boot' }, then: [{ do: 'null-result', routine: 'ScsiPortGetDeviceBase' }] },
    ])
    expect(report.verdict).toBe('pass')
    expect(report.io.submitted).toBe(0)
    expect(report.findings).toContainEqual({
      severity: 'note',
      guest: 'hba0',
      message: 'HwFindAdapter returned SP_RETURN_ERROR; fault 0 is to blame, so this is as it should be',
    })
  })

  it('verify: what the driver does to the hardware is counted', async () => {
    const report = await run(driver, [
      {
        when: { phase: 'busy', every: 5 },
        times: 2,
        then: [{ do: 'several-causes' }, { do: 'verify', register: 'INT_ACK', in: 'HwInterrupt' }],
      },
      {
        when: { routine: 'HwInterrupt', phase: 'run' },
        then: [{ do: 'verify', register: 'CONTROL', min: 0, max: 0, in: 'HwInterrupt' }],
      },
    ])
    expect(report.reasons).toEqual([])
    expect(fired(report)[0]).toBe(2)
  })

  it('verify: what it does not do fails the run, with what it did instead', async () => {
    const report = await run(driver, [
      {
        when: { routine: 'HwInitialize' },
        then: [
          { do: 'verify', register: 'CONTROL', bits: 0x200, within: '5us' },
          { do: 'verify', register: 'INT_ENABLE', access: 'write', min: 3, in: 'HwInitialize' },
        ],
      },
    ])
    expect(report.verdict).toBe('fail')
    expect(report.reasons).toHaveLength(2)
    expect(report.reasons[0]).toMatch(
      /^hba0: fault 0, which acted at [\d.]+ µs, expects CONTROL with bits 0x200 written within 5us: it was not written; written with 0x100 at [\d.]+ µs$/,
    )
    expect(report.reasons[1]).toContain('INT_ENABLE at least 3 times written in HwInitialize: it was written 1 time')
    expect(report.findings.filter(f => f.severity === 'error')).toHaveLength(2)
  })

  it.each<[string, Faults[number]['when'], number]>([
    ['an instant', { at: '1ms' }, 1],
    ['the nth access of a register', { register: 'INT_ACK', access: 'write', nth: 4 }, 1],
    ['an access by its place in a routine', { routine: 'HwInterrupt', ordinal: 1, nth: 6 }, 1],
    ['an adapter by its name', { adapter: 'hba0', phase: 'run', nth: 2 }, 1],
  ])('acts at %s', async (_what, when, times) => {
    const report = await run(driver, [{ when, then: [{ do: 'spurious-interrupt' }] }])
    expect(fired(report)).toEqual([times])
    expect(report.reasons).toEqual([])
    expect(report.isr.unclaimed).toBeGreaterThanOrEqual(times)
  })

  it.each<[string, Faults]>([
    ['a reset of the bus in every HwInterrupt', [{ when: { routine: 'HwInterrupt' }, then: [{ do: 'bus-reset' }] }]],
    ['a restart in every HwInitialize', [{ when: { routine: 'HwInitialize' }, then: [{ do: 'stop-adapter' }] }]],
    ['a restart at every connection', [{ when: { phase: 'connected' }, then: [{ do: 'stop-adapter' }] }]],
  ])('comes to an end: %s', async (_what, faults) => {
    const started = performance.now()
    const report = await run(driver, faults, { workload: { ios: 10 } })
    expect(performance.now() - started).toBeLessThan(20_000)
    expect(report.io.completed + report.io.failed).toBe(report.io.submitted)
  })

  it('an access arms a fault of the next command', async () => {
    const report = await run(driver, [
      { when: { register: 'INT_ACK', access: 'write', nth: 12 }, then: [{ do: 'reservation-conflict' }] },
    ])
    expect(fired(report)).toEqual([1])
    expect(report.verdict).toBe('pass')
  })
})

it('a plan draws from its own streams: one fault more changes nothing for the others', async () => {
  const half = (does: 'busy' | 'spurious-interrupt') => ({
    when: { phase: 'run' as const, probability: 0.3 },
    then: [{ do: does }],
  })
  const one = await run('reference-queued', [half('spurious-interrupt')])
  const two = await run('reference-queued', [half('spurious-interrupt'), { when: { lun: 7 }, then: [{ do: 'busy' }] }])
  expect(fired(two)[0]).toBe(fired(one)[0])
  expect(two.trace.hash).toBe(one.trace.hash)
})

it('corrupted data of a block that the drive lends is corrupt once: the block itself is whole', async () => {
  const cdb = (opcode: string) => `${opcode} 00 00 00 00 09 00 00 01 00`
  const read = { cdb: cdb('28'), length: '512B' } as const
  const scenario = checkScenario(
    {
      machine: { adapters: [{ kind: 'nvme', driver: await fileOf('nvme-c') }] },
      workload: {
        kind: 'script',
        steps: [
          { cdb: cdb('2a'), length: '512B', data: '11 22 33 44 55 66 77' },
          { ...read, expect: { data: '11 22 33 44 55 99 77' } },
          { ...read, expect: { data: '11 22 33 44 55 66 77' } },
        ],
      },
      faults: [{ when: { phase: 'run', nth: 2 }, then: [{ do: 'corrupt-data', offset: '5B' }] }],
    },
    'test',
  )
  const { report } = await runScenario(scenario, { ...supply, rerun: 'test', version: METERING_VERSION })
  expect([fired(report), report.verdict, report.io.problems]).toEqual([[1], 'pass', []])
})

it('a FLUSH that fails in the unit comes back with sense data that the driver wrote in time', async () => {
  const scenario = checkScenario(
    {
      machine: { adapters: [{ kind: 'nvme', driver: await fileOf('nvme-c') }] },
      workload: { kind: 'script', steps: [{ function: 'flush', expect: { any: true } }, { function: 'flush' }] },
      faults: [
        {
          when: { phase: 'run', nth: 1 },
          then: [{ do: 'check-condition', sense: { key: 'hardware error', asc: 0x44, ascq: 0 } }],
        },
      ],
    },
    'test',
  )
  const { report } = await runScenario(scenario, { ...supply, rerun: 'test', version: METERING_VERSION })
  expect(fired(report)).toEqual([1])
  expect(report.guests[0]!.rules.filter(rule => rule.status === 'violated')).toEqual([])
})

it('a register that is only read or only written is not taken for its neighbour at the same offset', async () => {
  const run = async (more: Pick<ScenarioInput, 'expect' | 'faults'>) => {
    const machine = { adapters: [{ kind: 'buslogic' as const, driver: await fileOf('buslogic-c') }] }
    const scenario = checkScenario({ machine, workload: { ios: 4 }, ...more }, 'test')
    return (await runScenario(scenario, { ...supply, rerun: 'test', version: METERING_VERSION })).report
  }
  const verify = (register: string) => [
    { when: { routine: 'HwInterrupt' as const }, times: 1, then: [{ do: 'verify' as const, register, within: '1ms' }] },
  ]
  await expect(run({ expect: { registers: [{ register: 'STATUS', access: 'write' }] } })).rejects.toThrow(
    "expect.registers[0]: 'STATUS' of 'hba adapters buslogic' is only read",
  )
  await expect(run({ faults: verify('STATUS') })).rejects.toThrow(
    "fault 0 verifies 'STATUS', which is only read on buslogic-c",
  )
  const { verdict } = await run({ expect: { registers: [{ register: 'CONTROL' }] }, faults: verify('CONTROL') })
  expect(verdict).toBe('pass')
})
