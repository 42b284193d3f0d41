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
import { Event, KIND_COUNT, Notification, Routine } from '../trace/events.ts'
import { type BatchReader, STRIDE, type Trace } from '../trace/trace.ts'
import { type Frame, Frames, NEVER } from './frames.ts'
import { GuestLatency, isInitialisation } from './guest-latency.ts'
import type { SceneTaker } from './scenes.ts'

const KINDS = [
  Event.Enter,
  Event.Exit,
  Event.Read,
  Event.Write,
  Event.Stall,
  Event.Notify,
  Event.CompleteRequest,
  Event.CauseCleared,
  Event.Line,
  Event.Stopped,
  Event.Control,
] as const
const HEARD = new Uint8Array(KIND_COUNT)
for (const kind of KINDS) HEARD[kind] = 1

export class LatencyReader implements BatchReader {
  readonly #guests: readonly GuestLatency[]
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
    this.#guests = Array.from({ length: guestCount }, (_, guest) => new GuestLatency(guest))
    this.#raisedPs = new Float64Array(guestCount).fill(NEVER)
    this.#restarts = new Uint8Array(guestCount)
    this.#waitedFor = new Int32Array(guestCount).fill(-1)
    // Pictures are taken out of the ring while it is written, so they need every event at once; figures can wait.
    if (scenes === undefined) trace.subscribeBatch(this)
    else for (const kind of KINDS) trace.subscribe({ kind, reader: { on: i => this.#take(i, trace.numberAt(i)) } })
  }

  /** All events up to now are in. */
  get guests(): readonly GuestLatency[] {
    this.#trace.settle()
    return this.#guests
  }

  read(first: number, end: number): void {
    const { kind } = this.#trace
    for (let number = first, i = this.#trace.indexOf(first); number < end; number++, i += STRIDE)
      if (HEARD[kind[i]!] !== 0) this.#take(i, number)
  }

  #take(i: number, number: number): void {
    const trace = this.#trace
    const kind = trace.kind[i]!
    if (kind === Event.Line) {
      this.#line(i)
      return
    }
    const guest = trace.guest[i]!
    if (guest >= this.#guests.length) return
    if (kind === Event.Enter) {
      this.#enter(i, guest, number)
      return
    }
    if (kind === Event.Control) {
      this.#restarts[guest] = trace.a[i] === ADAPTER_CONTROL.RestartAdapter && trace.b[i] === 1 ? 1 : 0
      return
    }
    const frame = this.#frames.find(guest)
    if (frame === undefined) return
    switch (kind) {
      case Event.Read:
        frame.reads++
        if (frame.firstReadPs === NEVER) frame.firstReadPs = trace.psAt(i)
        break
      case Event.Write:
        frame.writes++
        break
      case Event.Stall: {
        const us = trace.a[i]! >>> 0
        frame.stalls++
        frame.stallUs += us
        if (us > frame.longestStallUs) frame.longestStallUs = us
        if (frame.routine === Routine.Interrupt) this.#guests[guest]!.isrStalls.add(us * PS.us)
        break
      }
      case Event.Notify:
        if (trace.a[i] === Notification.RequestComplete) this.#completed(i, frame)
        break
      case Event.CompleteRequest:
        this.#completed(i, frame)
        break
      case Event.CauseCleared:
        if (frame.acknowledgedPs === NEVER) frame.acknowledgedPs = trace.psAt(i)
        break
      case Event.Exit:
        if (trace.a[i] === frame.routine)
          this.#exit(frame, trace.psAt(i), trace.d[i]! >>> 0, trace.c[i] !== 0, number + 1)
        break
      case Event.Stopped:
        frame.stopped = true
        break
    }
  }

  #completed(i: number, frame: Frame): void {
    if (frame.completedPs === NEVER) frame.completedPs = this.#trace.psAt(i)
  }

  #line(i: number): void {
    const adapter = this.#trace.b[i]!
    if (adapter < 0 || adapter >= this.#guests.length) return
    if (this.#trace.c[i] === 0) {
      this.#raisedPs[adapter] = NEVER
      return
    }
    if (this.#raisedPs[adapter] !== NEVER) return
    this.#raisedPs[adapter] = this.#trace.psAt(i)
    const { top } = this.#frames
    this.#waitedFor[adapter] = top === undefined ? -1 : (top.guest << 8) | top.routine
  }

  #enter(i: number, guest: number, number: number): void {
    const trace = this.#trace
    const frames = this.#frames
    const routine = trace.a[i]!
    const atPs = trace.psAt(i)
    this.#scenes?.poll()
    const frame = frames.push(guest, routine, trace.b[i]!, trace.c[i]!, atPs, number)
    if (frame === undefined || routine !== Routine.Interrupt) return
    const raisedPs = this.#raisedPs[guest]!
    frame.raisedPs = raisedPs
    frame.waitedFor = this.#waitedFor[guest]!
    if (raisedPs !== NEVER) this.#guests[guest]!.raiseToEnter.add(atPs - raisedPs)
  }

  #exit(frame: Frame, atPs: number, instructions: number, result: boolean, end: number): void {
    const { guest, routine } = frame
    const one = this.#guests[guest]!
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
    this.#records(frame, atPs, ownPs, instructions, claimed, finished, end)
    if (this.#scenes !== undefined && routine === Routine.Interrupt) {
      const { invocation, raisedPs, enterPs, enterEvent } = frame
      this.#scenes.isr(guest, invocation, raisedPs, enterPs, enterEvent, atPs, ownPs, claimed, finished)
    }
    this.#frames.close(frame, wallPs)
  }

  /** Keeps a copy of the call that ends now, if it is the worst of its sort. The first of equals is kept. */
  #records(
    frame: Frame,
    atPs: number,
    ownPs: number,
    instructions: number,
    claimed: boolean,
    finished: boolean,
    end: number,
  ): void {
    const trace = this.#trace
    const { guest, routine } = frame
    const one = this.#guests[guest]!
    const isr = routine === Routine.Interrupt
    const worst = isr && !claimed ? one.worstUnclaimed : one.worst[routine]
    if (worst !== undefined && ownPs > worst.record)
      worst.take(ownPs, trace, frame, end, atPs, ownPs, instructions, claimed, finished)
    if (frame.stalls === 0) return
    const longestPs = frame.longestStallUs * PS.us
    if (isr && longestPs > one.worstIsrStall.record)
      one.worstIsrStall.take(longestPs, trace, frame, end, atPs, ownPs, instructions, claimed, finished)
    if (isInitialisation(routine)) return
    if (routine === Routine.AdapterControl && this.#restarts[guest] === 1) return
    const stallsPs = frame.stallUs * PS.us
    one.routineStalls.add(stallsPs)
    if (stallsPs > one.worstRoutineStall.record)
      one.worstRoutineStall.take(stallsPs, trace, frame, end, atPs, ownPs, instructions, claimed, finished)
  }
}
