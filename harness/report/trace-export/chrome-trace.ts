// A run's trace in the Chrome trace event format (JSON array form in an object), which ui.perfetto.dev and chrome://tracing open: one process each for
// the CPU, the interrupt lines, and of every miniport its adapter and its SRBs. `ts` and `dur` are µs of virtual time with up to six decimals,
// so that nothing of the picoseconds is lost.
//
// Format as Perfetto reads it (github.com/google/perfetto, docs/getting-started/other-formats.md): phases B, E, X, i, M; slices of one track must nest.
// In every track `ts` never goes back. What was under way when the recording begins or ends is drawn to its edge.
import { BENCH, Event, ROUTINE_NAMES } from '../../trace/events.ts'
import { accessOf, srbWhat, wordsOf } from '../pictures/words.ts'
import type { Recording } from './recording.ts'
import { TraceWriter, type Track } from './trace-writer.ts'

/** Text is handed on in pieces of about this many characters. */
const PIECE = 1 << 16

const CPU = 1
const LINES = 2
const ADAPTERS = 100
const SRBS = 400

/** @returns the file in pieces, to be written one after the other */
export function* chromeTrace(recording: Recording): Generator<string> {
  const { trace } = recording
  const first = trace.overwritten
  const exporter = new Exporter(recording, first)
  yield* exporter.head()
  for (let number = first; number < trace.count; number++) {
    exporter.event(trace.indexOf(number))
    if (exporter.writer.length >= PIECE) yield exporter.writer.take()
  }
  exporter.end()
  yield exporter.writer.take()
}

class Exporter {
  readonly writer: TraceWriter
  readonly #recording: Recording
  readonly #first: number
  readonly #cpu: Track
  readonly #lines: readonly Track[]
  readonly #outputs: readonly Track[]
  readonly #commands: readonly Lanes[]
  readonly #notes: readonly Track[]
  readonly #srbs: readonly Lanes[]
  readonly #owners = new Map<string, Track>()

  constructor(recording: Recording, first: number) {
    const { trace, wiring, guests } = recording
    this.#recording = recording
    this.#first = first
    const firstPs = trace.count === 0 ? 0 : trace.psAt(trace.indexOf(first))
    const writer = new TraceWriter(firstPs)
    this.writer = writer
    this.#cpu = writer.track(CPU, 'CPU', 1, 'CPU')
    this.#lines = wiring.lines.map((line, n) => writer.track(LINES, 'interrupt lines', n + 1, line))
    this.#outputs = guests.map((guest, n) => writer.track(LINES, 'interrupt lines', 100 + n, `${guest} output`))
    this.#notes = guests.map((guest, n) => writer.track(ADAPTERS + n, `adapter of ${guest}`, 1, 'causes and DMA'))
    this.#commands = guests.map((guest, n) => new Lanes(writer, ADAPTERS + n, `adapter of ${guest}`, 'command'))
    this.#srbs = guests.map((guest, n) => new Lanes(writer, SRBS + n, `SRBs of ${guest}`, 'SRB'))
  }

  *head(): Generator<string> {
    const { trace, guests } = this.#recording
    const about = {
      source: 'wasm-hba',
      clock: 'virtual time of the bench',
      drivers: guests,
      events: trace.count,
      eventsBeforeTheRecording: this.#first,
      hash: trace.hash,
    }
    yield `{"displayTimeUnit":"ns","otherData":${JSON.stringify(about)},"traceEvents":[\n`
    this.#open()
  }

  /** Routines, DPCs and levels that began before the recording: found by their ends, opened at its edge. */
  #open(): void {
    const { trace, wiring } = this.#recording
    const open: string[] = []
    const names: string[] = []
    const lines = new Set<Track>()
    for (let number = this.#first; number < trace.count; number++) {
      const i = trace.indexOf(number)
      const guest = trace.guest[i]!
      const key = this.#frameKey(i)
      const begins = trace.kind[i] === Event.Enter || (trace.kind[i] === Event.Dpc && trace.a[i] === 1)
      if (key !== undefined && begins) open.push(key)
      else if (key !== undefined) {
        const at = open.lastIndexOf(key)
        if (at >= 0) open.length = at
        else {
          open.length = 0
          names.push(this.#frameName(i))
        }
      }
      if (trace.kind[i] !== Event.Line) continue
      const level = (track: Track | undefined, high: number): void => {
        if (track === undefined || lines.has(track)) return
        lines.add(track)
        if (high === 0) track.begin(this.writer.firstPs, 'high')
      }
      level(this.#lines[wiring.lineOf[guest]!], trace.a[i]!)
      level(this.#outputs[trace.b[i]!], trace.c[i]!)
    }
    for (const name of names.reverse()) this.#cpu.begin(this.writer.firstPs, name)
  }

  #frameKey(i: number): string | undefined {
    const { trace } = this.#recording
    const guest = trace.guest[i]!
    if (trace.kind[i] === Event.Enter || trace.kind[i] === Event.Exit) return `${guest} ${trace.a[i]}`
    return trace.kind[i] === Event.Dpc ? `${guest} dpc` : undefined
  }

  #frameName(i: number): string {
    const { trace, names, guests } = this.#recording
    const whose = guests.length > 1 ? ` (${names.guest(trace.guest[i]!)})` : ''
    if (trace.kind[i] === Event.Dpc) return `DPC${whose}`
    return `${ROUTINE_NAMES[trace.a[i]!] ?? `routine ${trace.a[i]}`}${whose}`
  }

