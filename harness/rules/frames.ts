// What every rule needs to know and only one reader follows: per guest the routine that runs, the adapter's causes, and the
// accounts of SRBs and commands. The one subscriber to the hot events; register reads and writes have none: they are looked up in
// the ring when a call needs a closer look.
import { AdapterPhase, Event, Finding, Notification, ROUTINE_NAMES, Routine } from '../trace/events.ts'
import { listener, type Subscription, type Trace } from '../trace/trace.ts'
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
/** Registers are told apart by their offset modulo this, when reads are counted by register. */
const REGISTERS = 1024
/** Events of one call that can hold no polling loop. */
const FEW_EVENTS = 16

/** One call of a routine. */
class Call {
  routine = -1
  invocation = 0
  srb = -1
  enterPs = 0
  enterNumber = 0
}

/** What is known of one guest. One object, so that an event touches few cache lines. */
class GuestState {
  /** Routines that run: `calls[0]` to `calls[depth − 1]`, innermost last. */
  depth = 0
  readonly calls: readonly Call[] = Array.from({ length: SLOTS }, () => new Call())
  /** By routine. */
  readonly entered: number[] = new Array<number>(ROUTINES).fill(0)
  // The routine that ran last.
  exitedRoutine = -1
  exitedInvocation = 0
  exitedSrb = -1

  // The adapter's causes.
  active = 0
  output = 0
  entryCauses = 0
  left = 0
  /** Facts gathered while the ISR runs. */
  gathered = 0

  // SRBs and commands.
  completedInIsr = 0
  owed = 0
  owedAtEntry = 0
  settledNumber = 0
  started = 0
  completed = 0
  translated = 0
  translatedHigh = 0
  newestSrb = -1
  nextLu = 0
  /** SRBs with the miniport. */
  held = 0

  stopped = false
  removed = false

  // Of the first register that HwInterrupt read last time: whether it tells about the interrupt.
  firstOffset = -1
  firstTells = false
  /** Facts about events from outside, for the next own interrupt, once the adapter has raised a cause for them. */
  outside = 0
  outsideRaised = 0
  reselectedPs = -1
  /** The driver has reset the bus and was not called for the cause that this brings. */
  ownEcho = false
  /** CallEnableInterrupts was called, and the disable callback not yet. */
  deferring = false
  /** Bits of `CallFact`, while it is so. */
  deferral = 0

  /** The innermost call; the first one when none runs. */
  get call(): Call {
    const { depth } = this
    return this.calls[depth < 1 ? 0 : depth > SLOTS ? SLOTS - 1 : depth - 1]!
  }
}

