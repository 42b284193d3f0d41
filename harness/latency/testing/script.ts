// A hand-written trace: what a port driver would have recorded. For tests of latency and reports.
import { Clock } from '../../../device/clock.ts'
import { Event, Notification, Routine } from '../../trace/events.ts'
import { Trace } from '../../trace/trace.ts'
import type { Names } from '../anatomy.ts'
import { LatencyReader } from '../reader.ts'

const REGISTERS: Record<number, string> = { 16: 'INT_STATUS', 20: 'INT_ACK', 40: 'DMA_COUNT' }

export const names: Names = {
  guest: guest => `driver-${guest}`,
  register: (_guest, offset) => REGISTERS[offset] ?? `0x${offset.toString(16)}`,
}

export const NS = 1_000

/** Records events of one guest at instants given in ns. */
export class Script {
  readonly clock = new Clock()
  readonly trace: Trace
  readonly latency: LatencyReader
  #ordinal = 0
  #invocations = 0

  constructor(guests = 1, capacity = 1 << 12) {
    this.trace = new Trace(this.clock, capacity)
    this.latency = new LatencyReader(this.trace, guests)
  }

  at(ns: number): this {
    this.clock.advanceTo(ns * NS)
    return this
  }

  after(ns: number): this {
    this.clock.advanceTo(this.clock.nowPs + ns * NS)
    return this
  }

  line(adapter: number, level: boolean): this {
    this.trace.emit(Event.Line, adapter, level ? 1 : 0, adapter, level ? 1 : 0, 0)
    return this
  }

  enter(guest: number, routine: number, srb = -1): this {
    this.#ordinal = 0
    this.trace.emit(Event.Enter, guest, routine, ++this.#invocations, srb, 0)
    return this
  }

  exit(guest: number, routine: number, result = 1, instructions = 100): this {
    this.trace.emit(Event.Exit, guest, routine, this.#invocations, result, instructions)
    return this
  }

  read(guest: number, offset: number, value: number): this {
    this.trace.emit(Event.Read, guest, offset, value, ++this.#ordinal, 4)
    return this
  }

  write(guest: number, offset: number, value: number): this {
    this.trace.emit(Event.Write, guest, offset, value, ++this.#ordinal, 4)
    return this
  }

  stall(guest: number, us: number): this {
    this.trace.emit(Event.Stall, guest, us, 0, 0, 0)
    return this.after(us * 1_000)
  }

  /** HwAdapterControl with one stall in it. */
  control(guest: number, type: number, us: number): this {
    this.trace.emit(Event.Control, guest, type, 1, 0, 0)
    this.enter(guest, Routine.AdapterControl).stall(guest, us).exit(guest, Routine.AdapterControl, 0)
    this.trace.emit(Event.Control, guest, type, 0, 0, 0)
    return this
  }

  acknowledge(guest: number): this {
    this.trace.emit(Event.CauseCleared, guest, 1, 0, 1, 0)
    return this
  }

  complete(guest: number, srb: number): this {
    this.trace.emit(Event.Notify, guest, Notification.RequestComplete, srb, 0, 0)
    return this
  }

  /** The guest is stopped; the port then records the end of the routine with result 0. */
  stop(guest: number, kind: number, routine: number): this {
    this.trace.emit(Event.Stopped, guest, kind, routine, this.#invocations, 0)
    return this.exit(guest, routine, 0, 77)
  }

  /** A whole claimed ISR: raised, entered 1000 ns later, status read, acknowledged, one SRB completed. Takes `ns` + 1350. */
  isr(guest: number, ns: number, srb = 1): this {
    this.line(guest, true).after(1_000).enter(guest, Routine.Interrupt)
    this.after(1_000).read(guest, 16, 1)
    this.after(150).write(guest, 20, 1).acknowledge(guest).line(guest, false)
    return this.after(ns).complete(guest, srb).after(200).exit(guest, Routine.Interrupt)
  }

  /** An ISR called for another adapter's interrupt: one read, not claimed. Takes 1050 ns. */
  foreign(guest: number): this {
    this.enter(guest, Routine.Interrupt).after(1_000).read(guest, 16, 0)
    return this.after(50).exit(guest, Routine.Interrupt, 0, 10)
  }
}
