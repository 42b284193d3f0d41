// What a scenario expects, on a real driver: each kind met, and each kind missed.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildDrivers } from '../../../guest-drivers/build.mjs'
import { checkScenario } from '../../../schemas/scenario.ts'
import { MemoryMeterCache } from '../../guest/memory-meter-cache.ts'
import { textReport } from '../../report/text.ts'
import { runScenario } from '../../run.ts'

const DRIVERS = resolve(import.meta.dirname, '../../../dist/drivers')
beforeAll(async () => void (await buildDrivers({ only: ['reference-queued', 'faulty/INT-5'] })), 120_000)

const cache = new MemoryMeterCache()

function run(expected: object, { driver = 'reference-queued', bytes = undefined as Uint8Array | undefined } = {}) {
  // Fault plans say `then`, which a linter takes for a promise when it stands in source.
  const bad = Object.fromEntries([
    ['name', 'bad spot'],
    ['when', { phase: 'run', opcode: '0x28', nth: 3 }],
    ['then', [{ do: 'check-condition', sense: { key: 'medium error', asc: '0x11' } }]],
  ])
  const scenario = checkScenario(
    {
      machine: { adapters: [{ kind: 'reference', name: 'hba', driver }] },
      workload: { ios: 20, depth: 2 },
      ...(driver === 'reference-queued' ? { faults: [bad] } : {}),
      expect: expected,
    },
    'x',
  )
  return runScenario(scenario, {
    driver: async path => new Uint8Array(bytes ?? readFileSync(join(DRIVERS, `${path}.wasm`))),
    image: () => {
      throw new Error('no images')
    },
    cache,
    rerun: 'again',
    version: '1',
  })
}

const READ_THEN_ACK = [{ register: 'INT_STATUS', access: 'read' }, { register: 'INT_ACK' }]

