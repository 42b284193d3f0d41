import { describe, expect, test } from 'vitest'
import { Routine, StopKind } from '../trace/events.ts'
import { invocationOf } from './anatomy.ts'
import { CAPTURE_EVENTS } from './capture.ts'
import { isrReport, routineReports } from './figures.ts'
import { names, Script } from './testing/script.ts'

describe('an ISR', () => {
  test('is taken apart: raise, enter, first status read, acknowledge, complete, exit', () => {
    const { latency } = new Script().at(10_000).isr(0, 500, 7)
    const worst = invocationOf(latency.guests[0]!.worst[Routine.Interrupt]!, names)
    expect(worst).toEqual({
      guest: 'driver-0',
      routine: 'HwInterrupt',
      number: 1,
      srb: null,
      claimed: true,
      atNs: 11_000,
      durationNs: 1_850,
      phases: [
        { name: 'raise → enter', ns: 1_000 },
        { name: 'enter → first status read', ns: 1_000 },
        { name: 'first status read → acknowledge', ns: 150 },
        { name: 'acknowledge → complete', ns: 500 },
        { name: 'complete → exit', ns: 200 },
      ],
      instructions: 100,
      reads: 1,
      writes: 1,
      stallUs: 0,
      accesses: [
        { ordinal: 1, atNs: 12_000, kind: 'read', name: 'INT_STATUS', value: 1, ns: 1_000 },
        { ordinal: 2, atNs: 12_150, kind: 'write', name: 'INT_ACK', value: 1, ns: 150 },
        { ordinal: 0, atNs: 12_650, kind: 'notify', name: 'RequestComplete', value: 7, ns: 500 },
      ],
      accessesOmitted: 0,
    })
  })

  test('a stall takes its own time, the access behind it does not', () => {
    const s = new Script().enter(0, Routine.Interrupt).after(100).read(0, 16, 1).after(20).stall(0, 5)
    s.after(50).write(0, 20, 1).exit(0, Routine.Interrupt)
    const { accesses } = invocationOf(s.latency.guests[0]!.worst[Routine.Interrupt]!, names)
    expect(accesses.map(({ kind, atNs, ns }) => [kind, atNs, ns])).toEqual([
      ['read', 100, 100],
      ['stall', 5_120, 5_020],
      ['write', 5_170, 50],
    ])
  })

  test('that completes before it acknowledges shows its phases in that order', () => {
    const s = new Script().line(0, true).after(10).enter(0, Routine.Interrupt)
    s.after(100).complete(0, 1).after(50).acknowledge(0).after(5).exit(0, Routine.Interrupt)
    const { phases } = invocationOf(s.latency.guests[0]!.worst[Routine.Interrupt]!, names)
    expect(phases.map(p => p.name)).toEqual([
      'raise → enter',
      'enter → complete',
      'complete → acknowledge',
      'acknowledge → exit',
    ])
  })

  test('claimed and unclaimed calls are counted and timed apart', () => {
    const s = new Script(2)
    s.isr(0, 500).foreign(1).isr(0, 700).foreign(1).foreign(1)
    const [first, second] = s.latency.guests.map(g => isrReport([g], names))
    expect([first!.claimed, first!.unclaimed, first!.virtualNs?.max, first!.unclaimedNs]).toEqual([2, 0, 2_050, null])
    expect([second!.claimed, second!.unclaimed, second!.virtualNs, second!.unclaimedNs?.p50]).toEqual([
      0,
      3,
      null,
      1_050,
    ])
    expect(second!.worst).toMatchObject({ guest: 'driver-1', claimed: false, durationNs: 1_050 })
    // A foreign interrupt has no raise of its own.
    expect(second!.raiseToEnterNs).toBeNull()
    expect(second!.worst!.phases[0]!.name).toBe('enter → first status read')
    const all = isrReport(s.latency.guests, names)
    expect([all.count, all.claimed, all.unclaimed, all.reads, all.writes, all.instructions]).toEqual([
      5, 2, 3, 5, 2, 230,
    ])
    expect(all.worst).toMatchObject({ guest: 'driver-0', durationNs: 2_050 })
  })

  test('the first of equally long calls is the worst', () => {
    const s = new Script().isr(0, 500).isr(0, 500)
    expect(s.latency.guests[0]!.worst[Routine.Interrupt]!.invocation).toBe(1)
  })

  test('while the line stays high the wait for the next call starts at the exit', () => {
    const s = new Script().line(0, true).after(300)
    s.enter(0, Routine.Interrupt).after(100).exit(0, Routine.Interrupt)
    s.after(40).enter(0, Routine.Interrupt).after(100).exit(0, Routine.Interrupt)
    expect([...s.latency.guests[0]!.raiseToEnter.entries()]).toEqual([
      [40_000, 1],
      [300_000, 1],
    ])
  })

  test('a line that fell and rose again counts from the rise', () => {
    const s = new Script().line(0, true).after(300).line(0, false).after(100).line(0, true).after(70)
    s.enter(0, Routine.Interrupt).after(1).exit(0, Routine.Interrupt)
    expect(s.latency.guests[0]!.raiseToEnter.max).toBe(70_000)
  })

  test('names the routine that ran when the line was raised', () => {
    const s = new Script(2).enter(1, Routine.StartIo).after(10).line(0, true).after(900).exit(1, Routine.StartIo)
    s.enter(0, Routine.Interrupt).after(5).exit(0, Routine.Interrupt)
    expect(invocationOf(s.latency.guests[0]!.worst[Routine.Interrupt]!, names)).toMatchObject({
      waitedFor: 'HwStartIo of driver-1',
      phases: [
        { name: 'raise → enter', ns: 900 },
        { name: 'enter → exit', ns: 5 },
      ],
    })
  })

  test('stands in the row of the bucket table whose lower bound it reaches', () => {
    const s = new Script()
    for (const ns of [999, 1_000, 25_000, 250_000, 1_000_000])
      s.enter(0, Routine.Interrupt).after(ns).exit(0, Routine.Interrupt, 0)
    const counted = isrReport(s.latency.guests, names).buckets.filter(b => b.count > 0)
    expect(counted).toEqual([
      { uptoUs: 1, count: 1 },
      { uptoUs: 2, count: 1 },
      { uptoUs: 50, count: 1 },
      { uptoUs: 500, count: 1 },
      { uptoUs: null, count: 1 },
    ])
  })

  test('with more accesses than a capture holds: the first are kept, the rest counted', () => {
    const s = new Script().enter(0, Routine.Interrupt)
    for (let i = 0; i < CAPTURE_EVENTS + 10; i++) s.after(1).read(0, 16, i)
    s.exit(0, Routine.Interrupt)
    const worst = invocationOf(s.latency.guests[0]!.worst[Routine.Interrupt]!, names)
    expect([worst.accesses.length, worst.accessesOmitted, worst.reads]).toEqual([
      CAPTURE_EVENTS,
      10,
      CAPTURE_EVENTS + 10,
    ])
    expect(worst.accesses[0]).toMatchObject({ ordinal: 1, value: 0 })
  })

  test('longer than the ring: what was overwritten is counted, the figures stay whole', () => {
    const s = new Script(1, 16).enter(0, Routine.Interrupt)
    for (let i = 0; i < 40; i++) s.after(10).read(0, 16, i)
    s.exit(0, Routine.Interrupt)
    const worst = invocationOf(s.latency.guests[0]!.worst[Routine.Interrupt]!, names)
    expect(worst.accesses.length + worst.accessesOmitted).toBe(41)
    expect([worst.reads, worst.durationNs, worst.phases[0]]).toEqual([
      40,
      400,
      { name: 'enter → first status read', ns: 10 },
    ])
  })

  test('keeps other adapters’ events out of the anatomy', () => {
    const s = new Script(2).enter(0, Routine.Interrupt).after(10)
    s.acknowledge(1).complete(1, 3).after(10).exit(0, Routine.Interrupt)
    const worst = invocationOf(s.latency.guests[0]!.worst[Routine.Interrupt]!, names)
    expect([worst.accesses, worst.phases]).toEqual([[], [{ name: 'enter → exit', ns: 20 }]])
  })
})

