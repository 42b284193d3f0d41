// Random fault plans leave the bench standing: no host exception, no hang, every request accounted for, no wrong block that the report
// does not show, the same answer twice. 300 plans; `npm run test:faults` tries 10,000, HBA_FAULT_PLANS and HBA_FAULT_SEED any others.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ADAPTER_KINDS } from '../device/adapters/kinds.ts'
import { MemoryMeterCache } from '../harness/guest/memory-meter-cache.ts'
import { METERING_VERSION } from '../harness/guest/meter.ts'
import { runScenario } from '../harness/run.ts'
import { ROUTINES } from '../schemas/faults.ts'
import type { AdapterInput } from '../schemas/machine.ts'
import { checkScenario, type ScenarioInput } from '../schemas/scenario.ts'
import { buildDrivers } from './build.mjs'
import { supply } from './testing/bench-run.ts'

const PLANS = Number(process.env.HBA_FAULT_PLANS ?? 300)
const SEED = Number(process.env.HBA_FAULT_SEED ?? 20_260_101)
/** A run of some 15 I/Os that takes longer than this hangs. */
const HANG_MS = 5000

type Fault = NonNullable<ScenarioInput['faults']>[number]

/** What faults of a plan can name, by adapter: commands as they reach the units, registers that drivers touch. */
const KINDS = {
  reference: {
    opcodes: [0x00, 0x03, 0x12, 0x28, 0x2a],
    registers: ['CONTROL', 'STATUS', 'INT_STATUS', 'INT_ACK', 'INT_ENABLE', 'DOORBELL', 'CMD_CONTROL'],
  },
  buslogic: {
    opcodes: [0x00, 0x03, 0x12, 0x28, 0x2a],
    registers: ['CONTROL', 'STATUS', 'COMMAND_PARAMETER', 'DATA_IN', 'INTERRUPT'],
  },
  nvme: {
    opcodes: [0x88, 0x8a, 0x91],
    registers: ['CC', 'CSTS', 'INTMS', 'INTMC', 'SQ1_TAIL', 'CQ1_HEAD', 'CQ0_HEAD'],
  },
} as const

const time = fc.constantFrom('0ns', '1us', '30us', '2ms', '900ms', '3s')
const longer = fc.constantFrom('100ns', '3us', '200us', '20ms', '1500ms', '6s')
const routine = fc.constantFrom(...ROUTINES)
const phase = fc.constantFrom('boot', 'connected', 'initialize', 'scan', 'run', 'idle', 'busy', 'shutdown')
const between = fc.constantFrom(
  'map-transfer and dma-started',
  'dma-started and flush',
  'raise and enter',
  'complete and exit',
)
const access = fc.constantFrom('read', 'write')
const ordinal = fc.integer({ min: 1, max: 6 })
const few = { requiredKeys: [] as [] }
const pace = fc.oneof(
  fc.record({ nth: fc.integer({ min: 1, max: 14 }) }),
  fc.record({ every: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ probability: fc.constantFrom(0.02, 0.2, 0.7, 1) }),
)
const plain = fc.constantFrom(
  'spurious-interrupt',
  'lost-interrupt',
  'lost-completion',
  'drop-command',
  'selection-timeout',
  'parity-error',
  'unexpected-disconnect',
  'reselect-unknown-tag',
  'busy',
  'queue-full',
  'reservation-conflict',
  'bus-reset',
  'surprise-removal',
  'dma-error',
  'several-causes',
  'refuse-range',
  'abort',
  'stop-adapter',
)
const action = fc.oneof(
  { weight: 12, arbitrary: plain.map(does => ({ do: does })) },
  fc.record({ do: fc.constantFrom('stuck-line', 'late-completion'), for: longer }),
  // Longer than a time-out, and a driver that waits for its timer before it takes new requests stands still (IO-3).
  fc.record({ do: fc.constant('timer-jitter'), for: fc.constantFrom('1us', '20ms', '300ms') }),
  fc.record({ do: fc.constantFrom('overrun', 'underrun'), bytes: fc.constantFrom(1, 512, 5000, 2 ** 31) }),
  fc.record({
    do: fc.constant('check-condition'),
    sense: fc.record({
      key: fc.constantFrom('no sense', 'unit attention', 'medium error', 'aborted command'),
      asc: fc.nat(255),
      ascq: fc.nat(255),
    }),
  }),
  fc.record({
    do: fc.constant('null-result'),
    routine: fc.constantFrom(
      'ScsiPortGetDeviceBase',
      'ScsiPortGetUncachedExtension',
      'ScsiPortGetLogicalUnit',
      'ScsiPortGetSrb',
    ),
  }),
  fc.record({ do: fc.constant('short-config-info'), bytes: fc.integer({ min: 1, max: 139 }) }),
  fc.record({ do: fc.constant('corrupt-data'), offset: fc.constantFrom('0B', '77B', '4000B', '1MiB') }),
)
/** Plans for an adapter; what it is immune to is taken for a spurious interrupt. */
function plansFor(kind: keyof typeof KINDS) {
  const { opcodes, registers } = KINDS[kind]
  const { immune } = ADAPTER_KINDS[kind]!
  const opcode = fc.constantFrom<number[]>(...opcodes)
  const register = fc.constantFrom<string[]>(...registers)
  /** Matchers that meet now and then, and now and then any of them at once. */
  const when = fc.oneof(
    { weight: 6, arbitrary: fc.record({ phase: fc.constantFrom('run', 'busy', 'idle', 'scan') }) },
    { weight: 2, arbitrary: fc.record({ phase }) },
    { weight: 3, arbitrary: fc.record({ opcode, phase: fc.constant('run') }, few) },
    { weight: 2, arbitrary: fc.record({ between }) },
    { weight: 2, arbitrary: fc.record({ routine, phase: fc.constant('run') }, { requiredKeys: ['routine'] }) },
    { weight: 2, arbitrary: fc.record({ register, access }, { requiredKeys: ['register'] }) },
    { weight: 1, arbitrary: fc.record({ ordinal, routine }) },
    { weight: 1, arbitrary: fc.record({ at: time }) },
    {
      weight: 1,
      arbitrary: fc.record(
        { opcode, target: fc.nat(2), lun: fc.nat(1), routine, phase, between, register, access, ordinal, at: time },
        few,
      ),
    },
  )
  const fault = fc
    .record({ when, pace, times: fc.option(fc.integer({ min: 1, max: 4 })), does: action })
    .map(({ when, pace, times, does }) => {
      return {
        when: { ...when, ...pace },
        ...(times === null ? {} : { times }),
        then: [immune[does.do] === undefined ? does : { do: 'spurious-interrupt' }],
      } as Fault
    })
  return fc.record({
    faults: fc.array(fault, { minLength: 1, maxLength: 4 }),
    seed: fc.nat(0xffff),
    queued: fc.boolean(),
    autosense: fc.boolean(),
    abortFirst: fc.boolean(),
    shared: fc.boolean(),
  })
}

