// Takes the events around ISRs worth a picture out of the ring: of each miniport the longest call, and the first call of each duration, so that
// at the end of the run there is one that took exactly as long as the median. Calls after the warm-up are preferred: the first ones belong to
// the bus scan and to a queue that is not full yet. Only runs with pictures have this reader.
import { copyEvents, type Scene } from '../trace/event-copy.ts'
import { Event } from '../trace/events.ts'
import type { Trace, TraceReader } from '../trace/trace.ts'

/** Events kept before the call and after it: what raised the line, what came of it. */
const BEFORE = 48
const AFTER = 64
const MOST_EVENTS = 1200
/** Different durations of which the first call is kept, for each miniport. */
const MOST_DURATIONS = 128
/** Claimed calls of a miniport, counted from the first request of the workload, that are warm-up. */
const WARM_UP = 64

/** A call that has ended; its scene is copied when what comes after it has happened, too. */
type Call = Omit<Scene, 'events'> & { enterEvent: number; exitEvent: number; worst: boolean; first: Map<number, Scene> }

export class SceneTaker implements TraceReader {
  readonly #trace: Trace
  readonly #worst: (Scene | undefined)[]
  readonly #worstPs: Float64Array
  /** The first call of each duration, before and after the warm-up. */
  readonly #cold: readonly Map<number, Scene>[]
  readonly #warm: readonly Map<number, Scene>[]
  readonly #lastPs: Float64Array
  /** Claimed calls until the warm-up is over; it begins with the first request of the workload. */
  readonly #toWarm: Float64Array
  #pending: Call | undefined
  #due = Number.POSITIVE_INFINITY

  constructor(trace: Trace, guests: number) {
    this.#trace = trace
    this.#worst = Array.from({ length: guests }, () => undefined)
    this.#worstPs = new Float64Array(guests).fill(-1)
    this.#lastPs = new Float64Array(guests).fill(-1)
    this.#cold = Array.from({ length: guests }, () => new Map())
    this.#warm = Array.from({ length: guests }, () => new Map())
    this.#toWarm = new Float64Array(guests).fill(Number.POSITIVE_INFINITY)
    trace.subscribe({ kind: Event.Workload, key: 1, reader: this })
  }

  /** A request of the workload. */
  on(i: number): void {
    const guest = this.#trace.guest[i]!
    if (this.#toWarm[guest] === Number.POSITIVE_INFINITY) this.#toWarm[guest] = WARM_UP
  }

  /** HwInterrupt ends now. @param claimed it returned TRUE, or never returned */
  isr(
    guest: number,
    invocation: number,
    raisedPs: number,
    enterPs: number,
    enterEvent: number,
    exitPs: number,
    durationPs: number,
    claimed: boolean,
    finished: boolean,
  ): void {
    if (!claimed) return
    if (--this.#toWarm[guest]! === 0) this.#lastPs[guest] = -1
    const first = this.#firstOf(guest)
    const worst = durationPs > this.#worstPs[guest]!
    const again = durationPs === this.#lastPs[guest]
    this.#lastPs[guest] = durationPs
    if (!worst) {
      if (!finished || again) return
      if (first.size >= MOST_DURATIONS || first.has(durationPs)) return
    } else this.#worstPs[guest] = durationPs
    this.finish()
    const exitEvent = this.#trace.count
    this.#due = exitEvent + AFTER
    this.#pending = {
      guest,
      invocation,
      raisedPs,
      enterPs,
      enterEvent,
      exitPs,
      exitEvent,
      durationPs,
      claimed,
      finished,
      worst,
      first,
    }
  }

  /** Copies the scene that waits, if what comes after it has happened. */
  poll(): void {
    if (this.#trace.count >= this.#due) this.finish()
  }

  /** Copies the scene that waits, however much has come after it. */
  finish(): void {
    const call = this.#pending
    if (call === undefined) return
    this.#pending = undefined
    this.#due = Number.POSITIVE_INFINITY
    const { enterEvent, exitEvent, worst, first, ...scene } = call
    const end = exitEvent + AFTER
    const taken = { ...scene, events: copyEvents(this.#trace, enterEvent - BEFORE, end, MOST_EVENTS, 'first') }
    if (worst) this.#worst[call.guest] = taken
    if (call.finished && first.size < MOST_DURATIONS && !first.has(call.durationPs)) first.set(call.durationPs, taken)
  }

  worst(guest: number): Scene | undefined {
    return this.#worst[guest]
  }

  /** The first claimed call after the warm-up that took `medianPs`; without one the first before it; without that the nearest. */
  typical(guest: number, medianPs: number): Scene | undefined {
    let nearest: Scene | undefined
    for (const scenes of [this.#warm[guest]!, this.#cold[guest]!])
      for (const scene of scenes.values()) {
        const apart = Math.abs(scene.durationPs - medianPs)
        if (nearest === undefined || apart < Math.abs(nearest.durationPs - medianPs)) nearest = scene
      }
    return nearest
  }

  #firstOf(guest: number): Map<number, Scene> {
    return this.#toWarm[guest]! <= 0 ? this.#warm[guest]! : this.#cold[guest]!
  }
}
