import { describe, expect, it } from 'vitest'
import { PS } from '../../clock.ts'
import { Bench, TEST_UNIT_READY } from './testing/bench.ts'
import { REFERENCE_TIMING, referenceTiming } from './timing.ts'

describe('timing', () => {
  it('has the delays drive manuals print: selection timeout 250 ms, reset hold time 25 µs', () => {
    expect(REFERENCE_TIMING.selectionTimeoutPs).toBe(250 * PS.ms)
    expect(REFERENCE_TIMING.busResetPs).toBe(25 * PS.us)
  })

  it('changes one by one', () => {
    expect(referenceTiming({ selectionPs: 1 })).toEqual({ ...REFERENCE_TIMING, selectionPs: 1 })
  })

  it.each([
    [{ selectionPs: -1 }, /selectionPs is -1/],
    [{ selectionPs: 0.5 }, /selectionPs is 0\.5/],
    [{ busResetPs: Number.NaN }, /busResetPs is NaN/],
    [{ busResetPs: Number.POSITIVE_INFINITY }, /busResetPs is Infinity/],
    [{ busResetPs: 3601 * PS.s }, /one hour/],
    [{ selectionNs: 5 } as object, /no timing 'selectionNs'/],
    [{ toString: 5 } as object, /no timing 'toString'/],
  ])('refuses %o', (changes, message) => {
    expect(() => referenceTiming(changes)).toThrow(message)
  })

  it('with everything at 0 it still ends nothing inside the doorbell write', () => {
    const none = Object.fromEntries(Object.keys(REFERENCE_TIMING).map(name => [name, 0]))
    const bench = new Bench({ timing: none })
    bench.startQueued()
    const t0 = bench.clock.nowPs
    bench.start({ cdb: TEST_UNIT_READY })
    expect(bench.take()).toEqual([])
    bench.settle()
    expect(bench.take()).toHaveLength(1)
    expect(bench.clock.nowPs).toBe(t0)
  })
})
