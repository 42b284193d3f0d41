// What every rule needs to know and only one reader follows: per guest the routine that runs, the adapter's causes, and the
// accounts of SRBs and commands. The one subscriber to the hot events; register reads and writes have none: they are looked up in
// the ring when a call needs a closer look.
import { AdapterPhase, Event, Notification, ROUTINE_NAMES, Routine } from '../trace/events.ts'
import type { Subscription, Trace } from '../trace/trace.ts'
import type { RuleLimits } from './limits.ts'
import { Fact, type OutcomeTable } from './outcome.ts'

/** Routines nest only in DriverEntry, which may find and initialize inside ScsiPortInitialize. */
const SLOTS = 4
const ROUTINES = ROUTINE_NAMES.length
/** SRBs of one guest that are told apart by the low bits of their serial; a port has at most 254 with a miniport. */
const SERIALS = 1024

export class Frames {
  readonly trace: Trace
  readonly guests: number
  readonly #limits: Readonly<RuleLimits>
  readonly #interrupts: OutcomeTable

  // The running routines: slot = guest * SLOTS + depth − 1.
  readonly #depth: Int32Array
  readonly #routine: Int32Array
  readonly #invocation: Int32Array
  readonly #srb: Int32Array
  readonly #enterPs: Float64Array
  readonly #enterNumber: Float64Array
  readonly #entered: Uint32Array
  readonly #exitedRoutine: Int32Array
  readonly #exitedInvocation: Int32Array
  readonly #exitedSrb: Int32Array

  // The adapter's causes.
  readonly #active: Int32Array
  readonly #output: Uint8Array
  readonly #entryCauses: Int32Array
  readonly #left: Int32Array
  /** Facts gathered while the ISR runs. */
  readonly #gathered: Int32Array

  // SRBs and commands.
  readonly #completedInIsr: Int32Array
  readonly #owed: Int32Array
  readonly #owedAtEntry: Int32Array
  readonly #settledNumber: Float64Array
  readonly #started: Uint32Array
  readonly #completed: Uint32Array
  readonly #translated: Uint32Array
  readonly #newestSrb: Int32Array
  readonly #nextLu: Uint32Array
  readonly #serial: Int32Array
  readonly #startNumber: Float64Array

  readonly #stopped: Uint8Array
  readonly #removed: Uint8Array

  /** Results of `lookBack`. */
  reads = 0
  writes = 0

  constructor(trace: Trace, guests: number, limits: Readonly<RuleLimits>, interrupts: OutcomeTable) {
    this.trace = trace
    this.guests = guests
    this.#limits = limits
    this.#interrupts = interrupts
    const slots = guests * SLOTS
    this.#depth = new Int32Array(guests)
    this.#routine = new Int32Array(slots)
    this.#invocation = new Int32Array(slots)
    this.#srb = new Int32Array(slots)
    this.#enterPs = new Float64Array(slots)
    this.#enterNumber = new Float64Array(slots)
    this.#entered = new Uint32Array(guests * ROUTINES)
    this.#exitedRoutine = new Int32Array(guests).fill(-1)
    this.#exitedInvocation = new Int32Array(guests)
    this.#exitedSrb = new Int32Array(guests).fill(-1)
    this.#active = new Int32Array(guests)
    this.#output = new Uint8Array(guests)
    this.#entryCauses = new Int32Array(guests)
    this.#left = new Int32Array(guests)
    this.#gathered = new Int32Array(guests)
    this.#completedInIsr = new Int32Array(guests)
    this.#owed = new Int32Array(guests)
    this.#owedAtEntry = new Int32Array(guests)
    this.#settledNumber = new Float64Array(guests)
    this.#started = new Uint32Array(guests)
    this.#completed = new Uint32Array(guests)
    this.#newestSrb = new Int32Array(guests).fill(-1)
    this.#nextLu = new Uint32Array(guests)
    this.#translated = new Uint32Array(guests)
    this.#serial = new Int32Array(guests * SERIALS).fill(-1)
    this.#startNumber = new Float64Array(guests * SERIALS)
    this.#stopped = new Uint8Array(guests)
    this.#removed = new Uint8Array(guests)
  }

  // --- what rules ask ---

  /** The routine of a guest that runs, or the one that ran last; −1 before the first. */
  routine(guest: number): number {
    const depth = this.#depth[guest]!
    return depth === 0 ? this.#exitedRoutine[guest]! : this.#routine[this.#slot(guest, depth)]!
  }

  invocation(guest: number): number {
    const depth = this.#depth[guest]!
    return depth === 0 ? this.#exitedInvocation[guest]! : this.#invocation[this.#slot(guest, depth)]!
  }

  /** Serial of the SRB that routine was called with, −1 for none. */
  srb(guest: number): number {
    const depth = this.#depth[guest]!
    return depth === 0 ? this.#exitedSrb[guest]! : this.#srb[this.#slot(guest, depth)]!
  }

