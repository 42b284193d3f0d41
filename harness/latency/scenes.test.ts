import { describe, expect, test } from 'vitest'
import { Event, Notification, Routine } from '../trace/events.ts'
import { LatencyReader } from './reader.ts'
import { SceneTaker } from './scenes.ts'
import { NS, Script } from './testing/script.ts'

function scene(capacity = 1 << 12): { script: Script; taker: SceneTaker } {
  const script = new Script(2, capacity)
  const taker = new SceneTaker(script.trace, 2)
  // The script's own reader has no scenes: a second one on the same trace has.
  new LatencyReader(script.trace, 2, taker)
  return { script, taker }
}

/** An ISR of `ns`, with the raise 100 ns before. */
function isr(s: Script, ns: number, result = 1): Script {
  s.line(0, true).after(100).enter(0, Routine.Interrupt)
  return s.after(ns).read(0, 16, 1).line(0, false).exit(0, Routine.Interrupt, result).after(1_000)
}

const request = (s: Script): void => {
  s.trace.emit(Event.Workload, 0, 1, 0, 0, 512)
}

describe('the worst', () => {
  test('is the first of the longest, with what was before and after it', () => {
    const { script, taker } = scene()
    for (const ns of [500, 900, 900, 300]) isr(script, ns)
    taker.finish()
    const worst = taker.worst(0)!
    expect([worst.durationPs, worst.invocation, worst.claimed, worst.finished]).toEqual([900 * NS, 2, true, true])
    expect(worst.raisedPs).toBe(worst.enterPs - 100 * NS)
    const { count, kind, atPs } = worst.events
    expect([...kind].filter(k => k === Event.Enter).length).toBe(4)
    expect(atPs[0]).toBeLessThan(worst.raisedPs)
    expect(atPs[count - 1]).toBeGreaterThan(worst.exitPs)
    expect(worst.events.omitted).toBe(0)
  })

  test('unclaimed calls are none', () => {
    const { script, taker } = scene()
    isr(script, 900, 0)
    taker.finish()
    expect(taker.worst(0)).toBeUndefined()
    expect(taker.typical(0, 900 * NS)).toBeUndefined()
  })

  test('a call in which the guest was stopped counts, and is no typical one', () => {
    const { script, taker } = scene()
    isr(script, 300)
    script.enter(0, Routine.Interrupt).after(5_000)
    script.trace.emit(Event.Stopped, 0, 4, Routine.Interrupt, 2, 0)
    script.exit(0, Routine.Interrupt, 0)
    taker.finish()
    expect(taker.worst(0)).toMatchObject({ finished: false, durationPs: 5_000 * NS })
    expect(taker.typical(0, 5_000 * NS)!.durationPs).toBe(300 * NS)
  })

  test('longer than the ring: what is left of it, and how much is not', () => {
    const { script, taker } = scene(1024)
    script.enter(0, Routine.Interrupt)
    for (let n = 0; n < 3000; n++) script.after(10).read(0, 16, 1)
    script.exit(0, Routine.Interrupt)
    taker.finish()
    const { events } = taker.worst(0)!
    expect(events.count).toBe(1024)
    expect(events.omitted).toBe(3002 - 1024)
  })
})

describe('the typical', () => {
  test('is the first of the wanted duration after the warm-up', () => {
    const { script, taker } = scene()
    isr(script, 500)
    request(script)
    for (let n = 0; n < 63; n++) isr(script, 500)
    const fromPs = script.clock.nowPs
    for (const ns of [500, 700, 500]) isr(script, ns)
    taker.finish()
    expect(taker.typical(0, 500 * NS)!.enterPs).toBe(fromPs + 100 * NS)
  })

  test('a short run: the first there was', () => {
    const { script, taker } = scene()
    request(script)
    for (const ns of [400, 500, 500]) isr(script, ns)
    taker.finish()
    expect(taker.typical(0, 500 * NS)!.invocation).toBe(2)
  })

  test('a median that nobody took: the nearest', () => {
    const { script, taker } = scene()
    for (const ns of [400, 500, 800]) isr(script, ns)
    taker.finish()
    expect(taker.typical(0, 620 * NS)!.durationPs).toBe(500 * NS)
  })

  test('of a thousand durations a few are kept', () => {
    const { script, taker } = scene()
    for (let n = 0; n < 1000; n++) isr(script, 2000 - n)
    taker.finish()
    expect(taker.typical(0, 2000 * NS)!.durationPs).toBe(2000 * NS)
    expect(taker.typical(0, 1100 * NS)!.durationPs).toBe((2000 - 127) * NS)
  })

  test('the other miniport has its own', () => {
    const { script, taker } = scene()
    isr(script, 400)
    script.enter(1, Routine.Interrupt).after(50).exit(1, Routine.Interrupt).after(10)
    taker.finish()
    expect(taker.worst(1)!.durationPs).toBe(50 * NS)
    expect(taker.typical(1, 50 * NS)!.guest).toBe(1)
  })
})

test('what comes after a call is in its scene once it has happened', () => {
  const { script, taker } = scene()
  isr(script, 400)
  for (let n = 0; n < 70; n++) script.trace.emit(Event.Notify, 0, Notification.NextRequest, -1, 0, 0)
  script.enter(0, Routine.StartIo)
  const { kind } = taker.worst(0)!.events
  expect([...kind].filter(k => k === Event.Notify).length).toBe(64)
})
