import { describe, expect, test } from 'vitest'
import { Clock } from '../../device/clock.ts'
import { Event, KIND_COUNT } from './events.ts'
import { STRIDE, Trace } from './trace.ts'

function filled(events: number, capacity: number, change: (n: number) => number = n => n): Trace {
  const clock = new Clock()
  const trace = new Trace(clock, capacity)
  for (let n = 0; n < events; n++) {
    clock.advanceTo(n * 1000)
    trace.emit(n % 30, n % 3, change(n), -n, n * 7, n & 255)
  }
  return trace
}

describe('the ring', () => {
  test('keeps the newest events and says how many were overwritten', () => {
    const trace = filled(20, 8)
    expect([trace.count, trace.overwritten]).toEqual([20, 12])
    expect(trace.indexOf(11)).toBe(-1)
    expect(trace.a[trace.indexOf(12)]).toBe(12)
    expect(trace.psAt(trace.indexOf(19))).toBe(19_000)
    expect(trace.indexOf(20)).toBe(-1)
    expect(trace.indexOf(-1)).toBe(-1)
    for (let n = 12; n < 20; n++) expect(trace.numberAt(trace.indexOf(n))).toBe(n)
  })

  test.each([0, 1, 3, 100])('a capacity of %d is refused', capacity => {
    expect(() => new Trace(new Clock(), capacity)).toThrow(RangeError)
  })
})

describe('the hash', () => {
  test('is the same whatever the ring’s capacity and whenever it is asked for', () => {
    const whole = filled(1000, 2048)
    const small = filled(1000, 8)
    expect(small.hash).toBe(whole.hash)
    const asked = new Trace(new Clock(), 8)
    const silent = new Trace(new Clock(), 8)
    for (let n = 0; n < 100; n++) {
      asked.emit(1, 0, n, 0, 0, 0)
      silent.emit(1, 0, n, 0, 0, 0)
      expect(asked.hash).toHaveLength(16)
    }
    expect(asked.hash).toBe(silent.hash)
  })

  test('changes with every column, with the instant and with the order', () => {
    const base = (kind = 1, guest = 0, a = 0, b = 0, c = 0, d = 0, atPs = 5): string => {
      const clock = new Clock()
      const trace = new Trace(clock, 8)
      clock.advanceTo(atPs)
      trace.emit(kind, guest, a, b, c, d)
      trace.emit(2, 0, 9, 9, 9, 9)
      return trace.hash
    }
    const all = [
      base(),
      base(2),
      base(1, 1),
      base(1, 0, 1),
      base(1, 0, 0, 1),
      base(1, 0, 0, 0, 1),
      base(1, 0, 0, 0, 0, 1),
      base(1, 0, 0, 0, 0, 0, 6),
    ]
    expect(new Set(all).size).toBe(all.length)
    const reversed = new Trace(new Clock(), 8)
    reversed.emit(2, 0, 9, 9, 9, 9)
    reversed.emit(1, 0, 0, 0, 0, 0)
    expect(all).not.toContain(reversed.hash)
  })

  test('one changed number among thousands changes it', () => {
    expect(filled(5000, 64, n => (n === 17 ? 18 : n)).hash).not.toBe(filled(5000, 64).hash)
  })
})

describe('readers in batches', () => {
  const listening = (capacity: number) => {
    const trace = new Trace(new Clock(), capacity)
    const heard: number[] = []
    const read = (first: number, end: number): void => {
      for (let n = first; n < end; n++) {
        expect(trace.indexOf(n)).toBe(trace.indexOf(first) + (n - first) * STRIDE)
        heard.push(trace.a[trace.indexOf(n)]!)
      }
    }
    trace.subscribeBatch({ read })
    return { trace, heard }
  }
  const counted = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

  test.each([2, 8, 256, 1024])('read every event once, in order, before it is overwritten (ring of %d)', capacity => {
    const { trace, heard } = listening(capacity)
    for (let n = 0; n < 3000; n++) {
      trace.emit(n % 30, 0, n, 0, 0, 0)
      if (n % 977 === 0) trace.settle()
    }
    trace.settle()
    trace.settle()
    expect(heard).toEqual(counted(3000))
  })

  test('do not hear what happened before they came; asking for the hash lets them catch up', () => {
    const { trace, heard } = listening(64)
    for (let n = 0; n < 10; n++) trace.emit(1, 0, n, 0, 0, 0)
    const late: number[] = []
    trace.subscribeBatch({ read: (first, end) => late.push(first, end) })
    trace.emit(1, 0, 10, 0, 0, 0)
    expect([heard.length, late]).toEqual([10, []])
    expect(trace.hash).toHaveLength(16)
    expect([heard.length, late]).toEqual([11, [10, 11]])
  })
})

describe('readers', () => {
  test('hear the kinds and keys they asked for, once each, in the order of subscription', () => {
    const trace = new Trace(new Clock(), 8)
    const heard: string[] = []
    const reader = (name: string) => ({ on: (i: number) => heard.push(`${name} ${trace.kind[i]}/${trace.a[i]}`) })
    trace.subscribe({ kind: Event.Read, reader: reader('all') }, { kind: Event.Read, key: 16, reader: reader('keyed') })
    trace.emit(Event.Read, 0, 16, 0, 0, 0)
    trace.emit(Event.Read, 0, 20, 0, 0, 0)
    trace.emit(Event.Write, 0, 16, 0, 0, 0)
    expect(heard).toEqual(['all 3/16', 'keyed 3/16', 'all 3/20'])
  })

  test('keys beyond the table are refused at subscription and harmless in events', () => {
    const trace = new Trace(new Clock(), 8)
    const reader = { on: () => {} }
    expect(() => trace.subscribe({ kind: Event.Read, key: 0x1_0000, reader })).toThrow(RangeError)
    expect(() => trace.subscribe({ kind: KIND_COUNT, reader })).toThrow(RangeError)
    trace.subscribe({ kind: Event.Read, key: 1, reader })
    expect(() => trace.emit(Event.Read, 0, -5, 0, 0, 0)).not.toThrow()
    expect(() => trace.emit(Event.Read, 0, 1 << 30, 0, 0, 0)).not.toThrow()
  })
})

test('texts are kept once', () => {
  const trace = new Trace(new Clock(), 8)
  expect([trace.intern('a'), trace.intern('b'), trace.intern('a')]).toEqual([0, 1, 0])
  expect(trace.text).toEqual(['a', 'b'])
})
