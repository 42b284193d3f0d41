// What is drawn, before it is drawn: of a real run against what the report says, and of hand-written scenes.
import { describe, expect, test } from 'vitest'
import { Clock } from '../../../device/clock.ts'
import { copyEvents, type Scene } from '../../trace/event-copy.ts'
import { Event, Routine } from '../../trace/events.ts'
import { Trace } from '../../trace/trace.ts'
import { picturedRun } from '../testing/pictured-run.ts'
import { binsOf } from './histogram.ts'
import { momentOf } from './moment.ts'
import type { PictureNames } from './names.ts'
import { srbWindow } from './srb-spans.ts'

const NAMES: PictureNames = {
  guest: guest => `driver-${guest}`,
  register: (_guest, offset) => `R${offset}`,
  causeNames: (_guest, bits) => `cause ${bits}`,
  command: opcode => `command ${opcode}`,
  srbFunction: code => `function ${code}`,
}
const COSTS = { mmioReadPs: 1e6, mmioWritePs: 150e3, portReadPs: 2e6, portWritePs: 3e6 }
const WIRING = { lines: ['INTA', 'INTB'], lineOf: [0, 0, 1] }

class Hand {
  readonly clock = new Clock()
  readonly trace = new Trace(this.clock, 1024)

  at(ns: number, kind: number, a = 0, b = 0, c = 0, d = 0, guest = 0): this {
    this.clock.advanceTo(ns * 1000)
    this.trace.emit(kind, guest, a, b, c, d)
    return this
  }

  scene(part: Partial<Scene> = {}): Scene {
    return {
      guest: 0,
      invocation: 1,
      durationPs: 3e6,
      enterPs: 10e6,
      exitPs: 13e6,
      raisedPs: 9e6,
      claimed: true,
      finished: true,
      events: copyEvents(this.trace, 0, this.trace.count, 1000, 'first'),
      ...part,
    }
  }
}

describe('a moment', () => {
  test('in ns from the entry: edges, accesses with their cost, marks', () => {
    const moment = momentOf(
      new Hand()
        .at(9000, Event.Line, 1, 0, 1)
        .at(10_000, Event.Enter, Routine.Interrupt, 1, -1)
        .at(11_005, Event.Read, 16, 9, 1, 4)
        .at(11_160, Event.Write, 20, 9, 2, 4)
        .at(11_160, Event.CauseCleared, 9, 0, 61)
        .at(11_160, Event.Line, 0, 0, 0)
        .at(12_500, Event.Notify, 0, 7)
        .at(13_000, Event.Exit, Routine.Interrupt, 1, 1, 90)
        .scene(),
      NAMES,
      WIRING,
      COSTS,
    )
    expect(moment.lines).toEqual([
      {
        name: 'INTA',
        edges: [
          [moment.from, 0],
          [-1000, 1],
          [1160, 0],
        ],
      },
    ])
    expect(moment.frames).toEqual([{ label: 'HwInterrupt', from: 0, to: 3000, depth: 0, kind: 'isr', own: true }])
    expect(moment.accesses.map(({ kind, name, value, from, to }) => [kind, name, value, from, to])).toEqual([
      ['read', 'R16', '0x9', 5, 1005],
      ['write', 'R20', '0x9', 1010, 1160],
    ])
    expect(moment.marks.map(({ lane, at, label }) => [lane, at, label])).toEqual([
      ['adapter', 1160, '− cause 9'],
      ['notify', 2500, 'RequestComplete SRB #7'],
    ])
    expect(moment.phases.map(({ name, from, to }) => [name, from, to])).toEqual([
      ['raise → enter', -1000, 0],
      ['enter → first status read', 0, 1005],
      ['first status read → acknowledge', 1005, 1160],
      ['acknowledge → complete', 1160, 2500],
      ['complete → exit', 2500, 3000],
    ])
  })

  test('port accesses cost what ports cost; a foreign routine that it waited for, and one it interrupted, are in it', () => {
    const moment = momentOf(
      new Hand()
        .at(9500, Event.Exit, Routine.StartIo, 5, 1, 90, 1)
        .at(9600, Event.Enter, Routine.Timer, 1, -1, 0, 2)
        .at(10_000, Event.Enter, Routine.Interrupt, 1, -1)
        .at(12_000, Event.Read, 16, 9, 1, 0x104)
        .at(13_000, Event.Exit, Routine.Interrupt, 1, 1, 90)
        .at(13_100, Event.Exit, Routine.Timer, 1, 0, 5, 2)
        .scene(),
      NAMES,
      WIRING,
      COSTS,
    )
    expect(moment.accesses.map(({ from, to }) => [from, to])).toEqual([[0, 2000]])
    expect(moment.frames.map(({ label, from, to, depth, own }) => [label, from, to, depth, own])).toEqual([
      ['HwStartIo (driver-1)', moment.from, -500, 0, false],
      ['HwTimer (driver-2)', -400, 3100, 0, false],
      ['HwInterrupt', 0, 3000, 1, true],
    ])
  })

  test('a stall lasts from where it stands', () => {
    const hand = new Hand().at(10_000, Event.Enter, Routine.Interrupt, 1, -1).at(10_100, Event.Stall, 2)
    const { accesses } = momentOf(hand.scene(), NAMES, WIRING, COSTS)
    expect(accesses.map(({ kind, value, from, to }) => [kind, value, from, to])).toEqual([['stall', '2 µs', 100, 2100]])
  })

  test('a line that was raised long before is high from the left edge; outputs only where a line is shared', () => {
    const hand = new Hand().at(10_000, Event.Enter, Routine.Interrupt, 1, -1).at(12_000, Event.Line, 0, 0, 0)
    const shared = momentOf(hand.scene({ raisedPs: 1e6 }), NAMES, WIRING, COSTS)
    expect(shared.lines[0]!.edges).toEqual([
      [shared.from, 1],
      [2000, 0],
    ])
    expect(shared.outputs.map(({ name, edges }) => [name, edges.length])).toEqual([
      ['driver-0 output', 2],
      ['driver-1 output', 1],
    ])
    expect(momentOf(hand.scene({ guest: 2 }), NAMES, WIRING, COSTS).outputs).toEqual([])
  })
})

