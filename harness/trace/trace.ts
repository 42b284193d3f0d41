// The trace: a numeric ring of events, their running hash, and the readers that listen while it is written.
// Rules, latency and reports are readers of this one stream.
import type { Clock } from '../../device/clock.ts'
import type { Probe } from '../../device/probe.ts'
import { KIND_COUNT } from './events.ts'

/** Listens to events as they happen. Gets the place of the event, never a boxed value; must not keep it beyond the call. */
export interface TraceReader {
  on(index: number): void
}

/** Reads events in order, but some hundred at a time, later than they happened: for what needs no answer at once. */
export interface BatchReader {
  /** Events with the numbers from `first` to before `end`; all of them are in the ring still, at places that are `STRIDE` apart. */
  read(first: number, end: number): void
}

/** Where a reader wants to listen. */
export interface Subscription {
  kind: number
  /** Only events whose `a` equals this (a register offset, a routine, a notification type). Without it: every event of the kind. */
  key?: number
  reader: TraceReader
}

/** @param listen called itself, without a wrapper: it is called for most events of a run */
export const listener = (kind: number, listen: (index: number) => void, key?: number): Subscription =>
  key === undefined ? { kind, reader: { on: listen } } : { kind, key, reader: { on: listen } }

/** So many events are hashed and read at a time, while they are in the processor's first cache still. */
const BATCH = 256

/** Keys are below this number; see `Subscription.key`. */
const KEY_COUNT = 0x1_0000

const NO_READERS: readonly TraceReader[] = []

/** 32-bit words of one event, side by side in half a cache line: instant (a double), a, b, c, d, kind, guest. */
const WORDS = 8
const SHIFT = 3
/** From the place of an event to that of the next one. */
export const STRIDE = WORDS
const A = 2
const B = 3
const C = 4
const D = 5
const KIND = 6
const GUEST = 7

export class Trace implements Probe {
  readonly capacity: number
  readonly #mask: number
  readonly #batchMask: number
  readonly #words: Int32Array
  readonly #instants: Float64Array
  // Views of the same words, each from its column on: the place of an event is its index in all of them.
  readonly kind: Int32Array
  readonly guest: Int32Array
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
  /** Events before this number were hashed and read in batches. */
  #settled = 0
  #batchReaders: readonly BatchReader[] = []
  #h1 = 0x811c9dc5 | 0
  #h2 = 0x2545f491 | 0

  /** @param capacity events kept, a power of two; older ones are overwritten (hash and readers have seen them) */
  constructor(clock: Clock, capacity = 1 << 16) {
    if (capacity < 2 || (capacity & (capacity - 1)) !== 0)
      throw new RangeError(`trace capacity ${capacity} is not a power of two`)
    this.#clock = clock
    this.capacity = capacity
    this.#mask = capacity - 1
    this.#batchMask = Math.min(capacity, BATCH) - 1
    const buffer = new ArrayBuffer((capacity + 1) * WORDS * 4) // one more: the views of later columns end behind the ring
    this.#words = new Int32Array(buffer, 0, capacity * WORDS)
    this.#instants = new Float64Array(buffer)
    const column = (word: number): Int32Array => new Int32Array(buffer, word * 4, capacity * WORDS)
    this.a = column(A)
    this.b = column(B)
    this.c = column(C)
    this.d = column(D)
    this.kind = column(KIND)
    this.guest = column(GUEST)
  }

  /** Records one event and tells the readers. @returns its place */
  emit(kind: number, guest: number, a: number, b: number, c: number, d: number): number {
    const number = this.count
    if ((number & this.#batchMask) === 0) this.#settle(number)
    this.count = number + 1
    const i = (number & this.#mask) << SHIFT
    const words = this.#words
    this.#instants[i >> 1] = this.#clock.nowPs
    // Told that they are 32-bit numbers, the compiler stores them without a way over floating point.
    words[i + A] = a | 0
    words[i + B] = b | 0
    words[i + C] = c | 0
    words[i + D] = d | 0
    words[i + KIND] = kind | 0
    words[i + GUEST] = guest | 0
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

  subscribeBatch(reader: BatchReader): void {
    this.settle()
    this.#batchReaders = [...this.#batchReaders, reader]
  }

  /** Everything that has happened has been read by those who read in batches. */
  settle(): void {
    this.#settle(this.count)
  }

  #settle(end: number): void {
    const first = this.#settled
    if (first === end) return
    this.#settled = end
    for (let n = 0; n < this.#batchReaders.length; n++) this.#batchReaders[n]!.read(first, end)
    this.#hash(first, end)
  }

  /** Events overwritten in the ring so far. */
  get overwritten(): number {
    return Math.max(0, this.count - this.capacity)
  }

  /** Place of event `number` (0 = first of the run), −1 when it was overwritten or has not happened. */
  indexOf(number: number): number {
    if (number < 0 || number >= this.count || number < this.count - this.capacity) return -1
    return (number & this.#mask) << SHIFT
  }

  /** Number of the event at a place. */
  numberAt(index: number): number {
    const newest = this.count - 1
    return newest - ((newest - (index >> SHIFT)) & this.#mask)
  }

  /** Instant of the event at a place, in ps. */
  psAt(index: number): number {
    return this.#instants[index >> 1]!
  }

  /** Hash over every event since the start, 16 hex digits. Same driver, scenario and seed: same hash. */
  get hash(): string {
    this.settle()
    return (this.#h1 >>> 0).toString(16).padStart(8, '0') + (this.#h2 >>> 0).toString(16).padStart(8, '0')
  }

  /** Two lanes. What is multiplied for one event does not wait for the event before it; each lane is mixed once an event. */
  #hash(first: number, end: number): void {
    let h1 = this.#h1
    let h2 = this.#h2
    const words = this.#words
    const mask = this.#mask
    for (let n = first; n < end; n++) {
      const i = (n & mask) << SHIFT
      const what = words[i + A]! ^ (words[i + KIND]! << 24) ^ (words[i + GUEST]! << 16)
      const x = (Math.imul(what, 0x85ebca6b) + Math.imul(words[i + C]!, 0x27d4eb2f) + words[i]!) | 0
      const y = (Math.imul(words[i + B]!, 0xc2b2ae35) + Math.imul(words[i + D]!, 0x165667b1) + words[i + 1]!) | 0
      h1 = Math.imul(h1 ^ (h1 >>> 15) ^ x, 0x2c1b3c6d)
      h2 = Math.imul((h2 ^ (h2 >>> 13)) + y, 0x297a2d39) ^ x
    }
    this.#h1 = h1
    this.#h2 = h2
  }
}
