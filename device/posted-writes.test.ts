import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { IoTarget } from './address-space.ts'
import { Clock, PS } from './clock.ts'
import { PostedWrites } from './posted-writes.ts'
import { EchoTarget } from './testing/echo-target.ts'

function bench(delayPs: number) {
  const clock = new Clock()
  const target = new EchoTarget()
  return { clock, target, posted: new PostedWrites(target, clock, delayPs) }
}

describe('a posted write', () => {
  test('arrives after the delay, at its own instant', () => {
    const clock = new Clock()
    const arrivals: [number, number][] = []
    const target: IoTarget = { read: () => 0, write: (_, __, value) => arrivals.push([clock.nowPs, value]) }
    const posted = new PostedWrites(target, clock, 200)
    clock.advanceTo(1000)
    posted.write(0x14, 4, 1)
    clock.advanceTo(1150)
    posted.write(0x18, 4, 2)
    expect(arrivals).toEqual([])
    clock.advanceTo(2000)
    expect(arrivals).toEqual([
      [1200, 1],
      [1350, 2],
    ])
    expect(posted.pending).toBe(0)
  })

  test('is pushed through by a read of the adapter, which sees its effect', () => {
    const clock = new Clock()
    let line = true
    const target: IoTarget = { read: () => (line ? 1 : 0), write: () => (line = false) }
    const posted = new PostedWrites(target, clock, PS.us)
    posted.write(0x14, 4, 1) // acknowledge, and leave at once: the line is still asserted
    expect(line).toBe(true)
    expect(posted.read(0x10, 4)).toBe(0)
    expect(line).toBe(false)
    expect(clock.nextDuePs).toBe(Number.POSITIVE_INFINITY)
  })

  test('with no delay arrives at once', () => {
    const { posted, target, clock } = bench(0)
    posted.write(4, 2, 7)
    expect(target.writes).toEqual([[4, 2, 7]])
    expect(clock.nextDuePs).toBe(Number.POSITIVE_INFINITY)
  })

  test('beyond the depth pushes the oldest through early', () => {
    const { posted, target, clock } = bench(PS.us)
    for (let i = 0; i < 70; i++) posted.write(i, 1, i)
    expect(target.writes.map(([offset]) => offset)).toEqual([0, 1, 2, 3, 4, 5])
    clock.advanceTo(PS.us)
    expect(target.writes.map(([offset]) => offset)).toEqual(Array.from({ length: 70 }, (_, i) => i))
  })

  test('that causes another write does not overtake it', () => {
    const clock = new Clock()
    const seen: number[] = []
    const target: IoTarget = {
      read: () => 0,
      write(offset) {
        seen.push(offset)
        if (offset === 1) posted.write(9, 4, 0)
      },
    }
    const posted: PostedWrites = new PostedWrites(target, clock, 100)
    posted.write(1, 4, 0)
    posted.write(2, 4, 0)
    clock.advanceTo(1000)
    expect(seen).toEqual([1, 2, 9])
  })
})

test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('a delay of %d ps is refused', delayPs => {
  expect(() => bench(delayPs)).toThrow(RangeError)
})

test('any sequence delivers every write once, in order, with width and value, none late', () => {
  const step = fc.record({ waitPs: fc.nat(300), read: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 500 }), (steps, delayPs) => {
      const { posted, target, clock } = bench(delayPs)
      const written: [number, number, number][] = []
      for (const [i, { waitPs, read }] of steps.entries()) {
        clock.advanceTo(clock.nowPs + waitPs)
        if (read) {
          posted.read(0, 4)
          expect(target.writes.length).toBe(written.length)
        } else {
          written.push([i, 4, -i | 0])
          posted.write(i, 4, -i | 0)
        }
      }
      clock.advanceTo(clock.nowPs + delayPs)
      expect(target.writes).toEqual(written)
      expect(posted.pending).toBe(0)
    }),
  )
})
