// Events taken out of the ring before they are overwritten, and what a picture of an ISR is drawn from.
import type { Trace } from './trace.ts'

/** The columns that an event stands in: a `Trace`, or a copy of a part of it. */
export interface Columns {
  readonly kind: Uint8Array | Int32Array
  readonly guest: Uint8Array | Int32Array
  readonly a: Int32Array
  readonly b: Int32Array
  readonly c: Int32Array
  readonly d: Int32Array
}

/** Event n of the copy stands at index n. */
export interface EventCopy extends Columns {
  readonly atPs: Float64Array
  readonly count: number
  /** Events asked for that the ring had lost, or that were too many. */
  readonly omitted: number
}

/** What of a stretch is wanted. */
export interface Wanted {
  /** 1 at every kind. */
  readonly kinds: Uint8Array
  readonly guest: number
}

/**
 * Copies the events with the numbers from `first` to before `end`, as far as the ring has them; of more than `most` the first or the last.
 * @param wanted only these; without it all
 */
export function copyEvents(
  trace: Trace,
  first: number,
  end: number,
  most: number,
  keep: 'first' | 'last',
  wanted?: Wanted,
): EventCopy {
  const held = Math.max(first, trace.overwritten)
  const last = Math.min(end, trace.count)
  const indices: number[] = []
  let available = 0
  for (let n = 0; n < last - held; n++) {
    const i = trace.indexOf(keep === 'first' ? held + n : last - 1 - n)
    if (wanted !== undefined && (trace.guest[i] !== wanted.guest || wanted.kinds[trace.kind[i]!] === 0)) continue
    available++
    if (indices.length < most) indices.push(i)
  }
  if (keep === 'last') indices.reverse()
  const pick = <T extends Uint8Array | Int32Array>(made: T, column: Int32Array): T => {
    for (let n = 0; n < indices.length; n++) made[n] = column[indices[n]!]!
    return made
  }
  const count = indices.length
  return {
    count,
    atPs: Float64Array.from(indices, i => trace.psAt(i)),
    kind: pick(new Uint8Array(count), trace.kind),
    guest: pick(new Uint8Array(count), trace.guest),
    a: pick(new Int32Array(count), trace.a),
    b: pick(new Int32Array(count), trace.b),
    c: pick(new Int32Array(count), trace.c),
    d: pick(new Int32Array(count), trace.d),
    omitted: Math.max(0, held - Math.max(0, first)) + available - count,
  }
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