export class Frames {
  readonly trace: Trace
  readonly guests: number
  readonly #states: readonly GuestState[]
  readonly #limits: Readonly<RuleLimits>
  readonly #outcomes: (OutcomeTable | undefined)[]
  readonly #commands: Commands
  readonly #names: RuleNames

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
    this.#states = Array.from({ length: guests }, () => new GuestState())
  }

  // --- what rules ask ---

  /** The routine of a guest that runs, or the one that ran last; −1 before the first. */
  routine(guest: number): number {
    const state = this.#states[guest]!
    return state.depth === 0 ? state.exitedRoutine : state.call.routine
  }

  invocation(guest: number): number {
    const state = this.#states[guest]!
    return state.depth === 0 ? state.exitedInvocation : state.call.invocation
  }

  /** Serial of the SRB that routine was called with, −1 for none. */
  srb(guest: number): number {
    const state = this.#states[guest]!
    return state.depth === 0 ? state.exitedSrb : state.call.srb
  }

  running(guest: number): boolean {
    return this.#states[guest]!.depth > 0
  }

  /** When the running routine was entered. */
  enterPs(guest: number): number {
    return this.#states[guest]!.call.enterPs
  }

  /** Number of the event with which the running routine was entered. */
  enterNumber(guest: number): number {
    return this.#states[guest]!.call.enterNumber
  }

  /** Calls of a routine so far. */
  entered(guest: number, routine: number): number {
    return this.#states[guest]!.entered[routine]!
  }

  /** Causes that were pending and enabled when HwInterrupt was entered. */
  entryCauses(guest: number): number {
    return this.#states[guest]!.entryCauses
  }

  /** Those of them that drive the output still. */
  leftCauses(guest: number): number {
    const { left, active } = this.#states[guest]!
    return left & active
  }

  /** No SRB was with the miniport when HwInterrupt was entered. */
  idleAtEntry(guest: number): boolean {
    return (this.#states[guest]!.gathered & Fact.idle) !== 0
  }

  /** Commands the adapter had finished, but the miniport not completed, when HwInterrupt or the enable callback was entered. */
  owedAtEntry(guest: number): number {
    return this.#states[guest]!.owedAtEntry
  }

  /** SRBs completed since HwInterrupt or the enable callback was entered. */
  completedInIsr(guest: number): number {
    return this.#states[guest]!.completedInIsr
  }

  /** Number of the last event after which no finished command waited for its completion. */
  settledNumber(guest: number): number {
    return this.#states[guest]!.settledNumber
  }

  srbsStarted(guest: number): number {
    return this.#states[guest]!.started
  }

  srbsCompleted(guest: number): number {
    return this.#states[guest]!.completed
  }

  /** Serial of the SRB that HwStartIo was given last, −1 before the first. */
  newestSrb(guest: number): number {
    return this.#states[guest]!.newestSrb
  }

  /** Times NextLuRequest was notified. */
  nextLuRequests(guest: number): number {
    return this.#states[guest]!.nextLu
  }

  /** Addresses translated by ScsiPortGetPhysicalAddress. */
  translated(guest: number): number {
    return this.#states[guest]!.translated
  }

  /** Those of them that lie above 4 GiB. */
  translatedHigh(guest: number): number {
    return this.#states[guest]!.translatedHigh
  }
  /** The running HwInterrupt completed what the adapter had finished and put into memory, where alone it is to be found: its interrupt is its own. */
  foundInMemory(guest: number): boolean {
    const { owedAtEntry, completedInIsr } = this.#states[guest]!
    return !this.#names.adapter(guest).statusRegister && owedAtEntry > 0 && completedInIsr > 0
  }

  /** The guest was stopped for good: what is found after that is the bench's own doing. */
  stopped(guest: number): boolean {
    return this.#states[guest]!.stopped
  }

  /** The adapter was taken out of the machine. */
  removed(guest: number): boolean {
    return this.#states[guest]!.removed
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
    const from = Math.max(this.#states[guest]!.call.enterNumber, trace.overwritten)
    for (let number = trace.count - 1; number >= from; number--) {
      const index = trace.indexOf(number)
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

  /** Place of the first register access of the running routine, −1 when there was none or it has left the ring. */
  firstAccess(guest: number): number {
    const { trace } = this
    const { kind, guest: guestAt, capacity, count } = trace
    const from = this.#states[guest]!.call.enterNumber + 1
    if (from <= count - capacity) return -1
    for (let number = from; number < count; number++) {
      const index = trace.indexOf(number)
      const what = kind[index]
      if ((what === Event.Read || what === Event.Write) && guestAt[index] === guest) return index
    }
    return -1
  }

  /** Between CallEnableInterrupts and the disable callback: HwInterrupt is not called. */
  deferring(guest: number): boolean {
    return this.#states[guest]!.deferring
  }

  // --- what the trace tells ---

  /** Readers with what they need at hand: they are called for most events of a run. */
  subscriptions(): Subscription[] {
    const { trace } = this
    const { guest: guestAt, a, b, c, d } = trace
    const states = this.#states

    /** Undefined for events of the bench itself. */
    const stateOf = (index: number): GuestState | undefined => states[guestAt[index]!]
    const forgetOwed = (state: GuestState) => {
      state.owed = 0
      state.settledNumber = trace.count
    }
    const defer = (index: number) => {
      const state = stateOf(index)
      if (state !== undefined) state.gathered |= Fact.deferred
    }
    return [
      listener(Event.Enter, index => {
        const state = stateOf(index)
        if (state !== undefined) this.#enter(index, state)
      }),
      listener(Event.Exit, index => {
        const state = stateOf(index)
        if (state !== undefined) this.#exit(index, state, guestAt[index]!)
      }),
      listener(Event.CauseRaised, index => {
        const state = stateOf(index)
        if (state === undefined) return
        const guest = guestAt[index]!
        const enabled = c[index]!
        state.active = b[index]! & enabled
        if ((a[index]! & enabled) !== 0) state.gathered |= Fact.raised
        if (state.outside !== 0) this.#broughtBy(guest, state, a[index]!, trace.psAt(index))
      }),
      listener(Event.CauseCleared, index => {
        const state = stateOf(index)
        if (state === undefined) return
        const gone = a[index]!
        state.active = b[index]! & c[index]!
        if ((state.entryCauses & gone) !== 0) state.gathered |= Fact.dismissed
        state.left &= ~gone
      }),
      listener(Event.LineChanged, index => {
        const state = stateOf(index)
        if (state === undefined) return
        const level = a[index]!
        state.output = level
        state.active = b[index]!
        if (level === 0) return
        state.gathered |= Fact.raised
        if (state.deferring) state.deferral |= CallFact.unmasked
      }),
      listener(Event.CommandFinished, index => {
        const state = stateOf(index)
        if (state === undefined) return
        const guest = guestAt[index]!
        // A command that is no SRB's (sense data fetched by the driver, an SRB that is back already) brings no completion.
        if (!this.#commands.finishedStrange(guest)) state.owed++
        // An error of a command takes the place of what the adapter had to say about the reselection.
        if ((c[index]! & 0xff) === 0) return
        state.outsideRaised &= ~Fact.reselected
        // Also when HwInterrupt runs already and has not asked yet.
        state.gathered &= ~Fact.reselected
      }),
      listener(Event.SrbStarted, index => {
        const state = stateOf(index)
        if (state === undefined) return
        state.started++
        state.held++
        state.newestSrb = a[index]!
      }),
      listener(Event.SrbCompleted, index => {
        const state = stateOf(index)
        if (state === undefined) return
        state.held--
        state.completed++
        state.completedInIsr++
        if (state.owed > 0 && --state.owed === 0) state.settledNumber = trace.count
      }),
      listener(Event.GetPhysical, index => {
        const state = stateOf(index)
        if (state === undefined) return
        if (d[index] === 0) return
        state.translated++
        if (d[index] === 3) state.translatedHigh++
      }),
      listener(Event.BusReset, index => {
        const state = stateOf(index)
        if (state === undefined) return
        forgetOwed(state)
        if (a[index] === 0) {
          // While the echo of an own reset is on its way the two cannot be told apart.
          if (!state.ownEcho) state.outside |= Fact.busReset
        } else {
          state.ownEcho = true
          state.outside &= ~Fact.busReset
          state.outsideRaised &= ~Fact.busReset
        }
      }),
      listener(Event.Reselection, index => {
        const state = stateOf(index)
        if (state === undefined) return
        state.outside |= Fact.reselected
        state.reselectedPs = trace.psAt(index)
      }),
      listener(
        Event.Finding,
        index => {
          const state = stateOf(index)
          if (state === undefined) return
          state.held--
        },
        Finding.SrbLost,
      ),
      listener(Event.AdapterReset, index => {
        const state = stateOf(index)
        if (state === undefined) return
        forgetOwed(state)
        state.deferral |= CallFact.reset
        state.outside = 0
        state.outsideRaised = 0
        state.ownEcho = false
      }),
      listener(Event.MapTransfer, defer),
      listener(
        Event.Notify,
        index => {
          const state = stateOf(index)
          if (state === undefined) return
          state.gathered |= Fact.deferred | Fact.enable
          if (state.deferring) return
          state.deferring = true
          state.deferral = 0
        },
        Notification.CallEnableInterrupts,
      ),
      listener(
        Event.Notify,
        index => {
          const state = stateOf(index)
          if (state === undefined) return
          state.deferral |= CallFact.disable
        },
        Notification.CallDisableInterrupts,
      ),
      listener(
        Event.Notify,
        index => {
          const state = stateOf(index)
          if (state === undefined) return
          state.nextLu++
        },
        Notification.NextLuRequest,
      ),
      listener(
        Event.Notify,
        index => {
          const state = stateOf(index)
          if (state === undefined) return
          if (c[index] !== 0) defer(index) // 0 µs cancels
        },
        Notification.RequestTimerCall,
      ),
      listener(
        Event.Notify,
        index => {
          const state = stateOf(index)
          if (state === undefined) return
          state.outsideRaised &= ~Fact.busReset
        },
        Notification.ResetDetected,
      ),
      listener(Event.LogError, index => {
        const state = stateOf(index)
        if (state === undefined) return
        if ((b[index]! & 0xf) === SP_INVALID_RESELECTION) state.outsideRaised &= ~Fact.reselected
      }),
      listener(Event.Stopped, index => {
        const state = stateOf(index)
        if (state === undefined) return
        state.stopped = true
      }),
      listener(
        Event.Adapter,
        index => {
          const state = stateOf(index)
          if (state === undefined) return
          state.removed = true
        },
        AdapterPhase.Removed,
      ),
    ]
  }

  /** The adapter raises causes: do they bring the news from outside? A reselection raises its own at once; a reset of the bus one later. */
  #broughtBy(guest: number, state: GuestState, causes: number, atPs: number): void {
    const news = state.outside
    let brought = 0
    if ((news & Fact.reselected) !== 0) {
      state.outside &= ~Fact.reselected
      if (atPs === state.reselectedPs) brought = Fact.reselected
    }
    if (brought === 0 && (news & Fact.busReset) !== 0) {
      const { resetCauses } = this.#names.adapter(guest)
      if (resetCauses === -1 ? (causes & (causes - 1)) === 0 : (causes & resetCauses) !== 0) brought = Fact.busReset
    }
    state.outside &= ~brought
    state.outsideRaised |= brought
  }

  #enter(index: number, state: GuestState): void {
    const { trace } = this
    const routine = trace.a[index]!
    state.depth++
    const { call } = state
    call.routine = routine
    call.invocation = trace.b[index]!
    call.srb = trace.c[index]!
    call.enterPs = trace.psAt(index)
    call.enterNumber = trace.count - 1
    state.entered[routine]!++
    if (routine === Routine.DisableInterrupts) state.deferring = false
    if (routine === Routine.EnableInterrupts) {
      state.completedInIsr = 0
      state.owedAtEntry = state.owed
    }
    if (routine !== Routine.Interrupt) return
    const own = trace.d[index]! !== 0
    const causes = own ? state.active : 0
    state.entryCauses = causes
    state.left = causes
    state.gathered =
      (own ? Fact.own : 0) |
      (state.held <= 0 ? Fact.idle : 0) |
      (state.removed ? Fact.gone : 0) |
      (own ? state.outsideRaised : 0)
    if (own) {
      state.outsideRaised = 0
      state.ownEcho = false
    }
    state.completedInIsr = 0
    state.owedAtEntry = state.owed
  }

  #exit(index: number, state: GuestState, guest: number): void {
    const { trace } = this
    if (state.depth === 0) return
    const { call } = state
    const routine = trace.a[index]!
    const outcomes = this.#outcomes[routine]
    if (outcomes !== undefined && !state.stopped) {
      const facts =
        routine === Routine.Interrupt
          ? this.#facts(index, guest, state, call)
          : this.#callFacts(index, state, call, routine)
      outcomes.record(index, guest, facts)
    }
    state.exitedRoutine = call.routine
    state.exitedInvocation = call.invocation
    state.exitedSrb = call.srb
    state.depth--
  }

  #facts(index: number, guest: number, state: GuestState, call: Call): number {
    const { trace } = this
    const limits = this.#limits
    let facts = state.gathered
    if (trace.c[index] !== 0) facts |= Fact.claimed
    if ((state.left & state.active) !== 0) facts |= Fact.left
    if (state.output !== 0) facts |= Fact.asserted
    if (state.owedAtEntry > state.completedInIsr) facts |= Fact.owed
    const ps = trace.psAt(index) - call.enterPs
    if (ps > limits.spuriousPs) facts |= Fact.slow
    if (ps > limits.isrPs) facts |= Fact.long
    if ((facts & Fact.own) === 0) {
      this.lookBack(guest)
      if (this.writes > 0 || this.reads > limits.spuriousReads) facts |= Fact.busy
    }
    if (this.#names.adapter(guest).statusRegister && !this.#looksFirst(guest, state)) facts |= Fact.blind
    if (trace.count - call.enterNumber > FEW_EVENTS) {
      this.lookBack(guest)
      if (this.mostReads > limits.isrPolls) facts |= Fact.polled
    }
    // Masked before CallEnableInterrupts, or within the same call: what counts is how it is left.
    if ((facts & Fact.enable) !== 0 && state.deferring)
      state.deferral = (state.deferral & ~CallFact.unmasked) | (state.output !== 0 ? CallFact.unmasked : 0)
    return facts
  }

  /** Is the first register access of the call, if there is any, a read that tells whether the adapter interrupts? */
  #looksFirst(guest: number, state: GuestState): boolean {
    const { trace } = this
    const index = this.firstAccess(guest)
    if (index < 0) return true
    if (trace.kind[index] !== Event.Read) return false
    const offset = trace.a[index]!
    if (state.firstOffset !== offset) {
      state.firstOffset = offset
      state.firstTells = this.#names.isStatusRegister(guest, offset)
    }
    return state.firstTells
  }

  #callFacts(index: number, state: GuestState, call: Call, routine: number): number {
    const { trace } = this
    let facts = trace.c[index] === 0 ? CallFact.failed : 0
    if (routine === Routine.StartIo) {
      if (trace.psAt(index) - call.enterPs > this.#limits.startIoPs) facts |= CallFact.long
    } else facts |= state.deferral
    if (routine === Routine.EnableInterrupts) {
      const finished = state.owedAtEntry
      if (finished > 0) facts |= CallFact.finished
      if (finished > state.completedInIsr) facts |= CallFact.owed
    }
    return facts
  }
}