describe('other routines', () => {
  test('each has its own figures', () => {
    const s = new Script()
    s.enter(0, Routine.StartIo, 5).after(300).write(0, 40, 512).after(100).exit(0, Routine.StartIo, 1, 42)
    s.enter(0, Routine.Timer).stall(0, 20).exit(0, Routine.Timer)
    expect(routineReports(s.latency.guests[0]!)).toMatchObject([
      { name: 'HwStartIo', count: 1, virtualNs: { p50: 400, max: 400 }, instructions: 42, writes: 1, stallUs: 0 },
      { name: 'HwTimer', count: 1, virtualNs: { max: 20_000 }, stallUs: 20 },
    ])
  })

  test("another driver's ISR in the middle is not charged to the routine", () => {
    const s = new Script(2).enter(0, Routine.EnableInterrupts).after(1_000)
    s.isr(1, 500)
    s.after(1_000).exit(0, Routine.EnableInterrupts)
    const [first, second] = s.latency.guests
    // 1000 + 1000 of its own, 1000 of waiting with the line up, 1850 of the ISR.
    expect(first!.routines[Routine.EnableInterrupts]!.ps.max).toBe(3_000_000)
    expect(second!.claimed.max).toBe(1_850_000)
    expect(invocationOf(first!.worst[Routine.EnableInterrupts]!, names).phases).toEqual([
      { name: 'enter → exit', ns: 3_000 },
      { name: "other drivers' ISRs in between", ns: 1_850 },
    ])
  })
})

describe('a routine in which its guest was stopped', () => {
  test('is in no distribution, but is the worst', () => {
    const s = new Script(2).isr(0, 500)
    s.line(0, true).after(10).enter(0, Routine.Interrupt).after(500_000).stop(0, StopKind.TimeLimit, Routine.Interrupt)
    s.foreign(1)
    const [stopped, other] = s.latency.guests
    expect([stopped!.claimed.count, stopped!.unfinished]).toEqual([1, 1])
    expect(invocationOf(stopped!.worst[Routine.Interrupt]!, names)).toMatchObject({
      claimed: null,
      unfinished: true,
      durationNs: 500_000,
      phases: [
        { name: 'raise → enter', ns: 10 },
        { name: 'enter → stopped', ns: 500_000 },
      ],
    })
    expect(other!.unclaimed.count).toBe(1)
  })

  test('its Exit is not counted as an unclaimed call', () => {
    const { latency } = new Script().enter(0, Routine.Interrupt).stop(0, StopKind.Trap, Routine.Interrupt)
    const [guest] = latency.guests
    expect([guest!.unclaimed.count, guest!.claimed.count]).toEqual([0, 0])
    expect(guest!.worst[Routine.Interrupt]!.instructions).toBe(77)
  })

  test('that another routine of its guest ran into at lower IRQL is no return either', () => {
    const s = new Script().enter(0, Routine.Timer).after(100)
    // A storm: the bench stops the guest between two calls of HwInterrupt.
    s.stop(0, StopKind.InterruptStorm, Routine.Interrupt).exit(0, Routine.Timer, 0)
    expect([s.latency.guests[0]!.routines[Routine.Timer]!.ps.count, s.latency.guests[0]!.unfinished]).toEqual([0, 1])
  })
})
