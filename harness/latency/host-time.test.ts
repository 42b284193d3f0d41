import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Routine } from '../trace/events.ts'
import { RANK } from './distribution.ts'
import { HostHistogram } from './host-histogram.ts'
import { HostMeter } from './host-time.ts'

describe('HostHistogram', () => {
  test('is exact below 64 ns and within 1/32 above', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0x7fff_ffff), { minLength: 1, maxLength: 300 }), values => {
        const h = new HostHistogram()
        for (const value of values) h.add(value)
        const sorted = [...values].sort((a, b) => a - b)
        for (const rank of Object.values(RANK)) {
          const exact = sorted[Math.max(1, Math.ceil((sorted.length * rank) / 10_000)) - 1]!
          const got = h.percentile(rank)
          expect(got).toBeGreaterThanOrEqual(exact)
          expect(got).toBeLessThanOrEqual(exact < 64 ? exact : exact * (1 + 1 / 32))
        }
        expect(h.percentile(RANK.max)).toBe(sorted.at(-1))
      }),
    )
  })

  test('takes anything a host clock may say', () => {
    const h = new HostHistogram()
    for (const ns of [-5, 0, 1e12, Number.NaN, 63.6]) h.add(ns)
    expect(h.count).toBe(5)
    expect(h.percentile(RANK.max)).toBe(0xffff_ffff)
    expect(h.percentile(RANK.p50)).toBe(0)
  })

  test('merges', () => {
    const a = new HostHistogram()
    const b = new HostHistogram()
    a.add(10)
    b.add(30)
    a.merge(b)
    expect([a.count, a.percentile(RANK.p50), a.percentile(RANK.max)]).toEqual([2, 10, 30])
  })
})

describe('HostMeter', () => {
  /** Every reading costs 40 ns; `spend` adds work. */
  const slowTimer = () => {
    let ns = 0
    return {
      timer: {
        now: () => {
          ns += 40
          return ns
        },
      },
      spend: (more: number) => {
        ns += more
      },
    }
  }

  test('subtracts what the timer costs, and shows it', () => {
    const { timer, spend } = slowTimer()
    const meter = new HostMeter(timer, 1)
    const started = meter.start()
    spend(20)
    meter.stop(0, Routine.Interrupt, started)
    meter.calibrate(() => spend(2), 10)
    expect(meter.figures(0, Routine.Interrupt)).toEqual({
      p50: 20,
      p90: 20,
      p99: 20,
      p999: 20,
      max: 20,
      timerOverheadNs: 40,
    })
    expect(meter.noiseFloor()).toEqual({ p50: 2, p99: 2, max: 2 })
  })

  test('has no figures without a call and no floor without calibration', () => {
    const meter = new HostMeter(slowTimer().timer, 2)
    expect(meter.figures(1, Routine.StartIo)).toBeNull()
    expect(meter.noiseFloor()).toBeNull()
  })

  test('a timer too coarse to tell costs nothing', () => {
    const meter = new HostMeter({ now: () => 1_000_000 }, 1)
    meter.calibrate(undefined, 3)
    expect(meter.overheadNs).toBe(0)
    expect(meter.noiseFloor()).toEqual({ p50: 0, p99: 0, max: 0 })
  })
})