  running(guest: number): boolean {
    return this.#depth[guest]! > 0
  }

  /** When the running routine was entered. */
  enterPs(guest: number): number {
    return this.#enterPs[this.#slot(guest, this.#depth[guest]!)]!
  }

  /** Calls of a routine so far. */
  entered(guest: number, routine: number): number {
    return this.#entered[guest * ROUTINES + routine]!
  }

  /** Causes that were pending and enabled when HwInterrupt was entered. */
  entryCauses(guest: number): number {
    return this.#entryCauses[guest]!
  }

  /** Those of them that drive the output still. */
  leftCauses(guest: number): number {
    return this.#left[guest]! & this.#active[guest]!
  }

  /** Commands the adapter had finished, but the miniport not completed, when HwInterrupt was entered. */
  owedAtEntry(guest: number): number {
    return this.#owedAtEntry[guest]!
  }

  /** SRBs completed since HwInterrupt was entered. */
  completedInIsr(guest: number): number {
    return this.#completedInIsr[guest]!
  }

  /** Number of the last event after which no finished command waited for its completion. */
  settledNumber(guest: number): number {
    return this.#settledNumber[guest]!
  }

  srbsStarted(guest: number): number {
    return this.#started[guest]!
  }

  srbsCompleted(guest: number): number {
    return this.#completed[guest]!
  }

  /** Serial of the SRB that HwStartIo was given last, −1 before the first. */
  newestSrb(guest: number): number {
    return this.#newestSrb[guest]!
  }

  /** Times NextLuRequest was notified. */
  nextLuRequests(guest: number): number {
    return this.#nextLu[guest]!
  }

  /** Addresses translated by ScsiPortGetPhysicalAddress. */
  translated(guest: number): number {
    return this.#translated[guest]!
  }

  /** Number of the event with which an SRB was handed to the miniport, −1 when it is not with it. */
  startNumber(guest: number, serial: number): number {
    const at = guest * SERIALS + (serial & (SERIALS - 1))
    return this.#serial[at] === serial ? this.#startNumber[at]! : -1
  }

  /** The guest was stopped for good: what is found after that is the bench's own doing. */
  stopped(guest: number): boolean {
    return this.#stopped[guest] === 1
  }

  /** The adapter was taken out of the machine. */
  removed(guest: number): boolean {
    return this.#removed[guest] === 1
  }

  /** Counts the register accesses of the running routine into `reads` and `writes`; of a very long one those still in the ring. */
  lookBack(guest: number): void {
    const { trace } = this
    this.reads = 0
    this.writes = 0
    const from = Math.max(this.#enterNumber[this.#slot(guest, this.#depth[guest]!)]!, trace.count - trace.capacity)
    for (let number = trace.count - 1; number >= from; number--) {
      const index = number & (trace.capacity - 1)
      if (trace.guest[index] !== guest) continue
      const kind = trace.kind[index]
      if (kind === Event.Read) this.reads++
      else if (kind === Event.Write) this.writes++
    }
  }

  #slot(guest: number, depth: number): number {
    return guest * SLOTS + (depth < 1 ? 0 : depth > SLOTS ? SLOTS - 1 : depth - 1)
  }

  // --- what the trace tells ---

