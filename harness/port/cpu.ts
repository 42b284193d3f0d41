// The one processor of the bench: virtual time while a miniport runs, IRQL, interrupt dispatch, limits.
//
// Time inside a routine = instructions × cost + accesses + stalls. At every import the clock is brought up to the CPU
// and device alarms that have come due fire; between imports the deadline check that the metering pass put at loop
// heads and function entries does the same at least every `SLICE` instructions.
import type { Clock } from '../../device/clock.ts'
import type { InterruptLine, InterruptPin } from '../../device/interrupt-line.ts'
import type { CostValues } from '../../schemas/cost.ts'
import type { Limits } from '../../schemas/machine.ts'
import type { Guest } from '../guest/guest.ts'
import { Event, ROUTINE_NAMES, Routine, StopKind } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'
import { GuestStop } from './stop.ts'

export const PASSIVE_LEVEL = 0
export const DISPATCH_LEVEL = 2
/** Every line of the bench interrupts at one device IRQL. */
export const DIRQL = 10

/** Instructions between two deadline checks at most. */
const SLICE = 256
const MAX_FRAMES = 32
/** More than there are routines. */
const ROUTINE_SLOTS = 16
/** Storm limits that a line may go up and down through without a single completion. */
const RESTLESS_STORMS = 16
/** Calls of routines that are all timed on the host's clock, and the mask of the invocation numbers timed afterwards. */
const HOST_START = 4096
const HOST_MASK = 3

/** What the CPU knows of a miniport. */
export interface Runnable {
  readonly index: number
  readonly name: string
  guest: Guest
  readonly pin: InterruptPin | undefined
  /** Stopped for good. */
  dead: boolean
  /** Calls HwInterrupt. @returns true when the miniport claimed the interrupt */
  interrupt(): boolean
  /** Is HwInterrupt to be called at all (connected, not suppressed)? */
  readonly interruptible: boolean
  /** Told once, after the trace. */
  died(): void
  /** Puts a memory trap into words, when the run watches every access; tells whether a register address was dereferenced. */
  explainTrap(functionName: string): string | undefined
  /** Looks at memory after a routine returned. */
  inspect(routine: Routine): void
}

/** One invocation of a routine. */
export class Frame {
  owner: Runnable | null = null
  routine: Routine = Routine.DriverEntry
  invocation = 0
  srb = -1
  irql = 0
  /** Counter at the last synchronisation. */
  counter = 0
  /** Instructions of ISRs of the same guest that ran since then. */
  nested = 0
  instructions = 0
  accesses = 0
  stallUs = 0
  startPs = 0
  endPs = 0
}

/** How a guest ended. */
export interface Stopped {
  kind: StopKind
  routine: Routine
  invocation: number
  functionName: string
  codeOffset: number | undefined
  atPs: number
  srb: number
  message: string
}

/** Measures host time around every routine; never read by anything that behaves. */
export interface HostStopwatch {
  start(): number
  stop(guest: number, routine: number, startedHostNs: number): void
}

export class Cpu {
  readonly clock: Clock
  readonly trace: Trace
  readonly costs: CostValues
  readonly limits: Limits
  irql = PASSIVE_LEVEL
  /** The innermost routine that runs; an idle frame without owner when none does. */
  frame: Frame
  /** Lines that are asserted now. */
  assertedLines = 0
  /** Counts completions: interrupts that lead somewhere. */
  progress = 0
  #lowered = 0
  /** Stops so far, by guest index. */
  readonly stops = new Map<number, Stopped>()
  readonly #frames: Frame[] = Array.from({ length: MAX_FRAMES }, () => new Frame())
  readonly #counters: number[] = []
  #depth = 0
  /** Calls so far, by guest and routine. */
  readonly #invocations = new Uint32Array(256 * ROUTINE_SLOTS)
  readonly #lines: { line: InterruptLine; chain: Runnable[] }[] = []
  readonly #host: HostStopwatch | undefined
  readonly #rotating: boolean
  #walks = 0
  /** Of `costs` and `limits`, at hand for every access. */
  #instructionPs = 0
  #instructionLimit = 0

