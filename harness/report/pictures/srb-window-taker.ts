// Takes out of the ring what happened while the slowest I/O of the workload was under way. Only runs with pictures have this reader.
import { copyEvents } from '../../trace/event-copy.ts'
import { Event } from '../../trace/events.ts'
import type { Trace, TraceReader } from '../../trace/trace.ts'
import type { SpanWindow } from './srb-spans.ts'

const SERIALS = 1024
const MOST_EVENTS = 8000
/** Events looked at from before it was queued: what was under way already. */
const BEFORE = 2000

/** What a way of an SRB is read from. */
const KINDS = new Uint8Array(256)
for (const kind of [
  ...[Event.SrbQueued, Event.SrbStarted, Event.SrbCompleted, Event.SrbDone, Event.Enter, Event.Exit],
  ...[Event.CommandFetched, Event.CommandFinished, Event.DmaMoved],
])
  KINDS[kind] = 1

export class SrbWindowTaker implements TraceReader {
  readonly #trace: Trace
  readonly #serial = new Int32Array(SERIALS).fill(-1)
  readonly #queuedPs = new Float64Array(SERIALS)
  readonly #queuedEvent = new Float64Array(SERIALS)
  #workloadEvent = -2
  #longestPs = -1
  #window: SpanWindow | undefined

  constructor(trace: Trace) {
    this.#trace = trace
    trace.subscribe(
      { kind: Event.Workload, key: 1, reader: this },
      { kind: Event.SrbQueued, reader: this },
      { kind: Event.SrbDone, reader: this },
    )
  }

  on(i: number): void {
    const trace = this.#trace
    const number = trace.numberAt(i)
    if (trace.kind[i] === Event.Workload) {
      this.#workloadEvent = number
      return
    }
    const serial = trace.a[i]!
    const at = serial & (SERIALS - 1)
    if (trace.kind[i] === Event.SrbQueued) {
      // The bench's own requests (bus scan, cache flush, request sense) are not the workload's.
      if (number !== this.#workloadEvent + 1) return
      this.#serial[at] = serial
      this.#queuedPs[at] = trace.psAt(i)
      this.#queuedEvent[at] = number
      return
    }
    if (this.#serial[at] !== serial) return
    this.#serial[at] = -1
    const tookPs = trace.psAt(i) - this.#queuedPs[at]!
    if (tookPs <= this.#longestPs) return
    this.#longestPs = tookPs
    const guest = trace.guest[i]!
    const wanted = { kinds: KINDS, guest }
    this.#window = {
      guest,
      serial,
      queuedPs: this.#queuedPs[at]!,
      donePs: trace.psAt(i),
      events: copyEvents(trace, this.#queuedEvent[at]! - BEFORE, number + 1, MOST_EVENTS, 'last', wanted),
    }
  }

  /** The slowest so far; the first of equals. */
  get window(): SpanWindow | undefined {
    return this.#window
  }
}