  event(i: number): void {
    const { trace, names, costs, wiring } = this.#recording
    const { kind, guest: guests, a, b, c, d } = trace
    const guest = guests[i]!
    const atPs = trace.psAt(i)
    const access = accessOf(trace, i, names, costs)
    if (access !== undefined) {
      if (access.kind === 'stall') {
        this.#cpu.beginUntil(atPs, atPs + access.costPs, `stall ${access.value}`)
        return
      }
      const name = `${access.kind} ${access.name}`
      this.#cpu.slice(atPs, access.costPs, name, { value: access.value, ordinal: Math.max(0, c[i]!) })
      return
    }
    switch (kind[i]) {
      case Event.Enter:
        this.#cpu.begin(atPs, this.#frameName(i), { invocation: b[i]!, ...(c[i]! < 0 ? {} : { srb: c[i]! }) })
        return
      case Event.Exit:
        this.#cpu.end(atPs, this.#frameName(i), { returned: c[i]!, instructions: d[i]! >>> 0 })
        return
      case Event.Dpc:
        if (a[i] === 1) this.#cpu.begin(atPs, this.#frameName(i))
        else this.#cpu.end(atPs, this.#frameName(i))
        return
      case Event.Line:
        this.#lines[wiring.lineOf[guest]!]?.level(atPs, a[i] !== 0)
        this.#outputs[b[i]!]?.level(atPs, c[i] !== 0)
        return
    }
    if (guest !== BENCH) this.#ofGuest(i, guest, atPs)
    const words = wordsOf(trace, i, names)
    if (words === undefined) return
    if (words.lane === 'notify') this.#cpu.instant(atPs, words.label, { what: words.detail })
    else if (words.lane !== 'srb') this.#notes[guest]?.instant(atPs, words.label, { what: words.detail })
  }

  /** SRBs and commands: slices that overlap, each on a lane that is free. */
  #ofGuest(i: number, guest: number, atPs: number): void {
    const { trace, names } = this.#recording
    const { a, b, c, d } = trace
    const srb = `srb ${guest} ${a[i]}`
    const command = `command ${guest} ${a[i]! & 0xff}`
    const unit = `target ${(b[i]! >> 8) & 0xff} LUN ${b[i]! & 0xff}`
    switch (trace.kind[i]) {
      case Event.SrbQueued: {
        const name = `SRB #${a[i]} ${srbWhat(c[i]!, names)}`
        this.#take(srb, this.#srbs[guest]!, atPs, name, { unit, bytes: d[i]! >>> 0 })?.begin(atPs, 'queued')
        return
      }
      case Event.SrbStarted:
        this.#owners.get(srb)?.next(atPs, 'with the miniport', 1)
        return
      case Event.SrbCompleted:
        this.#owners.get(srb)?.next(atPs, 'completed', 1)
        return
      case Event.SrbDone:
        this.#release(srb, this.#srbs[guest]!, atPs)
        return
      case Event.CommandFetched:
        this.#release(command, this.#commands[guest]!, atPs)
        this.#take(command, this.#commands[guest]!, atPs, `${a[i]! & 0xff}: ${names.command(d[i]! & 0xff)}`, {
          unit: `target ${b[i]! & 0xff} LUN ${c[i]}`,
        })
        return
      case Event.CommandFinished:
        this.#release(command, this.#commands[guest]!, atPs)
        return
      case Event.DmaMoved:
        this.#owners.get(command)?.instant(atPs, 'DMA', { bytes: b[i]! >>> 0, to: c[i] === 1 ? 'memory' : 'adapter' })
        return
    }
  }

  #take(key: string, lanes: Lanes, atPs: number, name: string, args: Record<string, unknown>): Track | undefined {
    if (this.#owners.has(key)) return undefined
    const track = lanes.take()
    this.#owners.set(key, track)
    track.begin(atPs, name, args)
    return track
  }

  #release(key: string, lanes: Lanes, atPs: number): void {
    const track = this.#owners.get(key)
    if (track === undefined) return
    this.#owners.delete(key)
    track.endAll(atPs)
    lanes.give(track)
  }

  end(): void {
    const { trace } = this.#recording
    const lastPs = trace.count === 0 ? 0 : trace.psAt(trace.indexOf(trace.count - 1))
    this.writer.close(lastPs)
  }
}

/** Tracks of one process for slices that overlap. */
class Lanes {
  readonly #writer: TraceWriter
  readonly #pid: number
  readonly #process: string
  readonly #name: string
  readonly #free: Track[] = []
  #made = 0

  constructor(writer: TraceWriter, pid: number, process: string, name: string) {
    this.#writer = writer
    this.#pid = pid
    this.#process = process
    this.#name = name
  }

  take(): Track {
    // The lowest that is free, so that few commands take few lanes.
    const free = this.#free.shift()
    if (free !== undefined) return free
    const n = ++this.#made
    return this.#writer.track(this.#pid, this.#process, 10 + n, `${this.#name} lane ${n}`)
  }

  give(track: Track): void {
    const at = this.#free.findIndex(({ tid }) => tid > track.tid)
    if (at < 0) this.#free.push(track)
    else this.#free.splice(at, 0, track)
  }
}