  constructor(
    clock: Clock,
    trace: Trace,
    costs: CostValues,
    limits: Limits,
    options: { rotating?: boolean; host?: HostStopwatch | undefined } = {},
  ) {
    this.clock = clock
    this.trace = trace
    this.costs = costs
    this.limits = limits
    this.#instructionPs = costs.instructionPs
    this.#instructionLimit = limits.instructions
    this.frame = this.#frames[0]!
    this.#host = options.host
    this.#rotating = options.rotating === true
  }

  addLine(line: InterruptLine): void {
    const { trace } = this
    let level = false
    line.listener = (wire, pin) => {
      if (wire.level !== level) {
        level = wire.level
        this.assertedLines += level ? 1 : -1
        if (!level) this.#lowered++
      }
      trace.emit(Event.Line, pin.adapter, level ? 1 : 0, pin.adapter, pin.level && !pin.masked ? 1 : 0, 0)
    }
    this.#lines.push({ line, chain: [] })
  }

  /** Puts a miniport's ISR on a line's chain; ISRs are called in the order in which they were connected. */
  connect(line: InterruptLine, owner: Runnable): void {
    const entry = this.#lines.find(l => l.line === line)
    if (entry === undefined) throw new Error(`line ${line.label} is not wired to the CPU`)
    if (!entry.chain.includes(owner)) entry.chain.push(owner)
  }

  disconnect(line: InterruptLine, owner: Runnable): void {
    const chain = this.#lines.find(l => l.line === line)?.chain
    const at = chain?.indexOf(owner) ?? -1
    if (at >= 0) chain!.splice(at, 1)
  }