describe('what is expected of a run', () => {
  it('all met: it passes, and each is in the report', async () => {
    const { report, exitCode } = await run({
      io: { failed: 0, expectedErrors: 1 },
      isr: { unclaimed: 0, claimed: { min: 20 } },
      rules: { 'INT-5': 'held' },
      srbs: [
        { status: 'error', opcode: '0x28', sense: { key: 'medium error', asc: '0x11', ascq: 0 }, count: 1 },
        { status: 'success', target: 0, lun: 0 },
        { target: 5, count: 0 },
      ],
      registers: [
        { adapter: 'hba', register: 'DOORBELL', in: 'HwStartIo', count: { min: 20 } },
        { register: 'DOORBELL', in: 'HwInterrupt', count: 0 },
        { register: 'INT_STATUS', access: 'read', bits: 1 },
      ],
      order: [
        { in: 'HwInterrupt', steps: READ_THEN_ACK },
        { steps: [{ register: 'INT_ENABLE' }, { register: 'DOORBELL' }, { register: 'INT_ACK' }], count: 1 },
      ],
      latencies: [
        { of: 'srb', statistic: 'p50', atLeast: '1us', atMost: '1ms' },
        { of: 'raise to enter', atMost: '10us' },
        { of: 'HwStartIo', statistic: 'p999', atMost: '5us' },
      ],
      faults: { 'bad spot': 1 },
      findings: [{ text: 'no such words', count: 0 }],
    })
    expect(report.reasons).toEqual([])
    expect([report.verdict, exitCode]).toEqual(['pass', 0])
    expect(report.expectations).toHaveLength(19)
    expect(report.expectations!.every(row => row.pass)).toBe(true)
    expect(textReport(report)).toContain('Expectations (19 of 19 met)')
    // The trace knows nothing of who listens.
    const { hash } = report.trace
    const again = await run({ hash })
    expect(again.report.verdict).toBe('pass')
  })

  it('each missed: a reason that names it, with what was found', async () => {
    const { report, exitCode } = await run({
      io: { expectedErrors: 2 },
      isr: { unclaimed: { min: 1 } },
      rules: { 'INT-5': 'violated', 'RB-1': 'held', 'XX-1': 'held' },
      srbs: [{ status: 'error', sense: { key: 'medium error', asc: '0x12' } }, { status: 'busy' }],
      registers: [
        { register: 'DOORBELL', in: 'HwStartIo', count: { max: 3 } },
        { register: 'RING_HEAD', in: 'HwStartIo' },
        { register: 'DOORBELL', bits: '0x80000000' },
      ],
      order: [
        { in: 'HwInterrupt', steps: READ_THEN_ACK.toReversed() },
        { in: 'HwStartIo', steps: READ_THEN_ACK },
        { steps: [{ register: 'DOORBELL' }, { register: 'INT_ENABLE' }] },
      ],
      latencies: [
        { of: 'srb', atMost: '1us' },
        { of: 'HwInterrupt', atLeast: '1ms' },
        { of: 'HwTimer', atMost: '1ms' },
      ],
      faults: { 'bad spot': 2 },
      findings: [{ text: 'no such words' }],
      hash: '0123456789abcdef',
    })
    expect([report.verdict, exitCode]).toEqual(['fail', 1])
    const missed = report.expectations!.filter(row => !row.pass).map(row => row.path)
    expect(missed).toEqual(
      [
        ...['rules.INT-5', 'rules.RB-1', 'rules.XX-1', 'io.expectedErrors', 'isr.unclaimed', 'srbs[0]', 'srbs[1]'],
        ...['registers[0]', 'registers[1]', 'registers[2]', 'order[0]', 'order[1]', 'order[2]'],
        ...['latencies[0]', 'latencies[1]', 'latencies[2]', 'findings[0]', 'faults.bad spot', 'hash'],
      ].map(path => `expect.${path}`),
    )
    expect(report.reasons).toHaveLength(missed.length)
    const reason = (path: string) => report.reasons.find(text => text.startsWith(`expect.${path}: `))
    expect(reason('registers[0]')).toMatch(
      /expected at most 3 writes of DOORBELL in HwStartIo, found \d+ \(the first at .* in HwStartIo #\d+\)$/,
    )
    expect(reason('order[0]')).toMatch(/found read of INT_STATUS before write of INT_ACK in HwInterrupt #\d+, at /)
    expect(reason('order[2]')).toMatch(/found write of INT_ENABLE before write of DOORBELL in Hw\w+ #\d+, at /)
    expect(reason('rules.RB-1')).toBe('expect.rules.RB-1: expected RB-1 held, found not-exercised')
    expect(reason('latencies[2]')).toBe(
      'expect.latencies[2]: expected HwTimer, max: at most 1 ms, found nothing was measured',
    )
  })

  it.each([
    [
      { registers: [{ register: 'DORBELL' }] },
      "expect.registers[0]: unknown register 'DORBELL': did you mean 'DOORBELL'?",
    ],
    [
      { registers: [{ adapter: 'hbb', register: 'DOORBELL' }] },
      "expect.registers[0]: unknown adapter 'hbb': did you mean 'hba'?",
    ],
    [
      { order: [{ in: 'HwTimer', steps: [{ register: 'ID' }, { register: 'X' }] }] },
      "expect.order[0].steps[1]: unknown register 'X'",
    ],
    [{ latencies: [{ adapter: 'no', of: 'srb', atMost: '1s' }] }, "expect.latencies[0]: unknown adapter 'no'"],
  ])('what is not there is an error before the run: %j', async (expected, message) => {
    await expect(run(expected)).rejects.toThrow(message)
  })
})

describe('a driver that must be caught', () => {
  const caught = (expected: object) => run({ verdict: 'fail', ...expected }, { driver: 'faulty/INT-5' })

  it('passes when it is caught for the reason given', async () => {
    const { report, exitCode } = await caught({ rules: { 'INT-5': 'violated' }, exitCode: 1 })
    expect([report.verdict, report.reasons, exitCode]).toEqual(['pass', [], 0])
    expect(report.findings.at(-1)!.message).toMatch(/^as expected: hba breaks INT-5: /)
  })

  it('fails when it is caught for another', async () => {
    const { report, exitCode } = await caught({ reasons: ['blocks read back differ'] })
    expect([report.verdict, exitCode]).toEqual(['fail', 1])
    expect(report.reasons).toContain("expect.reasons[0]: expected a reason with 'blocks read back differ', found none")
    expect(
      report.reasons.some(r => r.startsWith("expect.reasons: expected no other reason, found 'hba breaks INT-5")),
    ).toBe(true)
  })

  it('fails when there is nothing to catch', async () => {
    const { report, exitCode } = await run({ verdict: 'fail', rules: { 'INT-5': 'violated' } })
    expect([report.verdict, exitCode]).toEqual(['fail', 1])
    expect(report.reasons[0]).toBe('expect.verdict: expected fail, found pass')
  })

  it('that must be refused passes when it is, and fails when it is not', async () => {
    const expected = { verdict: 'fail', exitCode: 2 }
    const refused = await run(expected, { bytes: new Uint8Array([0, 97, 115, 109]) })
    expect([refused.report.verdict, refused.exitCode]).toEqual(['pass', 0])
    const ran = await run(expected)
    expect([ran.report.verdict, ran.exitCode]).toEqual(['fail', 1])
  })
})
