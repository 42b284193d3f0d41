// Submission and completion queues: rings in the host's memory, an index on either side.
//
// Models: head and tail, wrap, phase tag, a full completion queue that commands wait for, interrupt on entries not consumed,
// aggregation of interrupts (feature 08h). A doorbell value that the ring cannot have, or over entries that were never posted, is
// refused. Does not model: queues that are not contiguous (CAP.CQR), priorities.
// Source: QEMU hw/nvme/ctrl.c, nvme_post_cqes, nvme_process_db.

import type { Alarm } from '../../clock.ts'
import { PS } from '../../clock.ts'
import { putLe16, putLe32 } from '../../little-endian.ts'
import type { Core } from './core.ts'
import { K } from './format.ts'
import { QUEUES } from './registers.ts'

// As constants of this module: a look-up by name in a table of this size costs several nanoseconds.
const { CQE_CID, CQE_RESULT, CQE_SIZE, CQE_SQ_HEAD, CQE_SQ_ID, CQE_STATUS, CQE_STATUS_SHIFT } = K

/** Commands in the controller at once. */
export const SLOTS = 256

export class CompletionQueue {
  readonly id: number
  exists = false
  base = 0
  /** Entries. */
  size = 0
  /** First entry the host has not consumed, next entry to be posted. */
  head = 0
  tail = 0
  phase = 1
  interrupts = false
  /** Submission queues that use it. */
  users = 0
  /** Slots of commands that have ended and wait for room, oldest first. */
  readonly #waiting = new Uint8Array(SLOTS)
  #first = 0
  #count = 0
  /** Entries since the last interrupt, while interrupts are aggregated. */
  gathered = 0

  constructor(id: number) {
    this.id = id
  }

  open(base: number, size: number, interrupts: boolean): void {
    this.exists = true
    this.base = base
    this.size = size
    this.head = 0
    this.tail = 0
    this.phase = 1
    this.interrupts = interrupts
    this.users = 0
    this.#first = 0
    this.#count = 0
    this.gathered = 0
  }

  close(): void {
    this.open(0, 0, false)
    this.exists = false
  }

  get hasRoom(): boolean {
    const next = this.tail + 1
    return (next === this.size ? 0 : next) !== this.head
  }

  get waiting(): number {
    return this.#count
  }

  wait(slot: number): void {
    this.#waiting[(this.#first + this.#count++) % SLOTS] = slot
  }

  /** @returns the slot that waits longest, −1 none */
  next(): number {
    if (this.#count === 0) return -1
    const slot = this.#waiting[this.#first]!
    this.#first = (this.#first + 1) % SLOTS
    this.#count--
    return slot
  }

  /** May the head move there? Only over entries that were posted. */
  accepts(head: number): boolean {
    if (head >= this.size) return false
    const posted = this.tail >= this.head ? this.tail - this.head : this.tail + this.size - this.head
    const moved = head >= this.head ? head - this.head : head + this.size - this.head
    return moved <= posted
  }
}

export class SubmissionQueue {
  readonly id: number
  exists = false
  base = 0
  /** Entries. */
  size = 0
  /** Next entry to be fetched, entry after the last one the host has written. */
  head = 0
  tail = 0
  cq: CompletionQueue
  /** By command identifier: it is in use. Made when the queue is first opened. */
  busy = new Uint8Array(0)

  constructor(id: number, cq: CompletionQueue) {
    this.id = id
    this.cq = cq
  }

  open(base: number, size: number, cq: CompletionQueue): void {
    this.exists = true
    this.base = base
    this.size = size
    this.head = 0
    this.tail = 0
    this.cq = cq
    cq.users++
    if (this.busy.length === 0) this.busy = new Uint8Array(0x1_0000)
    else this.busy.fill(0)
  }

  close(): void {
    if (this.exists) this.cq.users--
    this.exists = false
    this.size = 0
    this.head = 0
    this.tail = 0
  }

  /** Entries that were written and not fetched. */
  get count(): number {
    return this.tail >= this.head ? this.tail - this.head : this.tail + this.size - this.head
  }
}

export class Queues {
  readonly completion: readonly CompletionQueue[]
  readonly submission: readonly SubmissionQueue[]
  /** Feature 08h: entries that make an interrupt, and the longest wait for them in picoseconds; 0: no aggregation. */
  threshold = 1
  timePs = 0
  readonly #core: Core
  readonly #entry = new Uint8Array(CQE_SIZE)
  readonly #late: Alarm

  constructor(core: Core) {
    this.#core = core
    this.completion = Array.from({ length: QUEUES }, (_, id) => new CompletionQueue(id))
    this.submission = this.completion.map(cq => new SubmissionQueue(cq.id, cq))
    this.#late = core.clock.createAlarm(`${core.label} aggregated interrupt`, () => this.#gathered())
  }

  /** @param threshold entries, less one @param time in 100 µs */
  aggregate(threshold: number, time: number): void {
    this.threshold = threshold + 1
    this.timePs = threshold === 0 ? 0 : time * 100 * PS.us
    this.#late.cancel()
    this.#gathered()
  }

  close(): void {
    for (const queue of this.submission) queue.close()
    for (const queue of this.completion) queue.close()
    this.#late.cancel()
    this.threshold = 1
    this.timePs = 0
  }

  /** Writes an entry; there must be room. A queue that cannot be reached is fatal. @returns false then */
  post(sq: SubmissionQueue, cid: number, status: number, result: number): boolean {
    const core = this.#core
    const { cq } = sq
    const entry = this.#entry
    putLe32(entry, CQE_RESULT, result)
    putLe16(entry, CQE_SQ_HEAD, sq.head)
    putLe16(entry, CQE_SQ_ID, sq.id)
    putLe16(entry, CQE_CID, cid)
    putLe16(entry, CQE_STATUS, (status << CQE_STATUS_SHIFT) | cq.phase)
    if (!core.memory.write(cq.base + cq.tail * CQE_SIZE, entry, 0, CQE_SIZE)) {
      core.fail()
      return false
    }
    if (++cq.tail === cq.size) {
      cq.tail = 0
      cq.phase ^= 1
    }
    if (cq.interrupts) this.#interrupt(cq)
    return true
  }

  /** The host has consumed entries up to `head`; `accepts` has said yes. */
  consume(cq: CompletionQueue, head: number): void {
    if (head === cq.head) return
    cq.head = head
    if (head === cq.tail) this.#core.dismiss(1 << cq.id)
    else this.#core.renew(1 << cq.id)
  }

  #interrupt(cq: CompletionQueue): void {
    if (this.timePs === 0 || cq.id === 0) {
      this.#core.raise(1 << cq.id)
      return
    }
    if (++cq.gathered >= this.threshold) {
      cq.gathered = 0
      this.#core.raise(1 << cq.id)
    } else if (!this.#late.pending) this.#late.scheduleIn(this.timePs)
  }

  #gathered(): void {
    for (const cq of this.completion) {
      if (cq.gathered === 0) continue
      cq.gathered = 0
      if (cq.exists && cq.head !== cq.tail) this.#core.raise(1 << cq.id)
    }
  }
}
