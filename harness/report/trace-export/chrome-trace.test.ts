// The exported trace: valid JSON, slices that nest, time that never goes back, names; of a whole run, of the end of one, of hand-written events.
import { describe, expect, test } from 'vitest'
import { Clock } from '../../../device/clock.ts'
import { Event, Notification, Routine } from '../../trace/events.ts'
import { Trace } from '../../trace/trace.ts'
import { picturedRun } from '../testing/pictured-run.ts'
import { chromeTrace } from './chrome-trace.ts'
import type { Recording } from './recording.ts'
import { microseconds } from './trace-writer.ts'

interface TraceEvent {
  ph: string
  pid: number
  tid: number
  ts?: number
  dur?: number
  name?: string
  args?: Record<string, unknown>
}

interface File {
  displayTimeUnit: string
  otherData: Record<string, unknown>
  traceEvents: TraceEvent[]
}

const exported = (recording: Recording): File => JSON.parse([...chromeTrace(recording)].join(''))

/** Everything the viewers rely on. @returns events by track, and the names of the tracks */
function checked({ traceEvents }: File): { tracks: Map<string, TraceEvent[]>; names: Map<string, string> } {
  const tracks = new Map<string, TraceEvent[]>()
  const names = new Map<string, string>()
  const processes = new Set<number>()
  for (const event of traceEvents) {
    const key = `${event.pid}/${event.tid}`
    if (event.ph === 'M') {
      if (event.name === 'process_name') processes.add(event.pid)
      if (event.name === 'thread_name') names.set(key, event.args!.name as string)
      continue
    }
    expect(processes.has(event.pid)).toBe(true)
    expect(names.has(key)).toBe(true)
    tracks.set(key, [...(tracks.get(key) ?? []), event])
  }
  for (const events of tracks.values()) {
    let last = 0
    const open: (string | undefined)[] = []
    for (const { ph, ts, dur = 0, name } of events) {
      expect(ts).toBeGreaterThanOrEqual(last)
      last = ts! + (ph === 'X' ? dur : 0) - 1e-6
      if (ph === 'B') open.push(name)
      else if (ph === 'E') expect(open.pop()).toBeDefined()
      else expect(['X', 'i']).toContain(ph)
      if (ph !== 'E') expect(name).toMatch(/\S/)
    }
    expect(open).toEqual([])
  }
  return { tracks, names }
}

const named = (names: Map<string, string>, name: string): string => [...names].find(([, n]) => n === name)![0]

/** Nobody's names. */
const NAMES: Recording['names'] = {
  guest: guest => `driver-${guest}`,
  register: (_guest, offset) => `R${offset}`,
  causeNames: (_guest, bits) => `cause ${bits}`,
  command: opcode => `command ${opcode}`,
  srbFunction: code => `function ${code}`,
}
const COSTS = { mmioReadPs: 1e6, mmioWritePs: 150e3, portReadPs: 1e6, portWritePs: 1e6 }

class Hand {
  readonly clock = new Clock()
  readonly trace: Trace

  constructor(capacity = 1024) {
    this.trace = new Trace(this.clock, capacity)
  }

  at(ns: number, kind: number, a = 0, b = 0, c = 0, d = 0, guest = 0): this {
    this.clock.advanceTo(ns * 1000)
    this.trace.emit(kind, guest, a, b, c, d)
    return this
  }

  file(): File {
    return exported({
      trace: this.trace,
      names: NAMES,
      costs: COSTS,
      wiring: { lines: ['INTA'], lineOf: [0, 0] },
      guests: ['driver-0', 'driver-1'],
    })
  }
}

