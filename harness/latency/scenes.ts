// Takes the events around ISRs worth a picture out of the ring: of each miniport the longest call, and the first call of each duration, so that
// at the end of the run there is one that took exactly as long as the median. Only runs with pictures have this reader.
import { copyEvents, type Scene } from '../trace/event-copy.ts'
import type { Trace } from '../trace/trace.ts'

/** Events kept before the call and after it: what raised the line, what came of it. */
const BEFORE = 48
const AFTER = 64
const MOST_EVENTS = 1200
/** Different durations of which the first call is kept, for each miniport. */
const MOST_DURATIONS = 128

/** A call that has ended; its scene is copied when what comes after it has happened, too. */
type Call = Omit<Scene, 'events'> & { enterEvent: number; exitEvent: number; worst: boolean }

export class SceneTaker {
  readonly #trace: Trace
  readonly #worst: (Scene | undefined)[]
  readonly #worstPs: Float64Array
  readonly #first: readonly Map<number, Scene>[]
  readonly #lastPs: Float64Array
  #pending: Call | undefined
  #due = Number.POSITIVE_INFINITY

  constructor(trace: Trace, guests: number) {
    this.#trace = trace
    this.#worst = Array.from({ length: guests }, () => undefined)
    this.#worstPs = new Float64Array(guests).fill(-1)
    this.#lastPs = new Float64Array(guests).fill(-1)
    this.#first = Array.from({ length: guests }, () => new Map())
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
    const worst = durationPs > this.#worstPs[guest]!
    if (!worst) {
      if (!finished || durationPs === this.#lastPs[guest]) return
      this.#lastPs[guest] = durationPs
      const known = this.#first[guest]!
      if (known.size >= MOST_DURATIONS || known.has(durationPs)) return
    } else this.#worstPs[guest] = durationPs
    this.finish()
    const exitEvent = this.#trace.count
    this.#due = exitEvent + AFTER
    this.#pending = {
      ...{ guest, invocation, raisedPs, enterPs, enterEvent, exitPs, exitEvent, durationPs, claimed, finished, worst },
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
    const { enterEvent, exitEvent, worst, ...scene } = call
    const end = exitEvent + AFTER
    const taken = { ...scene, events: copyEvents(this.#trace, enterEvent - BEFORE, end, MOST_EVENTS, 'first') }
    if (worst) this.#worst[call.guest] = taken
    const first = this.#first[call.guest]!
    if (call.finished && first.size < MOST_DURATIONS && !first.has(call.durationPs)) first.set(call.durationPs, taken)
  }

  worst(guest: number): Scene | undefined {
    return this.#worst[guest]
  }

  /** The first claimed call that took `medianPs`; when none was kept, the one nearest to it. */
  typical(guest: number, medianPs: number): Scene | undefined {
    let nearest: Scene | undefined
    for (const scene of this.#first[guest]!.values()) {
      const apart = Math.abs(scene.durationPs - medianPs)
      if (nearest === undefined || apart < Math.abs(nearest.durationPs - medianPs)) nearest = scene
    }
    return nearest
  }
}