  /** Readers with what they need at hand: they are called for most events of a run. */
  subscriptions(): Subscription[] {
    const { trace, guests } = this
    const { guest: guestAt, a, b, c } = trace
    const active = this.#active
    const output = this.#output
    const entryCauses = this.#entryCauses
    const left = this.#left
    const gathered = this.#gathered
    const owed = this.#owed
    const settledNumber = this.#settledNumber
    const serials = this.#serial
    const startNumber = this.#startNumber
    const started = this.#started
    const completed = this.#completed
    const completedInIsr = this.#completedInIsr
    const translated = this.#translated
    const newestSrb = this.#newestSrb

    const on = (kind: number, listen: (index: number) => void, key?: number): Subscription =>
      key === undefined ? { kind, reader: { on: listen } } : { kind, key, reader: { on: listen } }
    const forgetOwed = (index: number) => {
      const guest = guestAt[index]!
      if (guest >= guests) return
      owed[guest] = 0
      settledNumber[guest] = trace.count
    }
    const defer = (index: number) => {
      const guest = guestAt[index]!
      if (guest < guests) gathered[guest]! |= Fact.deferred
    }
    return [
      on(Event.Enter, index => this.#enter(index)),
      on(Event.Exit, index => this.#exit(index)),
      on(Event.CauseRaised, index => {
        const guest = guestAt[index]!
        if (guest >= guests) return
        const enabled = c[index]!
        active[guest] = b[index]! & enabled
        if ((a[index]! & enabled) !== 0) gathered[guest]! |= Fact.raised
      }),
      on(Event.CauseCleared, index => {
        const guest = guestAt[index]!
        if (guest >= guests) return
        const gone = a[index]!
        active[guest] = b[index]! & c[index]!
        if ((entryCauses[guest]! & gone) !== 0) gathered[guest]! |= Fact.dismissed
        left[guest]! &= ~gone
      }),
      on(Event.LineChanged, index => {
        const guest = guestAt[index]!
        if (guest >= guests) return
        const level = a[index]!
        output[guest] = level
        active[guest] = b[index]!
        if (level !== 0) gathered[guest]! |= Fact.raised
      }),
      on(Event.CommandFinished, index => {
        const guest = guestAt[index]!
        if (guest < guests) owed[guest]!++
      }),
      on(Event.SrbStarted, index => {
        const guest = guestAt[index]!
        if (guest >= guests) return
        const serial = a[index]!
        const at = guest * SERIALS + (serial & (SERIALS - 1))
        serials[at] = serial
        startNumber[at] = trace.count - 1
        started[guest]!++
        newestSrb[guest] = serial
      }),
      on(Event.SrbCompleted, index => {
        const guest = guestAt[index]!
        if (guest >= guests) return
        const serial = a[index]!
        const at = guest * SERIALS + (serial & (SERIALS - 1))
        if (serials[at] === serial) serials[at] = -1
        completed[guest]!++
        completedInIsr[guest]!++
        const before = owed[guest]!
        if (before === 0) return
        owed[guest] = before - 1
        if (before === 1) settledNumber[guest] = trace.count
      }),
      on(Event.GetPhysical, index => {
        const guest = guestAt[index]!
        if (guest < guests && trace.d[index] === 1) translated[guest]!++
      }),
      on(Event.BusReset, forgetOwed),
      on(Event.AdapterReset, forgetOwed),
      on(Event.MapTransfer, defer),
      on(Event.Notify, defer, Notification.CallEnableInterrupts),
      on(
        Event.Notify,
        index => {
          const guest = guestAt[index]!
          if (guest < guests) this.#nextLu[guest]!++
        },
        Notification.NextLuRequest,
      ),
      on(
        Event.Notify,
        index => {
          if (c[index] !== 0) defer(index) // 0 µs cancels
        },
        Notification.RequestTimerCall,
      ),
      on(Event.Stopped, index => {
        const guest = guestAt[index]!
        if (guest < guests) this.#stopped[guest] = 1
      }),
      on(
        Event.Adapter,
        index => {
          const guest = guestAt[index]!
          if (guest < guests) this.#removed[guest] = 1
        },
        AdapterPhase.Removed,
      ),
    ]
  }

  #enter(index: number): void {
    const { trace } = this
    const guest = trace.guest[index]!
    if (guest >= this.guests) return
    const routine = trace.a[index]!
    const depth = ++this.#depth[guest]!
    const slot = this.#slot(guest, depth)
    this.#routine[slot] = routine
    this.#invocation[slot] = trace.b[index]!
    this.#srb[slot] = trace.c[index]!
    this.#enterPs[slot] = trace.atPs[index]!
    this.#enterNumber[slot] = trace.count - 1
    this.#entered[guest * ROUTINES + routine]!++
    if (routine !== Routine.Interrupt) return
    const own = trace.d[index]! !== 0
    const causes = own ? this.#active[guest]! : 0
    this.#entryCauses[guest] = causes
    this.#left[guest] = causes
    this.#gathered[guest] = own ? Fact.own : 0
    this.#completedInIsr[guest] = 0
    this.#owedAtEntry[guest] = this.#owed[guest]!
  }

  #exit(index: number): void {
    const { trace } = this
    const guest = trace.guest[index]!
    if (guest >= this.guests) return
    const depth = this.#depth[guest]!
    if (depth === 0) return
    const slot = this.#slot(guest, depth)
    const routine = trace.a[index]!
    if (routine === Routine.Interrupt && this.#stopped[guest] === 0) {
      this.#interrupts.record(index, guest, this.#facts(index, guest, slot))
    }
    this.#exitedRoutine[guest] = this.#routine[slot]!
    this.#exitedInvocation[guest] = this.#invocation[slot]!
    this.#exitedSrb[guest] = this.#srb[slot]!
    this.#depth[guest] = depth - 1
  }

  #facts(index: number, guest: number, slot: number): number {
    const { trace } = this
    const limits = this.#limits
    let facts = this.#gathered[guest]!
    if (trace.c[index] !== 0) facts |= Fact.claimed
    if ((this.#left[guest]! & this.#active[guest]!) !== 0) facts |= Fact.left
    if (this.#output[guest] !== 0) facts |= Fact.asserted
    if (this.#owedAtEntry[guest]! > this.#completedInIsr[guest]!) facts |= Fact.owed
    const ps = trace.atPs[index]! - this.#enterPs[slot]!
    if (ps > limits.spuriousPs) facts |= Fact.slow
    if (ps > limits.isrPs) facts |= Fact.long
    if ((facts & Fact.own) === 0) {
      this.lookBack(guest)
      if (this.writes > 0 || this.reads > limits.spuriousReads) facts |= Fact.busy
    }
    return facts
  }
}
