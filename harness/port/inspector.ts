// The inspector compares memory when a miniport routine returns (objects in play only) and puts what it finds into
// the trace as findings. Rules read those findings, never memory.

import type { Guest } from '../guest/guest.ts'
import { Event, Finding, type Routine } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'
import type { Arena, ArenaObject } from './arena.ts'

/** Whose memory is looked at. */
export interface Inspected {
  readonly index: number
  readonly guest: Guest
  readonly arena: Arena
  readonly trace: Trace
  readonly watch: { culprit(address: number): string | undefined } | undefined
}

const NULL_WORD = 0x0bad0bad

export class Inspector {
  readonly #port: Inspected
  /** Objects whose red zones are compared after every routine. */
  readonly watched: ArenaObject[] = []
  /** Words from address 0 that no guest data uses. */
  #nullWords = 0
  #seen = 0

  constructor(port: Inspected) {
    this.#port = port
  }

  /** Marks the unused bytes at address 0, so that a write through NULL is seen. */
  guardNull(bytes: number): void {
    const { i32 } = this.#port.guest
    this.#nullWords = bytes >> 2
    for (let w = 0; w < this.#nullWords; w++) i32[w] = NULL_WORD
  }

  watch(object: ArenaObject): void {
    this.watched.push(object)
  }

  afterRoutine(_routine: Routine): void {
    const { guest, arena } = this.#port
    const { i32 } = guest
    const words = this.#nullWords
    let difference = 0
    for (let w = 0; w < words; w++) difference |= i32[w]! ^ NULL_WORD
    if (difference !== 0) this.#nullWritten()
    const { watched } = this
    for (let n = 0; n < watched.length; n++) {
      const object = watched[n]!
      if (!arena.intact(object)) this.#overrun(object, arena.damage(object))
    }
  }

  /** Looks at objects that are in play only once, when that is over. */
  check(...objects: readonly ArenaObject[]): void {
    const { arena } = this.#port
    for (const object of objects) {
      const at = arena.damage(object)
      if (at >= 0) this.#overrun(object, at)
    }
  }

  /** Looks at everything, at the end of a run. */
  sweep(): void {
    this.check(...this.#port.arena.objects)
  }

  /** Was memory touched that must not be? */
  get found(): boolean {
    return this.#seen > 0
  }

  #nullWritten(): void {
    const { trace, index, guest } = this.#port
    let at = 0
    while (guest.u8[at] === ((NULL_WORD >>> ((at & 3) * 8)) & 0xff)) at++
    if (this.#seen++ < 64) trace.emit(Event.Finding, index, Finding.NullWrite, -1, at, this.#culprit(at))
    this.guardNull(this.#nullWords << 2)
  }

  #overrun(object: ArenaObject, at: number): void {
    const { trace, index, arena } = this.#port
    if (this.#seen++ < 64) {
      const by = this.#port.watch?.culprit(at)
      const name = by === undefined ? object.name : `${object.name}, by function ${by}`
      trace.emit(Event.Finding, index, Finding.RedZone, -1, at - object.at, trace.intern(name))
    }
    arena.repair(object)
  }

  #culprit(at: number): number {
    const by = this.#port.watch?.culprit(at)
    return by === undefined ? -1 : this.#port.trace.intern(by)
  }
}