/** Why a run with a good driver may fail all the same. */
const explained = (reason: string, faults: readonly Fault[]): boolean => {
  const planned = (does: string): boolean => faults.some(fault => fault.then.some(action => action.do === does))
  return (
    (/ blocks read back differ from what was written$/.test(reason) && planned('corrupt-data')) ||
    // An adapter whose interrupts are all lost has no ISR to measure.
    (/ has no data$|^nothing was measured$/.test(reason) && planned('lost-interrupt'))
  )
}

/** The driver under test and who may share its line, by adapter. */
const DRIVERS = {
  reference: ['reference-queued', 'reference-dma'],
  buslogic: ['buslogic-c', 'reference-dma'],
  nvme: ['nvme-c', 'nvme-c'],
} as const
/** The other adapters try a part of the plans. */
const SHARE = { reference: 1, buslogic: 5, nvme: 5 } as const

describe.each(['reference', 'buslogic', 'nvme'] as const)('on %s', kind => {
  const plans = Math.ceil(PLANS / SHARE[kind])

  it(`${plans} random fault plans leave the bench standing`, { timeout: 60_000 + plans * 200 }, async () => {
    const built = await buildDrivers({ only: [...new Set(DRIVERS[kind])] })
    const [own, other] = DRIVERS[kind].map(name => built.find(b => b.name === name)!.file) as [string, string]
    const bytes = new Map(await Promise.all(built.map(async ({ file }) => [file, await supply.driver(file)] as const)))
    const io = {
      ...supply,
      driver: async (file: string) => bytes.get(file)!,
      cache: new MemoryMeterCache(),
      rerun: 'test',
      version: METERING_VERSION,
    }
    const drives = [{ store: { kind: 'ram' as const, size: '256KiB' } }]
    await fc.assert(
      fc.asyncProperty(plansFor(kind), async ({ faults, seed, queued, autosense, abortFirst, shared }) => {
        const adapter = (driver: string): AdapterInput =>
          driver.includes('reference')
            ? { kind: 'reference', driver, autosense, drives }
            : { kind: kind as 'buslogic' | 'nvme', driver, drives }
        const [first, second] = queued || kind !== 'reference' ? [own, other] : [other, own]
        const adapters = [first, ...(shared ? [second] : [])].map(adapter)
        const scenario = checkScenario(
          {
            seed,
            machine: {
              adapters,
              port: { srbTimeout: '1s', resetHold: '1s', abortFirst, scanLuns: 1, busyRetries: 3 },
              // Longer than a plan may raise causes without a request coming back.
              limits: { run: '600s', stormInvocations: kind === 'reference' ? 100 : 300 },
            },
            workload: { ios: 12, depth: 4, read: 50, tags: { simple: 4, untagged: 1 } },
            faults,
          },
          'plan',
        )
        const started = performance.now()
        const { report } = await runScenario(scenario, io)
        expect(performance.now() - started).toBeLessThan(HANG_MS)
        for (const { io: done, stopped } of report.guests) {
          expect(stopped).toBeUndefined()
          expect(done.completed + done.failed).toBe(done.submitted)
          expect(done.expectedErrors).toBeLessThanOrEqual(done.completed)
          if (done.miscompares > 0) {
            expect(faults.some(f => f.then.some(a => a.do === 'corrupt-data'))).toBe(true)
            expect(report.verdict).toBe('fail')
            expect(report.reasons.join()).toContain('differ from what was written')
          }
        }
        expect(report.reasons.filter(reason => !explained(reason, faults))).toEqual([])
        if (seed % 10 === 0) expect((await runScenario(scenario, io)).report.trace.hash).toBe(report.trace.hash)
        expect(report.faults).toHaveLength(faults.length)
        for (const { index, fired } of report.faults)
          expect(report.findings.some(f => f.message.startsWith(`fault ${index} never acted`))).toBe(fired === 0)
      }),
      { numRuns: plans, seed: SEED, endOnFailure: PLANS > 300 },
    )
  })
})
