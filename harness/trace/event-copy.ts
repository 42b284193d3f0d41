// Events taken out of the ring before they are overwritten, and what a picture of an ISR is drawn from.
import type { Trace } from './trace.ts'

/** Columns as in `Trace`; event n of the copy stands at index n. */
export interface EventCopy {
  readonly count: number
  readonly atPs: Float64Array
  readonly kind: Uint8Array
  readonly guest: Uint8Array
  readonly a: Int32Array
  readonly b: Int32Array
  readonly c: Int32Array
  readonly d: Int32Array
  /** Events asked for that the ring had lost, or that were too many. */
  readonly omitted: number
}

/** Copies the events with the numbers from `first` to before `end`, as far as the ring has them; of more than `most` the `keep`-most part. */
export function copyEvents(trace: Trace, first: number, end: number, most: number, keep: 'first' | 'last'): EventCopy {
  const held = Math.max(0, first, trace.count - trace.capacity)
  const last = Math.min(end, trace.count)
  const available = Math.max(0, last - held)
  const count = Math.min(available, most)
  const from = keep === 'first' ? held : last - count
  const copy: EventCopy = {
    count,
    atPs: new Float64Array(count),
    kind: new Uint8Array(count),
    guest: new Uint8Array(count),
    a: new Int32Array(count),
    b: new Int32Array(count),
    c: new Int32Array(count),
    d: new Int32Array(count),
    omitted: Math.max(0, held - Math.max(0, first)) + available - count,
  }
  for (let n = 0; n < count; n++) {
    const i = trace.indexOf(from + n)
    copy.atPs[n] = trace.atPs[i]!
    copy.kind[n] = trace.kind[i]!
    copy.guest[n] = trace.guest[i]!
    copy.a[n] = trace.a[i]!
    copy.b[n] = trace.b[i]!
    copy.c[n] = trace.c[i]!
    copy.d[n] = trace.d[i]!
  }
  return copy
}

/** One call of HwInterrupt with what went on around it. */
export interface Scene {
  readonly guest: number
  /** Invocation number. */
  readonly invocation: number
  /** Enter to exit, without other miniports' ISRs. */
  readonly durationPs: number
  readonly enterPs: number
  readonly exitPs: number
  /** When this adapter's output went high, −1 unknown. */
  readonly raisedPs: number
  readonly claimed: boolean
  /** It returned; false: its guest was stopped in it. */
  readonly finished: boolean
  readonly events: EventCopy
}
