// A copy of one invocation, taken out of the trace's ring before it is overwritten: the longest ISR so far, the one with
// the longest stall, … Copying is rare: only a new record is copied.
import type { Trace } from '../trace/trace.ts'
import type { Frame } from './frames.ts'

/** Events kept of one invocation; the others are counted. */
export const CAPTURE_EVENTS = 512
/** Room at first; most captures are never taken, and most calls are short. */
const FIRST_EVENTS = 16
const NOTHING = new Int32Array(0)

export class Capture {
  /** What makes it the worst, in ps: its duration, or its stalls. −1: nothing captured yet. */
  record = -1
  guest = -1
  routine = -1
  invocation = 0
  srb = -1
  /** HwInterrupt returned TRUE. */
  claimed = false
  /** The routine returned; false: its guest was stopped in it. */
  finished = true
  instructions = 0
  waitedFor = -1
  /** raised, enter, first read, acknowledged, completed, exit, duration, interrupted, stall µs, reads, writes: `CAPTURED` names them. */
  readonly figures = new Float64Array(11)
  events = 0
  eventsOmitted = 0
  atPs = new Float64Array(0)
  kind = NOTHING
  a = NOTHING
  b = NOTHING
  c = NOTHING
  d = NOTHING
  readonly #kinds: Uint8Array

  /** @param kinds 1 at every event kind worth keeping */
  constructor(kinds: Uint8Array) {
    this.#kinds = kinds
  }

  get taken(): boolean {
    return this.record >= 0
  }

  /** Copies a frame, which ends now, and its guest's events since its Enter. @param end number of the event after its Exit */
  take(
    record: number,
    trace: Trace,
    frame: Frame,
    end: number,
    atPs: number,
    durationPs: number,
    instructions: number,
    claimed: boolean,
    finished: boolean,
  ): void {
    this.record = record
    this.guest = frame.guest
    this.routine = frame.routine
    this.invocation = frame.invocation
    this.srb = frame.srb
    this.waitedFor = frame.waitedFor
    this.claimed = claimed
    this.finished = finished
    this.instructions = instructions
    const figures = this.figures
    figures[CAPTURED.raised] = frame.raisedPs
    figures[CAPTURED.enter] = frame.enterPs
    figures[CAPTURED.firstRead] = frame.firstReadPs
    figures[CAPTURED.acknowledged] = frame.acknowledgedPs
    figures[CAPTURED.completed] = frame.completedPs
    figures[CAPTURED.exit] = atPs
    figures[CAPTURED.duration] = durationPs
    figures[CAPTURED.interrupted] = frame.interruptedPs
    figures[CAPTURED.stallUs] = frame.stallUs
    figures[CAPTURED.reads] = frame.reads
    figures[CAPTURED.writes] = frame.writes
    this.#copyEvents(trace, frame.enterEvent, end)
  }

  #copyEvents(trace: Trace, enterEvent: number, end: number): void {
    let kept = 0
    let omitted = 0
    const first = Math.max(enterEvent, trace.overwritten)
    // The ring is too small for this one: what was overwritten can only be counted, other guests' events included.
    omitted += first - enterEvent
    for (let number = first; number < end; number++) {
      const i = trace.indexOf(number)
      if (trace.guest[i] !== this.guest || this.#kinds[trace.kind[i]!] === 0) continue
      if (kept === CAPTURE_EVENTS) {
        omitted++
        continue
      }
      if (kept === this.atPs.length) this.#grow()
      this.atPs[kept] = trace.psAt(i)
      this.kind[kept] = trace.kind[i]!
      this.a[kept] = trace.a[i]!
      this.b[kept] = trace.b[i]!
      this.c[kept] = trace.c[i]!
      this.d[kept] = trace.d[i]!
      kept++
    }
    this.events = kept
    this.eventsOmitted = omitted
  }

  #grow(): void {
    const events = Math.max(FIRST_EVENTS, this.atPs.length * 2)
    const room = (column: Int32Array): Int32Array<ArrayBuffer> => {
      const more = new Int32Array(events)
      more.set(column)
      return more
    }
    const atPs = new Float64Array(events)
    atPs.set(this.atPs)
    this.atPs = atPs
    this.kind = room(this.kind)
    this.a = room(this.a)
    this.b = room(this.b)
    this.c = room(this.c)
    this.d = room(this.d)
  }
}

/** Where each of `Capture.figures` lies. Instants are `NEVER` when they did not happen. */
export const CAPTURED = {
  raised: 0,
  enter: 1,
  firstRead: 2,
  acknowledged: 3,
  completed: 4,
  exit: 5,
  duration: 6,
  interrupted: 7,
  stallUs: 8,
  reads: 9,
  writes: 10,
} as const
