// What every rule needs to know and only one reader follows: per guest the routine that runs, the adapter's causes, and the
// accounts of SRBs and commands. The one subscriber to the hot events; register reads and writes have none: they are looked up in
// the ring when a call needs a closer look.
import { AdapterPhase, Event, Finding, Notification, ROUTINE_NAMES, Routine } from '../trace/events.ts'
import type { Subscription, Trace } from '../trace/trace.ts'
import type { Commands } from './commands.ts'
import type { RuleLimits } from './limits.ts'
import type { RuleNames } from './names.ts'
import { CallFact, Fact, type OutcomeTable } from './outcome.ts'

/** Access word of a part of a buffer form, see `accessWord`. */
const BUFFER = 0x200

/** Routines nest only in DriverEntry, which may find and initialize inside ScsiPortInitialize. */
const SLOTS = 4
const SP_INVALID_RESELECTION = 3
const ROUTINES = ROUTINE_NAMES.length
/** SRBs of one guest that are told apart by the low bits of their serial; a port has at most 254 with a miniport. */
const SERIALS = 1024
/** Registers are told apart by their offset modulo this, when reads are counted by register. */
const REGISTERS = 1024
/** Events of one call that can hold no polling loop. */
const FEW_EVENTS = 16

export class Frames {
  readonly trace: Trace
  readonly guests: number
  readonly #limits: Readonly<RuleLimits>
  readonly #outcomes: (OutcomeTable | undefined)[]
  readonly #commands: Commands
  readonly #names: RuleNames

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
  readonly #translatedHigh: Uint32Array
  readonly #newestSrb: Int32Array
  readonly #nextLu: Uint32Array
  readonly #serial: Int32Array
  readonly #startNumber: Float64Array

  readonly #stopped: Uint8Array
  readonly #removed: Uint8Array

  // Of the first register that HwInterrupt read last time: whether it tells about the interrupt.
  readonly #firstOffset: Int32Array
  readonly #firstTells: Uint8Array
  /** SRBs with the miniport. */
  readonly #held: Int32Array
  /** Facts about events from outside, for the next own interrupt, once the adapter has raised a cause for them. */
  readonly #outside: Int32Array
  readonly #outsideRaised: Int32Array
  readonly #reselectedPs: Float64Array
  /** The driver has reset the bus and was not called for the cause that this brings. */
  readonly #ownEcho: Uint8Array
  /** CallEnableInterrupts was called, and the disable callback not yet. */
  readonly #deferring: Uint8Array
  /** Bits of `CallFact`, while it is so. */
  readonly #deferral: Int32Array

  /** Results of `lookBack`. */
  reads = 0
  writes = 0
  /** Results of `lookBack`: the register read most often, and how often. */
  mostRead = -1
  mostReads = 0
  readonly #readCounts = new Uint16Array(REGISTERS)

