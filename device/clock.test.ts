import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Alarm, Clock, ClockError, PS } from './clock.ts'

describe('time', () => {
  test('advances to an instant and never back', () => {
    const clock = new Clock()
    clock.advanceTo(5 * PS.us)
    clock.advanceTo(2 * PS.us)
    expect(clock.nowPs).toBe(5 * PS.us)
  })

  test('ends with a named error where it would no longer be exact', () => {
    const clock = new Clock()
    clock.advanceTo(Number.MAX_SAFE_INTEGER)
    expect(() => clock.advanceTo(Number.MAX_SAFE_INTEGER + 1)).toThrow(/virtual time ended/)
  })

  test.each([0.5, Number.NaN])('is a whole number of picoseconds: %d is refused', ps => {
    expect(() => new Clock().advanceTo(ps)).toThrow(ClockError)
  })

  test('cannot be advanced from inside an alarm', () => {
    const clock = new Clock()
    clock.createAlarm('nested', () => clock.advanceTo(10)).scheduleAt(5)
    expect(() => clock.advanceTo(5)).toThrow('from inside an alarm')
    clock.advanceTo(7) // the clock goes on after an alarm threw
    expect(clock.nowPs).toBe(7)
  })
})

describe('alarms', () => {
  test('fire in order of due time, at their own instant', () => {
    const clock = new Clock()
    const seen: [string, number][] = []
    const set = (label: string, ps: number) =>
      clock.createAlarm(label, () => seen.push([label, clock.nowPs])).scheduleAt(ps)
    set('late', 30)
    set('early', 10)
    set('never', 99)
    clock.advanceTo(50)
    expect(seen).toEqual([
      ['early', 10],
      ['late', 30],
    ])
    expect(clock.nowPs).toBe(50)
    expect(clock.nextDuePs).toBe(99)
    expect(clock.fired).toBe(2)
  })

  test('of one instant fire in the order they were set', () => {
    const clock = new Clock()
    const seen: string[] = []
    const alarms = ['a', 'b', 'c'].map(label => clock.createAlarm(label, () => seen.push(label)))
    for (const alarm of [alarms[2]!, alarms[0]!, alarms[1]!]) alarm.scheduleAt(10)
    clock.advanceTo(10)
    expect(seen).toEqual(['c', 'a', 'b'])
  })

  test('set again replace the earlier instant', () => {
    const clock = new Clock()
    let fired = 0
    const alarm = clock.createAlarm('x', () => fired++)
    alarm.scheduleAt(10)
    alarm.scheduleAt(20)
    clock.advanceTo(15)
    expect([fired, alarm.pending, alarm.duePs]).toEqual([0, true, 20])
    clock.advanceTo(20)
    expect([fired, alarm.pending, alarm.duePs]).toEqual([1, false, Number.POSITIVE_INFINITY])
  })

  test('cancelled do not fire; cancelling an idle one does nothing', () => {
    const clock = new Clock()
    const alarm = clock.createAlarm('x', () => expect.unreachable())
    alarm.cancel()
    alarm.scheduleIn(10)
    alarm.cancel()
    expect(clock.advanceToNextAlarm()).toBe(false)
    clock.advanceTo(20)
  })

  test('set in the past fire now', () => {
    const clock = new Clock()
    clock.advanceTo(100)
    let at = -1
    clock.createAlarm('x', () => (at = clock.nowPs)).scheduleAt(40)
    clock.advanceTo(100)
    expect(at).toBe(100)
  })

  test('set from inside an alarm fire in the same advance when due', () => {
    const clock = new Clock()
    const seen: number[] = []
    const again: Alarm = clock.createAlarm('again', () => {
      seen.push(clock.nowPs)
      if (seen.length < 3) again.scheduleIn(10)
    })
    again.scheduleAt(10)
    clock.advanceTo(100)
    expect(seen).toEqual([10, 20, 30])
  })

  test('without end at one instant are an error that names the alarm', () => {
    const clock = new Clock()
    const busy: Alarm = clock.createAlarm('busy loop', () => busy.scheduleIn(0))
    busy.scheduleAt(10)
    expect(() => clock.advanceTo(20)).toThrow("alarm 'busy loop' fires without end at 10 ps")
  })

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('set to %d are refused', ps => {
    expect(() => new Clock().createAlarm('x', () => {}).scheduleAt(ps)).toThrow("alarm 'x' set to")
  })

  test('advanceToNextAlarm jumps to the earliest', () => {
    const clock = new Clock()
    clock.createAlarm('x', () => {}).scheduleAt(70)
    expect(clock.advanceToNextAlarm()).toBe(true)
    expect(clock.nowPs).toBe(70)
    expect(clock.advanceToNextAlarm()).toBe(false)
  })

  test('any mixture of setting, setting again and cancelling fires like a sorted list', () => {
    const step = fc.record({ alarm: fc.nat(11), at: fc.nat(50), cancel: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const clock = new Clock()
        const fired: number[] = []
        const alarms = Array.from({ length: 12 }, (_, i) => clock.createAlarm(`${i}`, () => fired.push(i)))
        const model = new Map<number, { at: number; order: number }>()
        for (const [order, { alarm, at, cancel }] of steps.entries()) {
          if (cancel) {
            alarms[alarm]!.cancel()
            model.delete(alarm)
          } else {
            alarms[alarm]!.scheduleAt(at)
            model.set(alarm, { at, order })
          }
          expect(clock.nextDuePs).toBe(Math.min(Number.POSITIVE_INFINITY, ...[...model.values()].map(m => m.at)))
        }
        clock.advanceTo(50)
        const expected = [...model].sort(([, a], [, b]) => a.at - b.at || a.order - b.order).map(([alarm]) => alarm)
        expect(fired).toEqual(expected)
      }),
    )
  })
})
