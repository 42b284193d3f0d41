// Writes through the NULL that ScsiPortGetLogicalUnit may return: MM-9's, not MM-10's.
import { Event, ScsiPortRoutine } from '../../trace/events.ts'
import type { Subscription } from '../../trace/trace.ts'
import type { RuleContext } from '../rule.ts'

/** The call of a routine in which ScsiPortGetLogicalUnit last returned NULL, by guest. */
export class NullUnits {
  readonly #context: RuleContext
  readonly #routine: Int32Array
  readonly #invocation: Int32Array
  readonly #address: Int32Array
  /** Times the answer was NULL. */
  readonly nulls: Uint32Array

  constructor(context: RuleContext) {
    const { guests } = context
    this.#context = context
    this.#routine = new Int32Array(guests).fill(-1)
    this.#invocation = new Int32Array(guests)
    this.#address = new Int32Array(guests)
    this.nulls = new Uint32Array(guests)
  }

  get subscription(): Subscription {
    const { trace, frames, guests } = this.#context
    return {
      kind: Event.Call,
      key: ScsiPortRoutine.GetLogicalUnit,
      reader: {
        on: index => {
          const guest = trace.guest[index]!
          if (guest >= guests) return
          if (trace.d[index] !== 0) return
          this.nulls[guest]!++
          this.#routine[guest] = frames.routine(guest)
          this.#invocation[guest] = frames.invocation(guest)
          this.#address[guest] = trace.b[index]!
        },
      },
    }
  }

  /** Path, target, lun for which NULL came back in the call that runs or has just returned, −1 none. */
  inThisCall(guest: number): number {
    const { frames } = this.#context
    const same = this.#routine[guest] === frames.routine(guest) && this.#invocation[guest] === frames.invocation(guest)
    return same ? this.#address[guest]! : -1
  }
}