  constructor(
    trace: Trace,
    guests: number,
    limits: Readonly<RuleLimits>,
    outcomes: readonly OutcomeTable[],
    commands: Commands,
    names: RuleNames,
  ) {
    this.trace = trace
    this.guests = guests
    this.#limits = limits
    this.#outcomes = ROUTINE_NAMES.map((_name, routine) => outcomes.find(table => table.routine === routine))
    this.#commands = commands
    this.#names = names
    this.#firstOffset = new Int32Array(guests).fill(-1)
    this.#firstTells = new Uint8Array(guests)
    this.#held = new Int32Array(guests)
    this.#outside = new Int32Array(guests)
    this.#outsideRaised = new Int32Array(guests)
    this.#reselectedPs = new Float64Array(guests).fill(-1)
    this.#ownEcho = new Uint8Array(guests)
    this.#deferring = new Uint8Array(guests)
    this.#deferral = new Int32Array(guests)
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
    this.#translatedHigh = new Uint32Array(guests)
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

  /** Number of the event with which the running routine was entered. */
  enterNumber(guest: number): number {
    return this.#enterNumber[this.#slot(guest, this.#depth[guest]!)]!
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

  /** No SRB was with the miniport when HwInterrupt was entered. */
  idleAtEntry(guest: number): boolean {
    return (this.#gathered[guest]! & Fact.idle) !== 0
  }

  /** Commands the adapter had finished, but the miniport not completed, when HwInterrupt or the enable callback was entered. */
  owedAtEntry(guest: number): number {
    return this.#owedAtEntry[guest]!
  }

  /** SRBs completed since HwInterrupt or the enable callback was entered. */
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

  /** Those of them that lie above 4 GiB. */
  translatedHigh(guest: number): number {
    return this.#translatedHigh[guest]!
  }

  /** Number of the event with which an SRB was handed to the miniport, −1 when it is not with it. */
  startNumber(guest: number, serial: number): number {
    const at = guest * SERIALS + (serial & (SERIALS - 1))
    return this.#serial[at] === serial ? this.#startNumber[at]! : -1
  }

  /** The running HwInterrupt completed what the adapter had finished and put into memory, where alone it is to be found: its interrupt is its own. */
  foundInMemory(guest: number): boolean {
    return (
      !this.#names.adapter(guest).statusRegister && this.#owedAtEntry[guest]! > 0 && this.#completedInIsr[guest]! > 0
    )
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
    const counts = this.#readCounts
    this.reads = 0
    this.writes = 0
    this.mostRead = -1
    this.mostReads = 0
    counts.fill(0)
    const from = Math.max(this.#enterNumber[this.#slot(guest, this.#depth[guest]!)]!, trace.count - trace.capacity)
    for (let number = trace.count - 1; number >= from; number--) {
      const index = number & (trace.capacity - 1)
      if (trace.guest[index] !== guest) continue
      const kind = trace.kind[index]
      if (kind === Event.Write) this.writes++
      if (kind !== Event.Read) continue
      this.reads++
      if ((trace.d[index]! & BUFFER) !== 0) continue // a data port may be read as often as there is data
      const offset = trace.a[index]!
      const times = ++counts[offset & (REGISTERS - 1)]!
      if (times <= this.mostReads) continue
      this.mostReads = times
      this.mostRead = offset
    }
  }

  /** Ring index of the first register access of the running routine, −1 when there was none or it has left the ring. */
  firstAccess(guest: number): number {
    const { trace } = this
    const { kind, guest: guestAt, capacity, count } = trace
    const from = this.#enterNumber[this.#slot(guest, this.#depth[guest]!)]! + 1
    if (from <= count - capacity) return -1
    for (let number = from; number < count; number++) {
      const index = number & (capacity - 1)
      const what = kind[index]
      if ((what === Event.Read || what === Event.Write) && guestAt[index] === guest) return index
    }
    return -1
  }

  /** Between CallEnableInterrupts and the disable callback: HwInterrupt is not called. */
  deferring(guest: number): boolean {
    return this.#deferring[guest] === 1
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
    const translatedHigh = this.#translatedHigh
    const newestSrb = this.#newestSrb
    const held = this.#held
    const outside = this.#outside
    const outsideRaised = this.#outsideRaised
    const ownEcho = this.#ownEcho
    const deferring = this.#deferring
    const deferral = this.#deferral

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
        const news = outside[guest]!
        if (news !== 0) this.#broughtBy(guest, news, a[index]!, trace.atPs[index]!)
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
        if (level === 0) return
        gathered[guest]! |= Fact.raised
        if (deferring[guest] === 1) deferral[guest]! |= CallFact.unmasked
      }),
      on(Event.CommandFinished, index => {
        const guest = guestAt[index]!
        if (guest >= guests) return
        // A command that is no SRB's (sense data fetched by the driver, an SRB that is back already) brings no completion.
        if (!this.#commands.finishedStrange(guest)) owed[guest]!++
        // An error of a command takes the place of what the adapter had to say about the reselection.
        if ((c[index]! & 0xff) === 0) return
        outsideRaised[guest]! &= ~Fact.reselected
        // Also when HwInterrupt runs already and has not asked yet.
        gathered[guest]! &= ~Fact.reselected
      }),
      on(Event.SrbStarted, index => {
        const guest = guestAt[index]!
        if (guest >= guests) return
        const serial = a[index]!
        const at = guest * SERIALS + (serial & (SERIALS - 1))
        serials[at] = serial
        startNumber[at] = trace.count - 1
        started[guest]!++
        held[guest]!++
        newestSrb[guest] = serial
      }),
      on(Event.SrbCompleted, index => {
        const guest = guestAt[index]!
        if (guest >= guests) return
        const serial = a[index]!
        const at = guest * SERIALS + (serial & (SERIALS - 1))
        if (serials[at] === serial) serials[at] = -1
        held[guest]!--
        completed[guest]!++
        completedInIsr[guest]!++
        const before = owed[guest]!
        if (before === 0) return
        owed[guest] = before - 1
        if (before === 1) settledNumber[guest] = trace.count
      }),
      on(Event.GetPhysical, index => {
        const guest = guestAt[index]!
        if (guest >= guests || trace.d[index] === 0) return
        translated[guest]!++
        if (trace.d[index] === 3) translatedHigh[guest]!++
      }),
      on(Event.BusReset, index => {
        forgetOwed(index)
        const guest = guestAt[index]!
        if (guest >= guests) return
        if (a[index] === 0) {
          // While the echo of an own reset is on its way the two cannot be told apart.
          if (ownEcho[guest] === 0) outside[guest]! |= Fact.busReset
        } else {
          ownEcho[guest] = 1
          outside[guest]! &= ~Fact.busReset
          outsideRaised[guest]! &= ~Fact.busReset
        }
      }),
      on(Event.Reselection, index => {
        const guest = guestAt[index]!
        if (guest >= guests) return
        outside[guest]! |= Fact.reselected
        this.#reselectedPs[guest] = trace.atPs[index]!
      }),
      on(
        Event.Finding,
        index => {
          const guest = guestAt[index]!
          if (guest < guests) held[guest]!--
        },
        Finding.SrbLost,
      ),
      on(Event.AdapterReset, index => {
        forgetOwed(index)
        const guest = guestAt[index]!
        if (guest >= guests) return
        deferral[guest]! |= CallFact.reset
        outside[guest] = 0
        outsideRaised[guest] = 0
        ownEcho[guest] = 0
      }),
      on(Event.MapTransfer, defer),
      on(
        Event.Notify,
        index => {
          const guest = guestAt[index]!
          if (guest >= guests) return
          gathered[guest]! |= Fact.deferred | Fact.enable
          if (deferring[guest] === 1) return
          deferring[guest] = 1
          deferral[guest] = 0
        },
        Notification.CallEnableInterrupts,
      ),
      on(
        Event.Notify,
        index => {
          const guest = guestAt[index]!
          if (guest < guests) deferral[guest]! |= CallFact.disable
        },
        Notification.CallDisableInterrupts,
      ),
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
      on(
        Event.Notify,
        index => {
          const guest = guestAt[index]!
          if (guest < guests) outsideRaised[guest]! &= ~Fact.busReset
        },
        Notification.ResetDetected,
      ),
      on(Event.LogError, index => {
        const guest = guestAt[index]!
        if (guest < guests && (b[index]! & 0xf) === SP_INVALID_RESELECTION) outsideRaised[guest]! &= ~Fact.reselected
      }),
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

  /** The adapter raises causes: do they bring the news from outside? A reselection raises its own at once; a reset of the bus one later. */
  #broughtBy(guest: number, news: number, causes: number, atPs: number): void {
    let brought = 0
    if ((news & Fact.reselected) !== 0) {
      this.#outside[guest]! &= ~Fact.reselected
      if (atPs === this.#reselectedPs[guest]) brought = Fact.reselected
    }
    if (brought === 0 && (news & Fact.busReset) !== 0) {
      const { resetCauses } = this.#names.adapter(guest)
      if (resetCauses === -1 ? (causes & (causes - 1)) === 0 : (causes & resetCauses) !== 0) brought = Fact.busReset
    }
    this.#outside[guest]! &= ~brought
    this.#outsideRaised[guest]! |= brought
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
    if (routine === Routine.DisableInterrupts) this.#deferring[guest] = 0
    if (routine === Routine.EnableInterrupts) {
      this.#completedInIsr[guest] = 0
      this.#owedAtEntry[guest] = this.#owed[guest]!
    }
    if (routine !== Routine.Interrupt) return
    const own = trace.d[index]! !== 0
    const causes = own ? this.#active[guest]! : 0
    this.#entryCauses[guest] = causes
    this.#left[guest] = causes
    this.#gathered[guest] =
      (own ? Fact.own : 0) |
      (this.#held[guest]! <= 0 ? Fact.idle : 0) |
      (this.#removed[guest] === 1 ? Fact.gone : 0) |
      (own ? this.#outsideRaised[guest]! : 0)
    if (own) {
      this.#outsideRaised[guest] = 0
      this.#ownEcho[guest] = 0
    }
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
    const outcomes = this.#outcomes[routine]
    if (outcomes !== undefined && this.#stopped[guest] === 0) {
      const facts =
        routine === Routine.Interrupt ? this.#facts(index, guest, slot) : this.#callFacts(index, guest, slot, routine)
      outcomes.record(index, guest, facts)
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
    if (!this.#looksFirst(guest)) facts |= Fact.blind
    if (trace.count - this.#enterNumber[slot]! > FEW_EVENTS) {
      this.lookBack(guest)
      if (this.mostReads > limits.isrPolls) facts |= Fact.polled
    }
    // Masked before CallEnableInterrupts, or within the same call: what counts is how it is left.
    if ((facts & Fact.enable) !== 0 && this.#deferring[guest] === 1)
      this.#deferral[guest] =
        (this.#deferral[guest]! & ~CallFact.unmasked) | (this.#output[guest] !== 0 ? CallFact.unmasked : 0)
    return facts
  }

  /** Is the first register access of the call, if there is any, a read that tells whether the adapter interrupts? */
  #looksFirst(guest: number): boolean {
    const { trace } = this
    const index = this.firstAccess(guest)
    if (index < 0) return true
    if (trace.kind[index] !== Event.Read) return false
    const offset = trace.a[index]!
    if (this.#firstOffset[guest] !== offset) {
      this.#firstOffset[guest] = offset
      this.#firstTells[guest] = this.#names.isStatusRegister(guest, offset) ? 1 : 0
    }
    return this.#firstTells[guest] === 1
  }

  #callFacts(index: number, guest: number, slot: number, routine: number): number {
    const { trace } = this
    let facts = trace.c[index] === 0 ? CallFact.failed : 0
    if (routine === Routine.StartIo) {
      if (trace.atPs[index]! - this.#enterPs[slot]! > this.#limits.startIoPs) facts |= CallFact.long
    } else facts |= this.#deferral[guest]!
    if (routine === Routine.EnableInterrupts) {
      const finished = this.#owedAtEntry[guest]!
      if (finished > 0) facts |= CallFact.finished
      if (finished > this.#completedInIsr[guest]!) facts |= CallFact.owed
    }
    return facts
  }
}