  /**
   * Calls a routine of a miniport: the one way into a guest.
   * @param srb serial of the SRB the call is about, −1 for none
   * @returns the routine's result, 0 when the guest is or was stopped
   */
  enter(
    owner: Runnable,
    routine: Routine,
    fn: (...args: number[]) => number | undefined,
    irql: number,
    srb: number,
    a0: number,
    a1 = 0,
    a2 = 0,
    a3 = 0,
    a4 = 0,
    a5 = 0,
  ): number {
    if (owner.dead) return 0
    if (this.#depth >= MAX_FRAMES - 1) throw new Error('too many nested routines')
    const { clock, trace, costs } = this
    const guest = owner.guest
    if (routine === Routine.StartIo && costs.startIoPs > 0) this.#pass(costs.startIoPs)
    const before = this.irql
    const known = this.frame.owner === owner ? undefined : this.#counters[owner.index]
    const frame = this.#frames[++this.#depth]!
    this.frame = frame
    this.irql = irql
    frame.owner = owner
    frame.routine = routine
    frame.invocation = ++this.#invocations[owner.index * ROUTINE_SLOTS + routine]!
    frame.srb = srb
    frame.irql = irql
    frame.counter = known ?? guest.counter()
    frame.nested = 0
    frame.instructions = 0
    frame.accesses = 0
    frame.stallUs = 0
    frame.startPs = clock.nowPs
    frame.endPs = clock.nowPs + this.#limitPs(routine)
    trace.emit(Event.Enter, owner.index, routine, frame.invocation, srb, owner.pin?.level ? 1 : 0)
    guest.resetDepth()
    let result = 0
    // Reading the host's clock costs as much as a short ISR: after a start one call in four is timed.
    const timed = frame.invocation < HOST_START || (frame.invocation & HOST_MASK) === 0
    const host = timed ? this.#host : undefined
    const startedHostNs = host === undefined ? 0 : host.start()
    try {
      result = fn(a0, a1, a2, a3, a4, a5) ?? 0
      if (host !== undefined) host.stop(owner.index, routine, startedHostNs)
      const counter = guest.counter()
      this.#counters[owner.index] = counter
      this.sync(counter, 0)
    } catch (error) {
      this.#stop(frame, error)
      result = 0
    }
    if (routine !== Routine.FindAdapter && routine !== Routine.AdapterControl && routine !== Routine.DriverEntry)
      result &= 0xff
    trace.emit(Event.Exit, owner.index, routine, frame.invocation, result, frame.instructions | 0)
    if (!owner.dead) owner.inspect(routine)
    if (routine === Routine.Interrupt && costs.isrExitPs > 0) this.#pass(costs.isrExitPs)
    frame.owner = null
    const outer = this.#frames[--this.#depth]!
    if (outer.owner === owner) {
      outer.nested += frame.instructions
      outer.endPs += clock.nowPs - frame.startPs // each routine has a limit of its own
    }
    this.frame = outer
    this.irql = before
    if (this.assertedLines > 0 && before < DIRQL) this.dispatchInterrupts()
    return result
  }

  /** At an import: brings the clock up to the CPU (instructions since the last time, then `extraPs`), fires alarms, checks limits, takes interrupts. */
  sync(counter: number, extraPs: number): void {
    const { clock, frame } = this
    let executed = (counter - frame.counter) >>> 0
    if (frame.nested !== 0 && executed !== 0) {
      executed -= frame.nested
      frame.nested = 0
    }
    frame.counter = counter
    frame.instructions += executed
    const now = clock.nowPs + executed * this.#instructionPs + extraPs
    if (now > frame.endPs || frame.instructions > this.#instructionLimit) this.#overrun(frame, now)
    if (now >= clock.nextDuePs) clock.advanceTo(now)
    else clock.nowPs = now
    if (frame.owner!.dead) throw new GuestStop(StopKind.Contract, 'the miniport was stopped')
    if (this.assertedLines > 0 && this.irql < DIRQL) this.dispatchInterrupts()
  }

  /** The deadline handler of every guest. @returns the next counter value to be called at */
  readonly deadline = (counter: number): number => {
    const { clock, costs, frame } = this
    if (frame.owner === null) return (counter + SLICE) | 0
    this.sync(counter, 0)
    let ahead = SLICE
    if (costs.instructionPs > 0) {
      const left = Math.ceil((Math.min(clock.nextDuePs, frame.endPs + 1) - clock.nowPs) / costs.instructionPs)
      if (left < ahead) ahead = Math.max(left, 1)
    }
    return (counter + ahead) | 0
  }

  /** Lets time pass on the CPU outside any routine. */
  #pass(ps: number): void {
    const { clock } = this
    const now = clock.nowPs + ps
    if (now >= clock.nextDuePs) clock.advanceTo(now)
    else clock.nowPs = now
  }

  /** Lets time pass for the port driver's own work; interrupts are taken at its end. */
  spend(ps: number): void {
    if (ps > 0) this.#pass(ps)
    if (this.assertedLines > 0 && this.irql < DIRQL) this.dispatchInterrupts()
  }

  /** Calls the ISRs on every asserted line until the lines are low (or nobody can be called). */
  dispatchInterrupts(): void {
    const before = this.irql
    if (before >= DIRQL) return
    const { clock, costs } = this
    const startPs = clock.nowPs
    this.irql = DIRQL // the whole chain is walked at DIRQL; a line raised meanwhile waits
    for (let l = 0; l < this.#lines.length; l++) this.#walk(this.#lines[l]!, costs.isrEntryPs)
    this.irql = before
    this.frame.endPs += clock.nowPs - startPs // not on the account of the routine that was preempted
  }

  #walk({ line, chain }: { line: InterruptLine; chain: Runnable[] }, entryPs: number): void {
    const limit = this.limits.stormInvocations
    let rounds = 0
    let restless = 0
    let progress = this.progress
    let lowered = this.#lowered
    while (line.level) {
      const first = this.#rotating ? this.#walks++ : 0
      let called = false
      let claimer: Runnable | undefined
      for (let n = 0; n < chain.length && claimer === undefined; n++) {
        const owner = chain[(first + n) % chain.length]!
        if (owner.dead || !owner.interruptible) continue
        if (!called && entryPs > 0) this.#pass(entryPs)
        called = true
        if (owner.interrupt()) claimer = owner
      }
      if (!called) return // as if masked at the interrupt controller: it waits for somebody to connect
      if (this.progress !== progress) {
        progress = this.progress
        rounds = restless = 0
        continue
      }
      restless++
      if (this.#lowered === lowered) rounds++
      else rounds = 0
      lowered = this.#lowered
      if (rounds <= limit && restless <= limit * RESTLESS_STORMS) continue
      this.#storm(line, chain, restless, claimer)
      rounds = restless = 0
    }
  }

  /** The line stays asserted, or comes back for ever: stop the one that claims it, or else those whose adapters hold it. */
  #storm(line: InterruptLine, chain: readonly Runnable[], rounds: number, claimer: Runnable | undefined): void {
    const called = `${rounds} calls of HwInterrupt without any progress`
    if (claimer !== undefined && !claimer.dead) {
      this.trace.emit(Event.Storm, claimer.index, rounds, 0, 0, 0)
      const reason =
        claimer.pin?.level !== true
          ? `HwInterrupt claimed the interrupts of another adapter on the line '${line.label}' through ${called}: it returned TRUE while its own adapter did not interrupt`
          : `the interrupt line '${line.label}' stayed asserted through ${called}: the cause is not dismissed on the adapter`
      this.stop(claimer, Routine.Interrupt, StopKind.InterruptStorm, reason)
      return
    }
    for (const pin of line.pins) {
      if (!pin.level || pin.masked) continue
      const owner = chain.find(o => o.index === pin.adapter)
      this.trace.emit(Event.Storm, pin.adapter, rounds, 0, 0, 0)
      if (owner === undefined) pin.mask()
      else {
        const why = owner.interruptible
          ? 'the cause is not dismissed on the adapter'
          : "after CallEnableInterrupts HwInterrupt is not called, so the adapter's interrupts must be masked before"
        const reason = `the interrupt line '${line.label}' stayed asserted through ${called}: ${why}`
        this.stop(owner, Routine.Interrupt, StopKind.InterruptStorm, reason)
      }
    }
  }

  /** Stops a miniport that does not run now. @param routine the one to blame */
  stop(owner: Runnable, routine: Routine, kind: StopKind, reason: string): void {
    const frame = this.#frames[this.#depth + 1]!
    frame.routine = routine
    frame.srb = -1
    frame.owner = owner
    this.#stop(frame, new GuestStop(kind, reason))
    frame.owner = null
  }

  #limitPs(routine: Routine): number {
    const { limits } = this
    if (routine === Routine.FindAdapter || routine === Routine.DriverEntry) return limits.findAdapterPs
    if (routine === Routine.AdapterControl) return limits.adapterControlPs
    return routine === Routine.Initialize ? limits.initializePs : limits.routinePs
  }

