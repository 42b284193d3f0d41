// Latency as a reader of the trace: what each call of each routine cost in virtual time, and which was the worst.
//
// Rules of the measurement:
// * A duration is Exit minus Enter, less the time other miniports' ISRs took out of it.
// * "raised" is the instant the adapter's own output went high; when the line was still high at the exit of the previous
//   ISR, that exit. An ISR entered while its adapter's output is low has no such instant (a foreign interrupt).
// * "first status read" is the first register or port read, "acknowledge" the first cause the adapter dropped, "complete"
//   the first RequestComplete or ScsiPortCompleteRequest.
// * A routine in which its guest was stopped is a record if it is long enough, but in no distribution: it has no end.
import { PS } from '../../device/clock.ts'
import { ADAPTER_CONTROL } from '../../schemas/scsiport.ts'
import { Event, Notification, Routine } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'
import { type Frame, Frames, NEVER } from './frames.ts'
import { GuestLatency, isInitialisation } from './guest-latency.ts'
import type { SceneTaker } from './scenes.ts'

export class LatencyReader {
  readonly guests: readonly GuestLatency[]
  readonly #trace: Trace
  readonly #frames = new Frames()
  /** Instant since which each adapter's output has been high and not served, `NEVER` when it is low. */
  readonly #raisedPs: Float64Array
  readonly #waitedFor: Int32Array
  /** 1 while HwAdapterControl works on ScsiRestartAdapter, which may take its time as HwInitialize may. */
  readonly #restarts: Uint8Array
  readonly #scenes: SceneTaker | undefined

  /** Subscribes itself to everything it needs. @param scenes is told of every ISR that ends */
  constructor(trace: Trace, guestCount: number, scenes?: SceneTaker) {
    this.#trace = trace
    this.#scenes = scenes
    this.guests = Array.from({ length: guestCount }, (_, guest) => new GuestLatency(guest))
    this.#raisedPs = new Float64Array(guestCount).fill(NEVER)
    this.#restarts = new Uint8Array(guestCount)
    this.#waitedFor = new Int32Array(guestCount).fill(-1)
    this.#subscribe(trace)
  }

  /** One listener for each kind of event: they are called for most events of a run. */
  #subscribe(trace: Trace): void {
    const { guest, a, b, c, d } = trace
    const frames = this.#frames
    const on = (kind: number, listen: (i: number) => void, key?: number): void =>
      trace.subscribe(key === undefined ? { kind, reader: { on: listen } } : { kind, key, reader: { on: listen } })
    const completed = (i: number): void => {
      const frame = frames.find(guest[i]!)
      if (frame !== undefined && frame.completedPs === NEVER) frame.completedPs = trace.psAt(i)
    }
    on(Event.Enter, i => {
      if (guest[i]! < this.guests.length) this.#enter(i, guest[i]!)
    })
    on(Event.Exit, i => {
      const frame = frames.find(guest[i]!)
      if (frame !== undefined && a[i] === frame.routine) this.#exit(frame, trace.psAt(i), d[i]! >>> 0, c[i] !== 0)
    })
    on(Event.Read, i => {
      const frame = frames.find(guest[i]!)
      if (frame === undefined) return
      frame.reads++
      if (frame.firstReadPs === NEVER) frame.firstReadPs = trace.psAt(i)
    })
    on(Event.Write, i => {
      const frame = frames.find(guest[i]!)
      if (frame !== undefined) frame.writes++
    })
    on(Event.Stall, i => {
      const frame = frames.find(guest[i]!)
      if (frame === undefined) return
      const us = a[i]! >>> 0
      frame.stalls++
      frame.stallUs += us
      if (us > frame.longestStallUs) frame.longestStallUs = us
      if (frame.routine === Routine.Interrupt) this.guests[frame.guest]!.isrStalls.add(us * PS.us)
    })
    on(Event.Notify, completed, Notification.RequestComplete)
    on(Event.CompleteRequest, completed)
    on(Event.CauseCleared, i => {
      const frame = frames.find(guest[i]!)
      if (frame !== undefined && frame.acknowledgedPs === NEVER) frame.acknowledgedPs = trace.psAt(i)
    })
    on(Event.Line, i => this.#line(i))
    on(Event.Stopped, i => {
      const frame = frames.find(guest[i]!)
      if (frame !== undefined) frame.stopped = true
    })
    on(Event.Control, i => {
      const begins = a[i] === ADAPTER_CONTROL.RestartAdapter && b[i] === 1
      if (guest[i]! < this.guests.length) this.#restarts[guest[i]!] = begins ? 1 : 0
    })
  }

