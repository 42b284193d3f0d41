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
import type { Trace, TraceReader } from '../trace/trace.ts'
import { Frames, NEVER } from './frames.ts'
import { GuestLatency, isInitialisation, TOTAL } from './guest-latency.ts'
import type { SceneTaker } from './scenes.ts'

export class LatencyReader implements TraceReader {
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
    trace.subscribe(
      { kind: Event.Enter, reader: this },
      { kind: Event.Exit, reader: this },
      { kind: Event.Read, reader: this },
      { kind: Event.Write, reader: this },
      { kind: Event.Stall, reader: this },
      { kind: Event.Notify, key: Notification.RequestComplete, reader: this },
      { kind: Event.CompleteRequest, reader: this },
      { kind: Event.CauseCleared, reader: this },
      { kind: Event.Line, reader: this },
      { kind: Event.Stopped, reader: this },
      { kind: Event.Control, reader: this },
    )
  }

  on(i: number): void {
    const trace = this.#trace
    const frames = this.#frames
    const kind = trace.kind[i]!
    if (kind === Event.Line) {
      this.#line(i)
      return
    }
    const guest = trace.guest[i]!
    if (guest >= this.guests.length) return
    if (kind === Event.Control) {
      this.#restarts[guest] = trace.a[i] === ADAPTER_CONTROL.RestartAdapter && trace.b[i] === 1 ? 1 : 0
      return
    }
    if (kind === Event.Enter) {
      this.#enter(i, guest)
      return
    }
    const f = frames.find(guest)
    if (f < 0) return
    const atPs = trace.atPs[i]!
    switch (kind) {
      case Event.Read:
        frames.reads[f]!++
        if (frames.firstReadPs[f] === NEVER) frames.firstReadPs[f] = atPs
        break
      case Event.Write:
        frames.writes[f]!++
        break
      case Event.Stall: {
        const us = trace.a[i]! >>> 0
        frames.stalls[f]!++
        frames.stallUs[f]! += us
        if (us > frames.longestStallUs[f]!) frames.longestStallUs[f] = us
        if (frames.routine[f] === Routine.Interrupt) this.guests[guest]!.isrStalls.add(us * PS.us)
        break
      }
      case Event.Notify:
      case Event.CompleteRequest:
        if (frames.completedPs[f] === NEVER) frames.completedPs[f] = atPs
        break
      case Event.CauseCleared:
        if (frames.acknowledgedPs[f] === NEVER) frames.acknowledgedPs[f] = atPs
        break
      case Event.Exit:
        if (trace.a[i] === frames.routine[f]) this.#exit(f, atPs, trace.d[i]! >>> 0, trace.c[i] !== 0)
        break
      case Event.Stopped:
        frames.stopped[f] = 1
        break
    }
  }

  #line(i: number): void {
    const adapter = this.#trace.b[i]!
    if (adapter < 0 || adapter >= this.guests.length) return
    if (this.#trace.c[i] === 0) {
      this.#raisedPs[adapter] = NEVER
      return
    }
    if (this.#raisedPs[adapter] !== NEVER) return
    this.#raisedPs[adapter] = this.#trace.atPs[i]!
    const f = this.#frames.open - 1
    this.#waitedFor[adapter] = f < 0 ? -1 : (this.#frames.guest[f]! << 8) | this.#frames.routine[f]!
  }

  #enter(i: number, guest: number): void {
    const trace = this.#trace
    const frames = this.#frames
    const routine = trace.a[i]!
    const atPs = trace.atPs[i]!
    this.#scenes?.poll()
    const f = frames.push(guest, routine, trace.b[i]!, trace.c[i]!, atPs, trace.numberAt(i))
    if (f < 0 || routine !== Routine.Interrupt) return
    const raisedPs = this.#raisedPs[guest]!
    frames.raisedPs[f] = raisedPs
    frames.waitedFor[f] = this.#waitedFor[guest]!
    if (raisedPs !== NEVER) this.guests[guest]!.raiseToEnter.add(atPs - raisedPs)
  }

  #exit(f: number, atPs: number, instructions: number, result: boolean): void {
    const frames = this.#frames
    const guest = frames.guest[f]!
    const routine = frames.routine[f]!
    const one = this.guests[guest]!
    const wallPs = atPs - frames.enterPs[f]!
    const ownPs = wallPs - frames.interruptedPs[f]!
    const of = one.routines[routine]
    const finished = frames.stopped[f] === 0
    // An ISR that never returned counts with the claimed ones when the worst is looked for.
    const claimed = result || !finished
    if (!finished) {
      one.unfinished++
      this.#raisedPs[guest] = NEVER
    } else if (of !== undefined) {
      of.ps.add(ownPs)
      of.totals[TOTAL.instructions]! += instructions
      of.totals[TOTAL.reads]! += frames.reads[f]!
      of.totals[TOTAL.writes]! += frames.writes[f]!
      of.totals[TOTAL.stalls]! += frames.stalls[f]!
      of.totals[TOTAL.stallUs]! += frames.stallUs[f]!
    }
    if (finished && routine === Routine.Interrupt) {
      ;(result ? one.claimed : one.unclaimed).add(ownPs)
      // Still high: the wait for the next ISR starts here.
      if (this.#raisedPs[guest] !== NEVER) {
        this.#raisedPs[guest] = atPs
        this.#waitedFor[guest] = -1
      }
    }
    this.#records(f, atPs, ownPs, instructions, claimed, finished)
    if (this.#scenes !== undefined && routine === Routine.Interrupt) {
      const { invocation, raisedPs, enterPs, enterEvent } = frames
      this.#scenes.isr(guest, invocation[f]!, raisedPs[f]!, enterPs[f]!, enterEvent[f]!, atPs, ownPs, claimed, finished)
    }
    frames.close(f, wallPs)
  }

  /** Keeps a copy of the call that ends now, if it is the worst of its sort. The first of equals is kept. */
  #records(f: number, atPs: number, ownPs: number, instructions: number, claimed: boolean, finished: boolean): void {
    const frames = this.#frames
    const trace = this.#trace
    const one = this.guests[frames.guest[f]!]!
    const routine = frames.routine[f]!
    const isr = routine === Routine.Interrupt
    const worst = isr && !claimed ? one.worstUnclaimed : one.worst[routine]
    if (worst !== undefined && ownPs > worst.record)
      worst.take(ownPs, trace, frames, f, atPs, ownPs, instructions, claimed, finished)
    if (frames.stalls[f] === 0) return
    const longestPs = frames.longestStallUs[f]! * PS.us
    if (isr && longestPs > one.worstIsrStall.record)
      one.worstIsrStall.take(longestPs, trace, frames, f, atPs, ownPs, instructions, claimed, finished)
    if (isInitialisation(routine)) return
    if (routine === Routine.AdapterControl && this.#restarts[frames.guest[f]!] === 1) return
    const stallsPs = frames.stallUs[f]! * PS.us
    one.routineStalls.add(stallsPs)
    if (stallsPs > one.worstRoutineStall.record)
      one.worstRoutineStall.take(stallsPs, trace, frames, f, atPs, ownPs, instructions, claimed, finished)
  }
}