describe('a real run', () => {
  test('whole: tracks for line, CPU, adapters and SRBs, and all that was counted', async () => {
    const { recording, report } = await picturedRun()
    const file = exported(recording!)
    const { tracks, names } = checked(file)
    expect(file.displayTimeUnit).toBe('ns')
    expect(file.otherData).toMatchObject({
      hash: report.trace.hash,
      events: report.trace.events,
      eventsBeforeTheRecording: 0,
    })
    expect([...names.values()]).toEqual(
      expect.arrayContaining(['CPU', 'INTA', 'reference-dma output', 'causes and DMA', 'command lane 1', 'SRB lane 1']),
    )
    const cpu = tracks.get(named(names, 'CPU'))!
    const begun = (name: string) => cpu.filter(event => event.ph === 'B' && event.name === name).length
    for (const { name, isr } of report.guests) expect(begun(`HwInterrupt (${name})`)).toBe(isr.count)
    const reads = cpu.filter(event => event.ph === 'X' && event.name!.startsWith('read ')).length
    expect(reads).toBeGreaterThanOrEqual(report.isr.reads)
    const high = tracks.get(named(names, 'INTA'))!.filter(event => event.ph === 'B').length
    expect(high).toBe(report.lines[0]!.raised)
    const commands = file.traceEvents.filter(({ ph, pid, tid }) => ph === 'B' && pid >= 100 && pid < 400 && tid >= 10)
    const dma = file.traceEvents.filter(({ name, tid }) => name === 'DMA' && tid >= 10)
    expect(commands.length).toBeGreaterThanOrEqual(report.io.submitted)
    expect(dma.length).toBeGreaterThan(0)
  }, 60_000)

  test('its end only: what was under way is drawn to the edge', async () => {
    const { recording } = await picturedRun({ trace: { ring: 1024 } })
    const file = exported(recording!)
    checked(file)
    expect(file.otherData.eventsBeforeTheRecording).toBeGreaterThan(0)
    const instants = file.traceEvents.flatMap(({ ts }) => (ts === undefined ? [] : [ts]))
    expect(Math.min(...instants)).toBe(
      recording!.trace.psAt(recording!.trace.indexOf(recording!.trace.count - 1024)) / 1e6,
    )
  }, 60_000)

  test('the same run gives the same bytes', async () => {
    const [one, other] = [await picturedRun(), await picturedRun()]
    expect([...chromeTrace(one.recording!)].join('')).toBe([...chromeTrace(other.recording!)].join(''))
  }, 60_000)
})

