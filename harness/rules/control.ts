// Calls of HwAdapterControl, for the rules about it.
import { Event } from '../trace/events.ts'
import type { Subscription } from '../trace/trace.ts'
import type { RuleContext } from './rule.ts'

/** Names of SCSI_ADAPTER_CONTROL_TYPE, by value. */
const NAMES = [
  'ScsiQuerySupportedControlTypes',
  'ScsiStopAdapter',
  'ScsiRestartAdapter',
  'ScsiSetBootConfig',
  'ScsiSetRunningConfig',
]

export const controlName = (type: number): string => NAMES[type] ?? `control type ${type}`

/** Which control type each guest works on, and how often each was asked for. */
export class ControlCalls {
  readonly #context: RuleContext
  readonly #now: Int32Array
  readonly #last: Int32Array
  readonly #asked: Uint32Array
  readonly #ended: (index: number, guest: number, type: number, result: number) => void

  /** @param ended called when a call has returned; `frames` still names it as the routine that ran last */
  constructor(
    context: RuleContext,
    ended: (index: number, guest: number, type: number, result: number) => void = () => {},
  ) {
    this.#context = context
    this.#now = new Int32Array(context.guests).fill(-1)
    this.#last = new Int32Array(context.guests).fill(-1)
    this.#asked = new Uint32Array(context.guests * NAMES.length)
    this.#ended = ended
  }

  /** The type that is worked on, −1 none. */
  now(guest: number): number {
    return this.#now[guest]!
  }

  /** The type that was asked for last, −1 none. */
  last(guest: number): number {
    return this.#last[guest]!
  }

  asked(guest: number, type: number): number {
    return this.#asked[guest * NAMES.length + type]!
  }

  /** Calls so far, of any type. */
  total(guest: number): number {
    return NAMES.reduce((sum, _name, type) => sum + this.asked(guest, type), 0)
  }

  get subscription(): Subscription {
    const { trace, guests } = this.#context
    return {
      kind: Event.Control,
      reader: {
        on: index => {
          const guest = trace.guest[index]!
          if (guest >= guests) return
          const type = trace.a[index]!
          if (trace.b[index] === 1) {
            this.#now[guest] = this.#last[guest] = type
            this.#asked[guest * NAMES.length + type]!++
            return
          }
          this.#now[guest] = -1
          this.#ended(index, guest, type, trace.c[index]!)
        },
      },
    }
  }
}