describe('SRBs', () => {
  /** opcode and digest of a command. */
  const digest = (n: number): number => (n << 8) | 0
  const window = (hand: Hand, serial: number, queuedNs: number, doneNs: number) =>
    srbWindow(
      {
        ...{ guest: 0, serial, queuedPs: queuedNs * 1000, donePs: doneNs * 1000 },
        events: copyEvents(hand.trace, 0, hand.trace.count, 1000, 'last'),
      },
      NAMES,
    )

  test('the way of one, its command found by unit and CDB', () => {
    const hand = new Hand()
      .at(100, Event.SrbQueued, 7, 0x0100, 0x28, 4096)
      .at(110, Event.SrbStarted, 7, 0x0100, digest(77), 4096)
      .at(120, Event.CommandFetched, 3, 1, 0, digest(77) | 0x28)
      .at(200, Event.DmaMoved, 3, 4096, 1)
      .at(210, Event.CommandFinished, 3, 0, 0, 4096)
      .at(300, Event.Enter, Routine.Interrupt, 1, -1)
      .at(320, Event.SrbCompleted, 7, 1, 0, 4096)
      .at(340, Event.Exit, Routine.Interrupt, 1, 1, 50)
      .at(400, Event.SrbDone, 7, 1, -1, 4096)
    expect(window(hand, 7, 100, 400).spans).toEqual([
      {
        ...{ serial: 7, guest: 'driver-0', what: 'command 40 to target 1 LUN 0', bytes: 4096 },
        ...{ queued: 0, started: 10, fetched: 20, dma: [100], finished: 110, isr: 200, completed: 220, done: 300 },
      },
    ])
  })

  test('those that were under way are with it, those that had come back are not; two alike are told apart by order', () => {
    const hand = new Hand()
    for (const [serial, ns] of [
      [1, 10],
      [2, 20],
      [3, 100],
    ] as const)
      hand.at(ns, Event.SrbQueued, serial, 0, 0x28, 512).at(ns, Event.SrbStarted, serial, 0, digest(5), 512)
    hand
      .at(101, Event.CommandFetched, 8, 0, 0, digest(5))
      .at(102, Event.CommandFetched, 9, 0, 0, digest(5))
      .at(103, Event.CommandFetched, 10, 0, 0, digest(5))
      .at(150, Event.CommandFinished, 9, 0, 0, 512)
      .at(200, Event.SrbDone, 3, 1, -1, 512)
    const { spans, from, to } = window(hand, 3, 100, 200)
    expect(spans.map(({ serial, fetched, finished }) => [serial, fetched, finished])).toEqual([
      [1, 1, null],
      [2, 2, 50],
      [3, 3, null],
    ])
    expect([from, to]).toEqual([-90, 100])
  })

  test('the slowest is shown even when its beginning was overwritten', () => {
    const hand = new Hand()
      .at(150, Event.SrbQueued, 3, 0, 0x28, 512)
      .at(160, Event.SrbStarted, 3, 0, digest(5), 512)
      .at(190, Event.SrbCompleted, 2, 1, 0, 512)
      .at(200, Event.SrbDone, 2, 1, -1, 512)
    const { spans } = window(hand, 2, 100, 200)
    expect(spans.map(({ serial, queued, completed, done }) => [serial, queued, completed, done])).toEqual([
      [2, 0, 90, 100],
      [3, 50, null, null],
    ])
  })

  test("the port's own request that came back before is not under way", () => {
    const hand = new Hand()
      .at(10, Event.SrbQueued, 1, 0, 0x03, 18)
      .at(20, Event.SrbCompleted, 1, 1, 0, 18)
      .at(100, Event.SrbQueued, 2, 0, 0x28, 512)
      .at(200, Event.SrbDone, 2, 1, -1, 512)
    expect(window(hand, 2, 100, 200).spans.map(({ serial }) => serial)).toEqual([2])
  })

  test('of a real run: the slowest took longest, and every stage follows the one before', async () => {
    const { pictures } = await picturedRun()
    const { spans, serial, guest, durationNs } = pictures!.slowest!
    const own = spans.find(span => span.serial === serial && span.guest === guest)!
    expect(own.done! - own.queued!).toBeCloseTo(durationNs, 3)
    expect(spans.length).toBeGreaterThan(8)
    for (const span of spans) {
      if (span.done !== null && span.queued !== null) expect(span.done - span.queued).toBeLessThanOrEqual(durationNs)
      const stages = [
        span.queued,
        span.started,
        span.fetched,
        ...span.dma,
        span.finished,
        span.isr,
        span.completed,
        span.done,
      ]
      const reached = stages.filter(at => at !== null)
      expect(reached).toEqual([...reached].sort((a, b) => a - b))
    }
    expect(spans.filter(({ dma }) => dma.length > 0).length).toBeGreaterThan(0)
  }, 60_000)
})

