// Posted writes: a write reaches the adapter some time after the CPU has gone on; a read pushes it through first.
//
// Models: what a driver meets that acknowledges an interrupt by a write and returns without reading back: the line is
// still asserted for a moment, and a second, spurious interrupt follows.
// Does not model: merging of writes, reordering, several buffers on the way.
import type { IoTarget } from './address-space.ts'
import type { Alarm, Clock } from './clock.ts'

/** Writes on the way at once; one more pushes the oldest through early, as a bridge with full buffers does. */
const DEPTH = 64

export class PostedWrites implements IoTarget {
  readonly target: IoTarget
  readonly delayPs: number
  readonly #clock: Clock
  readonly #alarm: Alarm
  readonly #offset = new Float64Array(DEPTH)
  readonly #width = new Uint8Array(DEPTH)
  readonly #value = new Int32Array(DEPTH)
  readonly #duePs = new Float64Array(DEPTH)
  #first = 0
  #count = 0

  /** @param delayPs 0 or more; with 0 every write is delivered at once */
  constructor(target: IoTarget, clock: Clock, delayPs: number) {
    if (!(delayPs >= 0 && Number.isInteger(delayPs))) throw new RangeError(`posted write delay of ${delayPs} ps`)
    this.target = target
    this.delayPs = delayPs
    this.#clock = clock
    this.#alarm = clock.createAlarm('posted writes', () => this.#deliverDue())
  }

  /** Writes on the way. */
  get pending(): number {
    return this.#count
  }

  /** Delivers every write on the way, then reads. */
  read(offset: number, widthBytes: number): number {
    if (this.#count > 0) this.flush()
    return this.target.read(offset, widthBytes)
  }

  write(offset: number, widthBytes: number, value: number): void {
    if (this.delayPs === 0) {
      this.target.write(offset, widthBytes, value)
      return
    }
    if (this.#count === DEPTH) this.#deliverOldest()
    const at = (this.#first + this.#count) % DEPTH
    this.#offset[at] = offset
    this.#width[at] = widthBytes
    this.#value[at] = value
    this.#duePs[at] = this.#clock.nowPs + this.delayPs
    this.#count++
    if (!this.#alarm.pending) this.#alarm.scheduleAt(this.#duePs[this.#first]!)
  }

  flush(): void {
    while (this.#count > 0) this.#deliverOldest()
    this.#alarm.cancel()
  }

  #deliverDue(): void {
    while (this.#count > 0 && this.#duePs[this.#first]! <= this.#clock.nowPs) this.#deliverOldest()
    if (this.#count > 0) this.#alarm.scheduleAt(this.#duePs[this.#first]!)
  }

  #deliverOldest(): void {
    const at = this.#first
    this.#first = (at + 1) % DEPTH
    this.#count--
    this.target.write(this.#offset[at]!, this.#width[at]!, this.#value[at]!)
  }
}
