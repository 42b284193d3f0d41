// The trace: a numeric ring of events, their running hash, and the readers that listen while it is written.
// Rules, latency and reports are readers of this one stream.
import type { Clock } from '../../device/clock.ts'
import type { Probe } from '../../device/probe.ts'
import { KIND_COUNT } from './events.ts'

/** Listens to events as they happen. Gets the ring index, never a boxed value; must not keep it beyond the call. */
export interface TraceReader {
  on(index: number): void
}

/** Where a reader wants to listen. */
export interface Subscription {
  kind: number
  /** Only events whose `a` equals this (a register offset, a routine, a notification type). Without it: every event of the kind. */
  key?: number
  reader: TraceReader
}

/** So many events are hashed at a time, while they are in the processor's first cache still. */
const HASH_BATCH = 256

/** Keys are below this number; see `Subscription.key`. */
const KEY_COUNT = 0x1_0000

const NO_READERS: readonly TraceReader[] = []

export class Trace implements Probe {
  readonly capacity: number
  readonly #mask: number
  readonly #hashMask: number
  readonly atPs: Float64Array
  readonly kind: Uint8Array
  readonly guest: Uint8Array
  readonly a: Int32Array
  readonly b: Int32Array
  readonly c: Int32Array
  readonly d: Int32Array
  /** Events recorded since the start; the newest has the number `count − 1`. */
  count = 0
  /** Serial of the newest SRB; serials count through the run, over all miniports. */
  serial = 0
  /** Strings that events refer to by index. */
  readonly text: string[] = []
  readonly #textIndex = new Map<string, number>()
  readonly #clock: Clock
  readonly #byKind: (readonly TraceReader[])[] = Array.from({ length: KIND_COUNT }, () => NO_READERS)
  /** By kind, then by key up to the largest that somebody listens to. */
  readonly #byKey: (readonly TraceReader[])[][] = Array.from({ length: KIND_COUNT }, () => [])
  #hashed = 0
  #h1 = 0x811c9dc5 | 0
  #h2 = 0x2545f491 | 0
  /** `atPs` in halves, for the hash. */
  readonly #atWords: Int32Array

  /** @param capacity events kept, a power of two; older ones are overwritten (hash and readers have seen them) */
  constructor(clock: Clock, capacity = 1 << 16) {
    if (capacity < 2 || (capacity & (capacity - 1)) !== 0)
      throw new RangeError(`trace capacity ${capacity} is not a power of two`)
    this.#clock = clock
    this.capacity = capacity
    this.#mask = capacity - 1
    this.#hashMask = Math.min(capacity, HASH_BATCH) - 1
    this.atPs = new Float64Array(capacity)
    this.#atWords = new Int32Array(this.atPs.buffer)
    this.kind = new Uint8Array(capacity)
    this.guest = new Uint8Array(capacity)
    this.a = new Int32Array(capacity)
    this.b = new Int32Array(capacity)
    this.c = new Int32Array(capacity)
    this.d = new Int32Array(capacity)
  }

  /** Records one event and tells the readers. @returns its ring index */
  emit(kind: number, guest: number, a: number, b: number, c: number, d: number): number {
    const number = this.count++
    const i = number & this.#mask
    if ((number & this.#hashMask) === 0) this.#hashUpTo(number)
    this.atPs[i] = this.#clock.nowPs
    // Told that they are 32-bit numbers, the compiler stores them without a way over floating point.
    this.kind[i] = kind | 0
    this.guest[i] = guest | 0
    this.a[i] = a | 0
    this.b[i] = b | 0
    this.c[i] = c | 0
    this.d[i] = d | 0
    const readers = this.#byKind[kind]!
    for (let n = 0; n < readers.length; n++) readers[n]!.on(i)
    const keyed = this.#byKey[kind]!
    if (a >= 0 && a < keyed.length) {
      const some = keyed[a]!
      for (let n = 0; n < some.length; n++) some[n]!.on(i)
    }
    return i
  }

  /** Puts a string into the side table. Not for hot paths. */
  intern(text: string): number {
    let index = this.#textIndex.get(text)
    if (index === undefined) {
      index = this.text.length
      this.text.push(text)
      this.#textIndex.set(text, index)
    }
    return index
  }

  subscribe(...subscriptions: readonly Subscription[]): void {
    for (const { kind, key, reader } of subscriptions) {
      if (!(kind >= 0 && kind < KIND_COUNT)) throw new RangeError(`no event kind ${kind}`)
      if (key === undefined) {
        this.#byKind[kind] = [...this.#byKind[kind]!, reader]
        continue
      }
      if (!(key >= 0 && key < KEY_COUNT)) throw new RangeError(`key ${key} of event kind ${kind} is out of range`)
      const keyed = this.#byKey[kind]!
      while (keyed.length <= key) keyed.push(NO_READERS)
      keyed[key] = [...keyed[key]!, reader]
    }
  }

  /** Events overwritten in the ring so far. */
  get overwritten(): number {
    return Math.max(0, this.count - this.capacity)
  }

  /** Ring index of event `number` (0 = first of the run), −1 when it was overwritten or has not happened. */
  indexOf(number: number): number {
    return number < 0 || number >= this.count || number < this.count - this.capacity ? -1 : number & this.#mask
  }

  /** Number of the event at a ring index. */
  numberAt(index: number): number {
    const newest = this.count - 1
    return newest - ((newest - index) & this.#mask)
  }

  /** Hash over every event since the start, 16 hex digits. Same driver, scenario and seed: same hash. */
  get hash(): string {
    this.#hashUpTo(this.count)
    return (this.#h1 >>> 0).toString(16).padStart(8, '0') + (this.#h2 >>> 0).toString(16).padStart(8, '0')
  }

  /** Two multiplicative lanes over the columns, mixed once an event; short chains, so that the lanes overlap. */
  #hashUpTo(end: number): void {
    let h1 = this.#h1
    let h2 = this.#h2
    const { kind, guest, a, b, c, d } = this
    const at = this.#atWords
    const mask = this.#mask
    for (let n = this.#hashed; n < end; n++) {
      const i = n & mask
      h1 = Math.imul(h1 ^ a[i]! ^ (kind[i]! << 24) ^ (guest[i]! << 16), 0x85ebca6b)
      h2 = Math.imul(h2 ^ b[i]!, 0xc2b2ae35)
      h1 = Math.imul((h1 ^ (h1 >>> 15)) + c[i]!, 0x27d4eb2f)
      h2 = Math.imul((h2 ^ (h2 >>> 13)) + d[i]!, 0x165667b1)
      h1 = ((h1 ^ (h1 >>> 16)) + at[2 * i]!) | 0
      h2 = ((h2 ^ (h2 >>> 15)) + at[2 * i + 1]!) ^ h1
    }
    this.#h1 = h1
    this.#h2 = h2
    this.#hashed = end
  }
}