test('a copy of a stretch: all or some kinds of one guest, the first or the last', () => {
  const hand = new Hand()
  for (let n = 0; n < 10; n++) hand.at(n, n % 2 === 0 ? Event.Read : Event.Write, n, 0, 0, 0, n % 3)
  const kinds = new Uint8Array(256)
  kinds[Event.Read] = 1
  const numbers = (...args: Parameters<typeof copyEvents> extends [unknown, ...infer R] ? R : never) => {
    const { a, omitted } = copyEvents(hand.trace, ...args)
    return [[...a], omitted]
  }
  expect(numbers(2, 6, 100, 'first')).toEqual([[2, 3, 4, 5], 0])
  expect(numbers(-3, 100, 3, 'first')).toEqual([[0, 1, 2], 7])
  expect(numbers(0, 10, 3, 'last')).toEqual([[7, 8, 9], 7])
  expect(numbers(0, 10, 9, 'last', { kinds, guest: 0 })).toEqual([[0, 6], 0])
  expect(numbers(0, 10, 1, 'last', { kinds, guest: 0 })).toEqual([[6], 1])
})

test('classes of a histogram: bounds belong to the class above them, nothing is lost', () => {
  expect(
    binsOf([
      [0, 1],
      [0.5, 1],
      [1, 2],
      [1.11, 1],
      [1.12, 1],
      [25_000, 3],
      [5e14, 1],
    ]),
  ).toEqual([
    [0, 1, 2],
    [1, 1.12, 3],
    [1.12, 1.25, 1],
    [25_000, 28_000, 3],
    [9e12, 1e13, 1],
  ])
  expect(binsOf([])).toEqual([])
})

test('a run with pictures is the same run', async () => {
  const { report, pictures } = await picturedRun()
  const claimed = (name: string) =>
    pictures!.guests.find(({ guest }) => guest === name)!.claimed.reduce((sum, [, , count]) => sum + count, 0)
  for (const { name, isr } of report.guests) expect(claimed(name)).toBe(isr.claimed)
  const again = await picturedRun()
  expect(JSON.stringify(again.pictures)).toBe(JSON.stringify(pictures))
  expect(again.report.trace.hash).toBe(report.trace.hash)
}, 60_000)