  /** Time goes no further than the limit, whatever the guest asked for. */
  #overrun(frame: Frame, now: number): never {
    const { limits } = this
    this.#pass(Math.max(0, Math.min(now, frame.endPs + 1) - this.clock.nowPs))
    if (frame.instructions > limits.instructions) {
      throw new GuestStop(StopKind.InstructionLimit, `more than ${limits.instructions} instructions in one call`)
    }
    throw new GuestStop(
      StopKind.TimeLimit,
      `more than ${(this.#limitPs(frame.routine) / 1e9).toFixed(0)} ms of virtual time in one call`,
    )
  }

  /** A guest ends: recorded, taken off its line, never entered again. Errors that are not the guest's go on up. */
  #stop(frame: Frame, error: unknown): void {
    const owner = frame.owner!
    const kind = stopKind(error)
    if (kind === undefined) throw error
    this.#counters[owner.index] = owner.guest.counter()
    if (owner.dead) return
    const place = owner.guest.locate(error)
    const functionName = place?.functionName ?? ROUTINE_NAMES[frame.routine]!
    const fault = error instanceof WebAssembly.RuntimeError && OUT_OF_BOUNDS.test(error.message)
    const explained = fault ? owner.explainTrap(functionName) : undefined
    const reason =
      (error instanceof Error ? error.message : String(error)) + (explained === undefined ? '' : `: ${explained}`)
    const stopped: Stopped = {
      kind,
      routine: frame.routine,
      invocation: frame.invocation,
      functionName,
      codeOffset: place?.codeOffset,
      atPs: this.clock.nowPs,
      srb: frame.srb,
      message: reason,
    }
    this.stops.set(owner.index, stopped)
    this.trace.emit(
      Event.Stopped,
      owner.index,
      kind,
      frame.routine,
      frame.invocation,
      this.trace.intern(`${functionName}: ${reason}`),
    )
    owner.dead = true
    owner.pin?.mask()
    owner.died()
  }
}

/** V8's words for a load or store outside memory. */
export const OUT_OF_BOUNDS = /memory access out of bounds/

function stopKind(error: unknown): StopKind | undefined {
  if (error instanceof GuestStop) return error.kind
  if (error instanceof WebAssembly.RuntimeError) return StopKind.Trap
  if (error instanceof RangeError && /call stack/i.test(error.message)) return StopKind.DepthLimit
  return undefined
}
