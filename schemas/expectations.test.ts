import { describe, expect, it } from 'vitest'
import { ConfigError } from './errors.ts'
import { checkScenario } from './scenario.ts'

const scenario = (expected: unknown, rest: object = {}) =>
  checkScenario({ machine: { adapters: [{ kind: 'reference', driver: 'a.wasm' }] }, ...rest, expect: expected }, 'x')

const problemOf = (expected: unknown): string => {
  try {
    scenario(expected)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return ''
}

describe('expectations', () => {
  it('are a pass when nothing is said, and none when there are none', () => {
    expect(scenario({}).expect).toMatchObject({ verdict: 'pass', srbs: [], registers: [], order: [] })
    expect(scenario(undefined).expect).toBeUndefined()
  })

  it('take an amount as a number, or as a range', () => {
    const { io, registers } = scenario({
      io: { failed: 0, reads: { min: 3 }, writes: { max: 4 } },
      registers: [{ register: 'DOORBELL' }, { register: 'DOORBELL', count: 2, bits: '0x10' }],
    }).expect!
    expect(io).toEqual({ failed: { min: 0, max: 0 }, reads: { min: 3 }, writes: { min: 0, max: 4 } })
    expect(registers.map(r => r.count)).toEqual([{ min: 1 }, { min: 2, max: 2 }])
    expect(registers[1]!.bits).toBe(16)
  })

  it.each([
    ['an unknown key', { register: [] }, "$.expect.register: unknown key 'register': did you mean 'registers'?"],
    [
      'a count that is none',
      { io: { failed: 'none' } },
      "$.expect.io.failed: found 'none', expected a whole number, or a range",
    ],
    ['a range from high to low', { isr: { claimed: { min: 3, max: 2 } } }, "'max' must not be less than 'min'"],
    ['any failure at all', { verdict: 'fail' }, 'otherwise any failure would do'],
    ['reasons of a pass', { reasons: ['x'] }, "'reasons' goes with verdict 'fail'"],
    ['an exit code of another verdict', { exitCode: 3 }, "'exitCode' does not go with this 'verdict'"],
    ['a latency without a limit', { latencies: [{ of: 'srb' }] }, "at least one of 'atLeast' and 'atMost' is needed"],
    ['a limit without a unit', { latencies: [{ of: 'srb', atMost: '5' }] }, "$.expect.latencies[0].atMost: found '5'"],
    ['something that is no rule', { rules: { 'INT 5': 'held' } }, "expected a rule id such as 'INT-5'"],
    ['an order of one', { order: [{ in: 'HwInterrupt', steps: [{ register: 'A' }] }] }, 'at least 2 elements'],
    ['a fault that is not there', { faults: { gone: 1 } }, "$.expect.faults.gone: unknown fault 'gone'"],
    ['a status that is not there', { srbs: [{ status: 'sucess' }] }, "did you mean 'success'?"],
    ['a hash that is none', { hash: 'abc' }, '$.expect.hash'],
  ])('refuses %s', (_what, expected, message) => {
    expect(problemOf(expected)).toContain(message)
  })
})
