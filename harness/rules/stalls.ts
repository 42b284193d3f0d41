// Whose a stall is. ScsiPortStallExecution is limited by several rules; each stall that is too long is exactly one rule's:
//
// | where | what | rule |
// |---|---|---|
// | HwInterrupt | anything | INT-11 |
// | HwResetBus | 1 ms or more, before the bus reset was ordered: the reset pulse, or waiting for one | RB-7 |
// | HwResetBus | 1 ms or more, behind it: the pause after the reset | RB-6 |
// | anywhere | one stall above 100 ms | ST-1, fatal |
// | DriverEntry, HwFindAdapter, HwInitialize, ScsiRestartAdapter | anything shorter | nobody's: initializing may take its time |
// | elsewhere | one stall of 1 ms or more | ST-1 |
// | elsewhere | short ones, 1 ms or more in one call, one register read again and again between them | TM-1 |
// | elsewhere | short ones, 1 ms or more in one call | ST-2 |
import { ADAPTER_CONTROL } from '../../schemas/scsiport.ts'
import { Event, Routine } from '../trace/events.ts'
import type { Subscription } from '../trace/trace.ts'
import type { RuleContext } from './rule.ts'

export type StallOwner = 'RB-6' | 'RB-7' | 'ST-1' | 'ST-2' | 'TM-1'

/** A stall that is too long. Its members hold until the next one. */
export interface LongStall {
  readonly us: number
  /** Stalls of this call of the routine so far, with this one. */
  readonly sumUs: number
  readonly count: number
  /** Above the limit of a single stall under Driver Verifier. */
  readonly fatal: boolean
  /** Register that was read between the stalls, −1 none. */
  readonly polled: number
}

/** Calls of a routine that stalled at all, and what was too long of it. */
export class Stalls {
  readonly #context: RuleContext
  readonly #owner: StallOwner
  readonly #take: (index: number, guest: number, stall: LongStall) => void
  // Of the call that stalled last, by guest.
  readonly #routine: Int32Array
  readonly #call: Float64Array
  readonly #sumUs: Float64Array
  readonly #count: Int32Array
  /** The bus was reset in this call of HwResetBus. */
  readonly #reset: Uint8Array
  /** SCSI_ADAPTER_CONTROL_TYPE under way, −1 none. */
  readonly #control: Int32Array
  readonly #long = { us: 0, sumUs: 0, count: 0, fatal: false, polled: -1 }

  /** @param take called for the stalls that are `owner`'s */
  constructor(context: RuleContext, owner: StallOwner, take: (index: number, guest: number, stall: LongStall) => void) {
    const { guests } = context
    this.#context = context
    this.#owner = owner
    this.#take = take
    this.#routine = new Int32Array(guests).fill(-1)
    this.#call = new Float64Array(guests)
    this.#sumUs = new Float64Array(guests)
    this.#count = new Int32Array(guests)
    this.#reset = new Uint8Array(guests)
    this.#control = new Int32Array(guests).fill(-1)
  }

  get subscriptions(): Subscription[] {
    const { trace, guests } = this.#context
    const on = (kind: number, listen: (index: number, guest: number) => void): Subscription => ({
      kind,
      reader: {
        on: index => {
          const guest = trace.guest[index]!
          if (guest < guests) listen(index, guest)
        },
      },
    })
    return [
      on(Event.Stall, (index, guest) => this.#stall(index, guest)),
      on(Event.BusReset, (index, guest) => {
        if (trace.a[index] === 1) this.#noteReset(guest)
      }),
      on(Event.AdapterReset, (_index, guest) => this.#noteReset(guest)),
      on(Event.Control, (index, guest) => {
        this.#control[guest] = trace.b[index] === 1 ? trace.a[index]! : -1
      }),
    ]
  }

  #noteReset(guest: number): void {
    this.#follow(guest)
    this.#reset[guest] = 1
  }

  /** Begins anew when another call runs than at the last stall. */
  #follow(guest: number): void {
    const { frames } = this.#context
    const routine = frames.routine(guest)
    const call = frames.invocation(guest)
    if (this.#routine[guest] === routine && this.#call[guest] === call) return
    this.#routine[guest] = routine
    this.#call[guest] = call
    this.#sumUs[guest] = 0
    this.#count[guest] = 0
    this.#reset[guest] = 0
  }

  #stall(index: number, guest: number): void {
    const { trace, frames, limits } = this.#context
    if (!frames.running(guest)) return
    this.#follow(guest)
    const us = trace.a[index]! >>> 0
    const before = this.#sumUs[guest]!
    const sum = before + us
    this.#sumUs[guest] = sum
    this.#count[guest]!++
    const limit = limits.routineStallUs
    const single = us >= limit
    if (!single && (sum < limit || before >= limit)) return
    const fatal = us > limits.fatalStallUs
    const long = this.#long
    long.us = us
    long.sumUs = sum
    long.count = this.#count[guest]!
    long.fatal = fatal
    long.polled = -1
    if (this.#ownerOf(guest, single, fatal) === this.#owner) this.#take(index, guest, long)
  }

  #ownerOf(guest: number, single: boolean, fatal: boolean): StallOwner | undefined {
    const routine = this.#routine[guest]!
    if (routine === Routine.Interrupt) return undefined
    if (fatal && routine !== Routine.ResetBus) return 'ST-1'
    if (routine === Routine.ResetBus) return this.#reset[guest] === 1 ? 'RB-6' : 'RB-7'
    if (routine === Routine.DriverEntry || routine === Routine.FindAdapter || routine === Routine.Initialize)
      return undefined
    if (this.#control[guest] === ADAPTER_CONTROL.RestartAdapter) return undefined
    if (single) return 'ST-1'
    this.#long.polled = this.#polledRegister(guest)
    return this.#long.polled < 0 ? 'ST-2' : 'TM-1'
  }

  /** The register that was read between the stalls of the running call, most of the times; −1: none was. */
  #polledRegister(guest: number): number {
    const { trace } = this.#context
    const stalls = this.#count[guest]!
    if (stalls < 3) return -1
    let seen = 0
    let register = -1
    let times = 0
    for (let number = trace.count - 1; seen < stalls; number--) {
      const index = trace.indexOf(number)
      if (index < 0) break
      if (trace.guest[index] !== guest) continue
      const kind = trace.kind[index]
      if (kind === Event.Enter) break
      if (kind === Event.Stall) seen++
      if (kind !== Event.Read) continue
      if (register < 0) register = trace.a[index]!
      if (register === trace.a[index]) times++
    }
    return times * 2 >= stalls - 1 && times > 0 ? register : -1
  }
}