describe('hand-written', () => {
  test('nothing happened', () => {
    expect(checked(new Hand().file()).tracks.size).toBe(0)
  })

  test('a routine that never returned ends where the recording ends', () => {
    const file = new Hand().at(10, Event.Enter, Routine.StartIo, 1, 7).at(25, Event.Read, 0, 1, 1, 4).file()
    const { tracks } = checked(file)
    expect([...tracks.values()].flat().map(({ ph, ts }) => [ph, ts])).toEqual([
      ['B', 0.01],
      ['X', 0.01],
      ['E', 0.025],
    ])
  })

  test('routines and a wire whose beginning was overwritten begin with the recording', () => {
    const hand = new Hand()
    hand
      .at(1, Event.Line, 1, 0, 1)
      .at(2, Event.Enter, Routine.StartIo, 1, 7)
      .at(3, Event.Enter, Routine.Interrupt, 1, -1, 0, 1)
    for (let n = 0; n < 1100; n++) hand.at(10 + n, Event.Notify, Notification.NextRequest, -1)
    hand
      .at(2000, Event.Line, 0, 0, 0)
      .at(2001, Event.Exit, Routine.Interrupt, 1, 1, 5, 1)
      .at(2002, Event.Exit, Routine.StartIo, 1, 1, 5)
    const file = hand.file()
    const { tracks, names } = checked(file)
    const first = file.otherData.eventsBeforeTheRecording as number
    const edge = hand.trace.psAt(hand.trace.indexOf(first)) / 1e6
    const cpu = tracks.get(named(names, 'CPU'))!
    expect(cpu.slice(0, 2).map(({ ph, ts, name }) => [ph, ts, name])).toEqual([
      ['B', edge, 'HwStartIo (driver-0)'],
      ['B', edge, 'HwInterrupt (driver-1)'],
    ])
    expect(tracks.get(named(names, 'INTA'))!.map(({ ph, ts }) => [ph, ts])).toEqual([
      ['B', edge],
      ['E', 2],
    ])
  })

  test('an access takes its cost, but never reaches back over what stands before it', () => {
    const { tracks } = checked(
      new Hand()
        .at(5000, Event.Enter, Routine.Interrupt, 1, -1)
        .at(6100, Event.Read, 16, 9, 1, 4)
        .at(6200, Event.Write, 20, 9, 2, 4)
        .at(6250, Event.Write, 20, 9, 3, 4)
        .at(6300, Event.Exit, Routine.Interrupt, 1, 1, 30)
        .file(),
    )
    const slices = [...tracks.values()].flat().filter(({ ph }) => ph === 'X')
    expect(slices.map(({ name, ts, dur, args }) => [name, ts, dur, args!.value])).toEqual([
      ['read R16', 5.1, 1, '0x9'],
      ['write R20', 6.1, 0.1, '0x9'],
      ['write R20', 6.2, 0.05, '0x9'],
    ])
  })

  test('a stall begins where it stands and ends when its time is over, at the latest when something else happens', () => {
    const { tracks } = checked(
      new Hand()
        .at(10, Event.Enter, Routine.StartIo, 1, 7)
        .at(20, Event.Stall, 5)
        .at(6000, Event.Notify, Notification.NextRequest, -1)
        .at(7000, Event.Stall, 5)
        .at(9000, Event.Enter, Routine.Interrupt, 1, -1, 0, 1)
        .at(9500, Event.Exit, Routine.Interrupt, 1, 1, 5, 1)
        .at(13_000, Event.Stall, 5)
        .at(18_000, Event.Exit, Routine.StartIo, 1, 1, 5)
        .file(),
    )
    expect(
      [...tracks.values()].flat().map(({ ph, ts, name }) => (ph === 'E' ? `E ${ts}` : `${ph} ${ts} ${name}`)),
    ).toEqual([
      'B 0.01 HwStartIo (driver-0)',
      ...['B 0.02 stall 5 µs', 'E 5.02', 'i 6 NextRequest'],
      ...['B 7 stall 5 µs', 'E 9', 'B 9 HwInterrupt (driver-1)', 'E 9.5'],
      ...['B 13 stall 5 µs', 'E 18', 'E 18'],
    ])
  })

  test('overlapping SRBs stand on lanes of their own, and a lane is used again', () => {
    const { names, tracks } = checked(
      new Hand()
        .at(1, Event.SrbQueued, 1, 0, 0x28, 4096)
        .at(2, Event.SrbQueued, 2, 0, 0x2a, 4096)
        .at(3, Event.SrbStarted, 1, 0, 0, 4096)
        .at(4, Event.SrbCompleted, 1, 1, 0, 4096)
        .at(5, Event.SrbDone, 1, 1, -1, 4096)
        .at(6, Event.SrbQueued, 3, 0, 0x28, 4096)
        .file(),
    )
    const lanes = [...names].filter(([, name]) => name.startsWith('SRB lane'))
    expect(lanes.length).toBe(2)
    const first = tracks.get(lanes[0]![0])!.map(({ ph, name }) => (ph === 'E' ? 'E' : name))
    expect(first).toEqual([
      ...['SRB #1 command 40', 'queued', 'E', 'with the miniport', 'E', 'completed', 'E', 'E'],
      ...['SRB #3 command 40', 'queued', 'E', 'E'],
    ])
  })

  test('what a name has in it stays a name', () => {
    const hand = new Hand()
    hand.at(1, Event.Enter, Routine.StartIo, 1, 7).at(2, Event.Exit, Routine.StartIo, 1, 1, 5)
    const evil = '"},\n{"\u0000\ud800</script>'
    const recording = { trace: hand.trace, names: { ...NAMES, guest: () => evil }, costs: COSTS }
    const file = exported({ ...recording, wiring: { lines: [evil], lineOf: [0, 0] }, guests: [evil, evil] })
    checked(file)
    expect(file.traceEvents.some(({ args }) => args?.name === evil)).toBe(true)
  })
})

test.each([
  [0, '0'],
  [1, '0.000001'],
  [1_000, '0.001'],
  [1_234_567, '1.234567'],
  [8_321_307_263_250, '8321307.26325'],
  [9_007_199_254_740_991, '9007199254.740991'],
])('%d ps are %s µs', (ps, text) => {
  expect(microseconds(ps)).toBe(text)
})