  #line(i: number): void {
    const adapter = this.#trace.b[i]!
    if (adapter < 0 || adapter >= this.guests.length) return
    if (this.#trace.c[i] === 0) {
      this.#raisedPs[adapter] = NEVER
      return
    }
    if (this.#raisedPs[adapter] !== NEVER) return
    this.#raisedPs[adapter] = this.#trace.psAt(i)
    const { top } = this.#frames
    this.#waitedFor[adapter] = top === undefined ? -1 : (top.guest << 8) | top.routine
  }

  #enter(i: number, guest: number): void {
    const trace = this.#trace
    const frames = this.#frames
    const routine = trace.a[i]!
    const atPs = trace.psAt(i)
    this.#scenes?.poll()
    const frame = frames.push(guest, routine, trace.b[i]!, trace.c[i]!, atPs, trace.numberAt(i))
    if (frame === undefined || routine !== Routine.Interrupt) return
    const raisedPs = this.#raisedPs[guest]!
    frame.raisedPs = raisedPs
    frame.waitedFor = this.#waitedFor[guest]!
    if (raisedPs !== NEVER) this.guests[guest]!.raiseToEnter.add(atPs - raisedPs)
  }

  #exit(frame: Frame, atPs: number, instructions: number, result: boolean): void {
    const { guest, routine } = frame
    const one = this.guests[guest]!
    const wallPs = atPs - frame.enterPs
    const ownPs = wallPs - frame.interruptedPs
    const of = one.routines[routine]
    const finished = !frame.stopped
    // An ISR that never returned counts with the claimed ones when the worst is looked for.
    const claimed = result || !finished
    if (!finished) {
      one.unfinished++
      this.#raisedPs[guest] = NEVER
    } else if (of !== undefined) {
      of.ps.add(ownPs)
      of.instructions += instructions
      of.reads += frame.reads
      of.writes += frame.writes
      of.stalls += frame.stalls
      of.stallUs += frame.stallUs
    }
    if (finished && routine === Routine.Interrupt) {
      ;(result ? one.claimed : one.unclaimed).add(ownPs)
      // Still high: the wait for the next ISR starts here.
      if (this.#raisedPs[guest] !== NEVER) {
        this.#raisedPs[guest] = atPs
        this.#waitedFor[guest] = -1
      }
    }
    this.#records(frame, atPs, ownPs, instructions, claimed, finished)
    if (this.#scenes !== undefined && routine === Routine.Interrupt) {
      const { invocation, raisedPs, enterPs, enterEvent } = frame
      this.#scenes.isr(guest, invocation, raisedPs, enterPs, enterEvent, atPs, ownPs, claimed, finished)
    }
    this.#frames.close(frame, wallPs)
  }

  /** Keeps a copy of the call that ends now, if it is the worst of its sort. The first of equals is kept. */
  #records(frame: Frame, atPs: number, ownPs: number, instructions: number, claimed: boolean, finished: boolean): void {
    const trace = this.#trace
    const { guest, routine } = frame
    const one = this.guests[guest]!
    const isr = routine === Routine.Interrupt
    const worst = isr && !claimed ? one.worstUnclaimed : one.worst[routine]
    if (worst !== undefined && ownPs > worst.record)
      worst.take(ownPs, trace, frame, atPs, ownPs, instructions, claimed, finished)
    if (frame.stalls === 0) return
    const longestPs = frame.longestStallUs * PS.us
    if (isr && longestPs > one.worstIsrStall.record)
      one.worstIsrStall.take(longestPs, trace, frame, atPs, ownPs, instructions, claimed, finished)
    if (isInitialisation(routine)) return
    if (routine === Routine.AdapterControl && this.#restarts[guest] === 1) return
    const stallsPs = frame.stallUs * PS.us
    one.routineStalls.add(stallsPs)
    if (stallsPs > one.worstRoutineStall.record)
      one.worstRoutineStall.take(stallsPs, trace, frame, atPs, ownPs, instructions, claimed, finished)
  }
}
