// Listens to one run of one driver: what each of its entry points cost, in virtual time always, in host time when there is a timer. The workload
// is measured apart from the start: the bus scan and the end of the run are in neither.
import type { Names } from '../latency/anatomy.ts'
import { type Frame, Frames } from '../latency/frames.ts'
import type { HostTimer } from '../latency/host-time.ts'
import type { HostStopwatch } from '../port/cpu.ts'
import type { RunListener } from '../run-io.ts'
import { Event } from '../trace/events.ts'
import type { Trace, TraceReader } from '../trace/trace.ts'
import { EntryCalls } from './entry-calls.ts'
import { ENTRY_NAMES, entryOf, START } from './entry-points.ts'
import { HostEntries } from './host-entries.ts'

/** The driver that is measured is alone on the machine. */
const DRIVER = 0

export class EntryMeter implements RunListener, TraceReader {
  /** By number of the entry point: of the start those of `START`, of the workload all. */
  entries: readonly EntryCalls[] = []
  /** When the workload began, and when its last request came back. */
  beganPs = 0
  endedPs = 0
  /** Time in the driver while the workload ran. */
  driverPs = 0
  requests = 0
  readonly host: HostEntries | undefined
  readonly stopwatch?: HostStopwatch
  #trace!: Trace
  #names!: Names
  #frames = new Frames()
  #runs = false

  constructor(timer?: HostTimer) {
    this.host = timer === undefined ? undefined : new HostEntries(timer)
    if (this.host !== undefined) this.stopwatch = this.host
  }

  begin(trace: Trace, names: Names): void {
    this.#trace = trace
    this.#names = names
    this.#frames = new Frames()
    this.#runs = false
    this.entries = ENTRY_NAMES.map(() => new EntryCalls())
    this.driverPs = 0
    this.requests = 0
    this.host?.clear()
    for (const kind of [Event.Enter, Event.Exit, Event.Read, Event.Write, Event.Stall, Event.Stopped, Event.SrbDone])
      trace.subscribe({ kind, reader: this })
    trace.subscribe({ kind: Event.Workload, key: 1, reader: this })
  }

  workload(runs: boolean): void {
    this.#runs = runs
    if (!runs) return
    const newest = this.#trace.indexOf(this.#trace.count - 1)
    this.beganPs = newest < 0 ? 0 : this.#trace.psAt(newest)
    this.endedPs = this.beganPs
  }

  on(i: number): void {
    const trace = this.#trace
    const frames = this.#frames
    const kind = trace.kind[i]!
    if (trace.guest[i] !== DRIVER) return
    if (kind === Event.Workload) {
      this.requests++
      return
    }
    if (kind === Event.SrbDone) {
      if (this.#runs) this.endedPs = trace.psAt(i)
      return
    }
    if (kind === Event.Enter) {
      frames.push(DRIVER, trace.a[i]!, trace.b[i]!, trace.c[i]!, trace.psAt(i), trace.numberAt(i))
      return
    }
    const frame = frames.top
    if (frame === undefined) return
    switch (kind) {
      case Event.Read:
        frame.reads++
        break
      case Event.Write:
        frame.writes++
        break
      case Event.Stall:
        frame.stallUs += trace.a[i]! >>> 0
        break
      case Event.Stopped:
        frame.stopped = true
        break
      case Event.Exit:
        if (trace.a[i] === frame.routine)
          this.#exit(frame, trace.psAt(i), trace.d[i]! >>> 0, (trace.c[i]! & 0xff) !== 0)
        break
    }
  }

  #exit(frame: Frame, atPs: number, instructions: number, result: boolean): void {
    const { routine } = frame
    const wallPs = atPs - frame.enterPs
    const ownPs = wallPs - frame.interruptedPs
    const entry = entryOf(routine, result)
    const measured = !frame.stopped && (this.#runs || START.has(routine))
    if (measured) {
      this.entries[entry]!.add(
        this.#trace,
        this.#names,
        DRIVER,
        frame.enterEvent,
        ownPs,
        instructions,
        frame.reads,
        frame.writes,
        frame.stallUs,
      )
      if (this.#runs) this.driverPs += ownPs
    }
    this.host?.settle(entry, measured)
    this.#frames.close(frame, wallPs)
  }
}
