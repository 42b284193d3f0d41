// The completion ring: where ended commands are told, one entry after another.
//
// Models: a phase bit that inverts with every pass; back-pressure (at most ENTRIES − 1 entries ahead of RING_HEAD, the others wait in
// order); one entry written at a time. An entry that cannot be written is lost: DMA_ERROR and SCSI_ERROR say so, its tag is free.
// Does not model: a second ring, coalesced interrupts.

import type { Bytes } from '../../bytes.ts'
import type { Alarm } from '../../clock.ts'
import { putLe32 } from '../../little-endian.ts'
import { DeviceEvent } from '../../probe.ts'
import { type Command, Stage } from './command.ts'
import type { Core } from './core.ts'
import { Cause, K, Status, TAGS } from './format.ts'

export const MIN_RING_ENTRIES = 2
export const MAX_RING_ENTRIES = 1024

/** 0 (no ring) or a power of two from 2 to 1024. */
export function isRingSize(entries: number): boolean {
  if (entries === 0) return true
  return entries >= MIN_RING_ENTRIES && entries <= MAX_RING_ENTRIES && (entries & (entries - 1)) === 0
}

export class CompletionRing {
  readonly #core: Core
  readonly #alarm: Alarm
  readonly #base: { low: number; high: number }
  readonly #headIndex: number
  /** Ended commands that wait for their entry, in order: a queue of at most TAGS places. */
  readonly #ended: (Command | undefined)[] = new Array(TAGS).fill(undefined)
  #first = 0
  #count = 0
  #entries = 0
  #next = 0
  #phase: number = K.ENTRY_FLAG_PHASE
  #sequence = 0
  readonly #entry: Bytes = new Uint8Array(K.RING_ENTRY_SIZE)
  readonly #posted: () => void

  /** @param posted told after each entry, when its command is idle again */
  constructor(core: Core, label: string, posted: () => void) {
    this.#core = core
    this.#posted = posted
    this.#base = { low: core.bank.index('RING_BASE_LOW'), high: core.bank.index('RING_BASE_HIGH') }
    this.#headIndex = core.bank.index('RING_HEAD')
    this.#alarm = core.clock.createAlarm(`${label} completion`, () => this.#post())
  }

  get entries(): number {
    return this.#entries
  }

  /** Entries the driver has not consumed. */
  get unconsumed(): number {
    return (this.#next - this.#core.values[this.#headIndex]!) & (this.#entries - 1)
  }

  /** Empties the ring. @param entries valid, see `isRingSize` */
  resize(entries: number): void {
    this.#entries = entries
    this.#next = 0
    this.#phase = K.ENTRY_FLAG_PHASE
    this.#sequence = 0
    this.#core.values[this.#headIndex] = 0
    this.#alarm.cancel()
    this.pump()
  }

  /** May RING_HEAD move to `head`? Only over entries that were posted. */
  accepts(head: number): boolean {
    if (this.#entries === 0) return head === 0
    const old = this.#core.values[this.#headIndex]!
    return head < this.#entries && ((head - old) & (this.#entries - 1)) <= this.unconsumed
  }

  put(command: Command): void {
    command.stage = Stage.finished
    this.#ended[(this.#first + this.#count++) % TAGS] = command
    this.pump()
  }

  /** Goes on posting if there is something to post and room for it. */
  pump(): void {
    const stuck = this.#count > 0 && !this.#hasRoom()
    this.#core.setStatus(Status.ringFull, stuck)
    if (this.#count > 0 && !stuck && !this.#alarm.pending) this.#alarm.scheduleIn(this.#core.timing.completionPostPs)
  }

  /** Forgets the commands that wait for their entry. Entries in memory stay what they are. */
  drop(): void {
    this.#alarm.cancel()
    this.#ended.fill(undefined)
    this.#first = 0
    this.#count = 0
    this.#core.setStatus(Status.ringFull, false)
  }

  #hasRoom(): boolean {
    return this.#entries !== 0 && this.unconsumed < this.#entries - 1
  }

  #post(): void {
    if (!this.#hasRoom()) {
      this.pump()
      return
    }
    const command = this.#ended[this.#first]!
    this.#ended[this.#first] = undefined
    this.#first = (this.#first + 1) % TAGS
    this.#count--
    const causes = this.#write(command)
    command.stage = Stage.idle
    const { tag, scsiStatus, movedBytes } = command
    const host = command.hostStatus | (command.senseBytes << 8)
    this.#core.probe.emit(DeviceEvent.CommandFinished, this.#core.index, tag, scsiStatus, host, movedBytes)
    this.#posted()
    this.#core.raise(causes)
    this.pump()
  }

  /** @returns the causes to raise */
  #write(command: Command): number {
    const core = this.#core
    const { target, lun } = command.task
    const entry = this.#entry
    entry[K.ENTRY_TAG] = command.tag
    entry[K.ENTRY_HOST_STATUS] = command.hostStatus
    entry[K.ENTRY_SCSI_STATUS] = command.scsiStatus
    entry[K.ENTRY_FLAGS] = this.#phase | (command.senseBytes > 0 ? K.ENTRY_FLAG_SENSE : 0)
    putLe32(entry, K.ENTRY_BYTES, command.movedBytes)
    putLe32(entry, K.ENTRY_SENSE_LENGTH, command.senseBytes)
    putLe32(entry, K.ENTRY_SEQUENCE, this.#sequence++)
    const base = (core.values[this.#base.high]! >>> 0) * 0x1_0000_0000 + (core.values[this.#base.low]! >>> 0)
    if (!core.memory.write(base + this.#next * K.RING_ENTRY_SIZE, entry, 0, K.RING_ENTRY_SIZE)) {
      core.noteError(K.HOST_DMA_ERROR, target, lun, command.tag)
      return Cause.dmaError | Cause.scsiError
    }
    if (++this.#next === this.#entries) {
      this.#next = 0
      this.#phase ^= K.ENTRY_FLAG_PHASE
    }
    return Cause.commandComplete | core.errorCauses(command.hostStatus, target, lun, command.tag)
  }
}
