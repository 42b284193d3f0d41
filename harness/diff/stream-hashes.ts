// Fingerprints of a run, so that two runs are compared without their traces being kept: of each stream of each miniport one hash for
// every so many events, of the behaviour and of its timing. And which registers each routine accessed how often.
import { Event, KIND_COUNT } from '../trace/events.ts'
import type { Trace, TraceReader } from '../trace/trace.ts'
import { mixBehaviour, STREAMS, Stream, streamOf } from './behaviour.ts'

export const BLOCK_EVENTS = 512

/** Numbers that are added one by one. */
class Numbers {
  #values = new Float64Array(64)
  count = 0

  push(value: number): void {
    if (this.count === this.#values.length) {
      const longer = new Float64Array(2 * this.count)
      longer.set(this.#values)
      this.#values = longer
    }
    this.#values[this.count++] = value
  }

  at(index: number): number {
    return this.#values[index]!
  }
}

export class StreamHash {
  count = 0
  /** By block: running hashes at its end, and when that was. */
  readonly behaviour = new Numbers()
  readonly timing = new Numbers()
  readonly endPs = new Numbers()
  #h1 = 0x811c9dc5 | 0
  #h2 = 0x2545f491 | 0
  #t = 0x1b873593 | 0

  add(trace: Trace, i: number): void {
    this.#h1 = mixBehaviour(trace, i, this.#h1)
    this.#h2 = mixBehaviour(trace, i, Math.imul(this.#h2, 0x01000193))
    const atPs = trace.psAt(i)
    const executed = trace.kind[i] === Event.Exit ? trace.d[i]! : 0
    let t = Math.imul(this.#t ^ ((atPs % 0x1_0000_0000) | 0), 0x85ebca6b)
    t = Math.imul((t ^ (t >>> 13)) + ((atPs / 0x1_0000_0000) | 0), 0xc2b2ae35)
    this.#t = Math.imul((t ^ (t >>> 15)) + executed, 0x27d4eb2f)
    this.count++
    if (this.count % BLOCK_EVENTS === 0) this.#end(atPs)
  }

  /** The last block is a short one. */
  finish(): void {
    if (this.count % BLOCK_EVENTS !== 0) this.#end(Number.POSITIVE_INFINITY)
  }

  #end(atPs: number): void {
    this.behaviour.push((this.#h1 >>> 0) * 0x10_0000 + ((this.#h2 >>> 0) % 0x10_0000))
    this.timing.push(this.#t >>> 0)
    this.endPs.push(atPs)
  }
}

/** @returns the first block that differs, −1: none */
export function firstBlock(a: StreamHash, b: StreamHash, of: 'behaviour' | 'timing'): number {
  const blocks = Math.max(a[of].count, b[of].count)
  for (let n = 0; n < blocks; n++) if (a[of].at(n) !== b[of].at(n) || n >= a[of].count || n >= b[of].count) return n
  return a.count === b.count ? -1 : blocks - 1
}

/** Accesses of one register by one routine. */
export interface AccessCount {
  guest: number
  routine: number
  offset: number
  side: 'read' | 'write'
  count: number
}

export class StreamReader implements TraceReader {
  readonly #trace: Trace
  readonly streams: readonly StreamHash[]
  readonly #accesses = new Map<number, AccessCount>()
  /** The routine that each miniport is in. */
  readonly #routine: Int32Array

  constructor(trace: Trace, guests: number) {
    this.#trace = trace
    this.streams = Array.from({ length: guests * STREAMS }, () => new StreamHash())
    this.#routine = new Int32Array(guests).fill(-1)
    for (let kind = 0; kind < KIND_COUNT; kind++) if (streamOf(kind) >= 0) trace.subscribe({ kind, reader: this })
  }

  stream(guest: number, stream: number): StreamHash {
    return this.streams[guest * STREAMS + stream]!
  }

  on(i: number): void {
    const trace = this.#trace
    const kind = trace.kind[i]!
    const guest = trace.guest[i]!
    if (guest >= this.#routine.length) return
    const stream = streamOf(kind)
    this.streams[guest * STREAMS + stream]!.add(trace, i)
    if (stream !== Stream.driver) return
    if (kind === Event.Enter) this.#routine[guest] = trace.a[i]!
    else if (kind === Event.Read || kind === Event.Write) this.#count(guest, trace.a[i]!, kind === Event.Write)
  }

  #count(guest: number, offset: number, write: boolean): void {
    const routine = this.#routine[guest]!
    const key = (((guest * 16 + routine + 1) * 2 + (write ? 1 : 0)) * 0x10_0000 + (offset & 0xf_ffff)) | 0
    const known = this.#accesses.get(key)
    if (known !== undefined) known.count++
    else this.#accesses.set(key, { guest, routine, offset, side: write ? 'write' : 'read', count: 1 })
  }

  get accesses(): readonly AccessCount[] {
    return [...this.#accesses.values()]
  }

  finish(): void {
    for (const stream of this.streams) stream.finish()
  }
}
