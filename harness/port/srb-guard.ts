// Looks after the memory of SRBs. While an SRB is with the miniport most of its fields are read-only: they are compared when it comes back.
// After RequestComplete nothing of it is the miniport's: SRB, extension and sense buffer are overwritten and compared when the DPC takes
// the SRB over, when it is used again, and at the end of the run. What is found goes into the trace as findings.
import { SENSE_BUFFER_BYTES, SRB, SRB_FIELDS, SRB_FLAGS, SRB_FUNCTION, SRB_STATUS } from '../../schemas/scsiport.ts'
import type { Guest } from '../guest/guest.ts'
import { BadSense, Event, Finding } from '../trace/events.ts'
import type { Trace } from '../trace/trace.ts'
import { SlotState, type SrbSlot } from './srb.ts'

/** Whose SRBs are looked after. */
export interface GuardedPort {
  readonly index: number
  readonly guest: Guest
  readonly trace: Trace
  readonly dead: boolean
  readonly slots: readonly SrbSlot[]
  readonly capabilities: { master: boolean; maximumLuns: number; srbExtensionBytes: number }
}

/** What a completed SRB reads. As a pointer it lies outside every memory, so that following it traps. */
export const POISON_BYTE = 0xdb
const POISON = 0xdbdbdbdb | 0
/** Top byte of every word of a fresh SRB extension: a value that turns up elsewhere was never written by the miniport. */
export const NOISE_TAG = 0xe1

const SRB_WORDS = SRB.bytes >> 2
const CDB_WORD = SRB.Cdb >> 2
const SENSE_WORDS = (SENSE_BUFFER_BYTES + 3) >> 2
const WORDS = SRB_WORDS + SENSE_WORDS
/** Words of an SRB extension that are overwritten, from its start. */
const EXTENSION_WORDS = 4
const BOTH = SRB_FLAGS.DATA_IN | SRB_FLAGS.DATA_OUT

export class SrbGuard {
  readonly #port: GuardedPort
  /** Per slot: the SRB and its sense buffer as they must be. */
  #images = new Int32Array(0)
  /** Per slot: the serial it had last, and whether it is out of bounds for the miniport. */
  #serials = new Int32Array(0)
  #closed = new Uint8Array(0)
  /** Bits that the miniport may change, by word. */
  readonly #free = new Int32Array(SRB_WORDS)

  constructor(port: GuardedPort) {
    this.#port = port
    this.#free[SRB.SrbStatus >> 2] = 0xff000000 | 0
    this.#free[SRB.ScsiStatus >> 2] = 0xff
    this.#free[SRB.SenseInfoBufferLength >> 2] = 0xff000000 | 0
    this.#free[SRB.DataTransferLength >> 2] = -1
  }

  reserve(slots: number): void {
    this.#images = new Int32Array(slots * WORDS)
    this.#serials = new Int32Array(slots).fill(-1)
    this.#closed = new Uint8Array(slots)
  }

  /** SRB extensions and sense buffers were given new places: what was overwritten before says nothing. */
  placed(): void {
    this.#closed.fill(0)
    for (const slot of this.#port.slots) this.#blank(slot)
  }

  /** The sense buffer holds what no sense data does, so that it shows how much of it was written. */
  #blank(slot: SrbSlot): void {
    const { i32 } = this.#port.guest
    const sense = slot.senseAt >> 2
    for (let w = 0; w < SENSE_WORDS; w++) i32[sense + w] = POISON
  }

  /** The SRB is written and goes to the miniport. */
  given(slot: SrbSlot): void {
    const { i32 } = this.#port.guest
    const images = this.#images
    const image = slot.index * WORDS
    const srb = slot.at >> 2
    const sense = slot.senseAt >> 2
    // Given back and sent again: its old sense data was read.
    if (this.#closed[slot.index] !== 0) this.#blank(slot)
    for (let w = 0; w < SRB_WORDS; w++) images[image + w] = i32[srb + w]!
    for (let w = 0; w < SENSE_WORDS; w++) images[image + SRB_WORDS + w] = i32[sense + w]!
    this.#serials[slot.index] = slot.serial
    this.#closed[slot.index] = 0
  }

  /** The miniport gives the SRB back: its fields are compared, then it is closed to the miniport. */
  completed(slot: SrbSlot): void {
    const { i32 } = this.#port.guest
    const images = this.#images
    const image = slot.index * WORDS
    const srb = slot.at >> 2
    const free = this.#free
    let difference = 0
    for (let w = 0; w < SRB_WORDS; w++) difference |= (i32[srb + w]! ^ images[image + w]!) & ~free[w]!
    if (difference !== 0) this.#fieldsChanged(slot)
    this.#checkSense(slot)
    if (slot.transferred >>> 24 === NOISE_TAG && slot.extensionAt !== 0)
      this.#find(Finding.ExtensionNotWritten, slot.serial, SRB.DataTransferLength, slot.transferred | 0)
    for (let w = 0; w < CDB_WORD; w++) images[image + w] = i32[srb + w] = POISON
    // The command itself is needed once more when the request is tried again.
    for (let w = CDB_WORD; w < SRB_WORDS; w++) i32[srb + w] = images[image + w]!
    const words = this.#extensionWords(slot)
    for (let w = 0; w < words; w++) i32[(slot.extensionAt >> 2) + w] = POISON
    this.#closed[slot.index] = 1
  }

  /** The DPC takes over what came back: the routine that completed it has returned. */
  settled(slot: SrbSlot): void {
    this.#compare(slot)
  }

  /** The slot is used again. */
  taken(slot: SrbSlot): void {
    if (this.#closed[slot.index] === 0) return
    this.#compare(slot)
    this.#closed[slot.index] = 0
    // Owners read sense data until the slot is used again.
    this.#blank(slot)
  }

  /** It was completed a second time: that it was touched goes without saying. */
  excuse(slot: SrbSlot): void {
    if (this.#closed[slot.index] !== 0) this.#touched(slot, false)
  }

  /** The port driver itself has written to the sense buffer. */
  senseStored(slot: SrbSlot): void {
    const { i32 } = this.#port.guest
    const image = slot.index * WORDS + SRB_WORDS
    for (let w = 0; w < SENSE_WORDS; w++) this.#images[image + w] = i32[(slot.senseAt >> 2) + w]!
  }

  /** Looks at every slot, at the end of a run. */
  sweep(): void {
    for (const slot of this.#port.slots)
      if (slot.state === SlotState.free && this.#closed[slot.index] !== 0) this.taken(slot)
  }

  /** The miniport handed a routine of the port driver an SRB that it had given back. @param what text of the trace @returns true when it did */
  passed(slot: SrbSlot | undefined, what: number): boolean {
    if (slot === undefined || this.#closed[slot.index] === 0) return false
    this.#find(Finding.TouchedAfterCompletion, this.#serials[slot.index]!, -1, what)
    return true
  }

  /** Path, target and LUN of a call were read from an SRB that had been given back. */
  read(path: number, target: number, lun: number, what: number): boolean {
    if (path !== POISON_BYTE || target !== POISON_BYTE || lun !== POISON_BYTE) return false
    this.#find(Finding.TouchedAfterCompletion, -1, -1, what)
    return true
  }

  #extensionWords(slot: SrbSlot): number {
    if (slot.extensionAt === 0) return 0
    return Math.min(this.#port.capabilities.srbExtensionBytes >> 2, EXTENSION_WORDS)
  }

  #compare(slot: SrbSlot): void {
    const { guest, dead } = this.#port
    if (dead) return
    const { i32 } = guest
    const images = this.#images
    const image = slot.index * WORDS
    const srb = slot.at >> 2
    const sense = slot.senseAt >> 2
    const words = this.#extensionWords(slot)
    let difference = 0
    for (let w = 0; w < SRB_WORDS; w++) difference |= i32[srb + w]! ^ images[image + w]!
    for (let w = 0; w < SENSE_WORDS; w++) difference |= i32[sense + w]! ^ images[image + SRB_WORDS + w]!
    for (let w = 0; w < words; w++) difference |= i32[(slot.extensionAt >> 2) + w]! ^ POISON
    if (difference !== 0) this.#touched(slot, true)
  }

  /** Not in the hot path: which byte was written, and all is as it was again. */
  #touched(slot: SrbSlot, report: boolean): void {
    const { guest, trace } = this.#port
    const { i32, u8 } = guest
    const image = slot.index * WORDS
    const serial = this.#serials[slot.index]!
    let quiet = !report
    const mend = (at: number, expected: number, what: string, from: number): void => {
      if (i32[at >> 2] === expected) return
      let byte = 0
      while (u8[at + byte] === ((expected >>> (8 * byte)) & 0xff)) byte++
      if (!quiet) this.#find(Finding.TouchedAfterCompletion, serial, at + byte - from, trace.intern(what))
      quiet = true
      i32[at >> 2] = expected
    }
    for (let w = 0; w < SRB_WORDS; w++) mend(slot.at + 4 * w, this.#images[image + w]!, 'SRB', slot.at)
    for (let w = 0; w < SENSE_WORDS; w++)
      mend(slot.senseAt + 4 * w, this.#images[image + SRB_WORDS + w]!, 'sense buffer', slot.senseAt)
    for (let w = 0; w < this.#extensionWords(slot); w++)
      mend(slot.extensionAt + 4 * w, POISON, 'SRB extension', slot.extensionAt)
  }

  /** Not in the hot path: which fields, and were they the miniport's to change after all? */
  #fieldsChanged(slot: SrbSlot): void {
    const { guest, capabilities } = this.#port
    const before = new DataView(this.#images.buffer, slot.index * WORDS * 4, SRB.bytes)
    const word = (offset: number, bytes: number, view: DataView, at: number): number =>
      bytes === 4
        ? view.getUint32(at + offset, true)
        : bytes === 2
          ? view.getUint16(at + offset, true)
          : view.getUint8(at + offset)
    for (const [, offset, bytes] of SRB_FIELDS) {
      const given = word(offset, bytes, before, 0)
      const found = word(offset, bytes, guest.view, slot.at)
      if (given === found) continue
      if (((this.#free[offset >> 2]! >>> ((offset & 3) * 8)) & 0xff) !== 0) continue
      if (offset === SRB.Lun && capabilities.maximumLuns > 8) continue
      if (offset === SRB.SrbFlags && !capabilities.master && (given & BOTH) === BOTH && ((given ^ found) & ~BOTH) === 0)
        continue
      this.#find(Finding.SrbFieldChanged, slot.serial, offset, found | 0)
    }
  }

  /** SRB_STATUS_AUTOSENSE_VALID, SenseInfoBufferLength and what lies in the buffer must go together. */
  #checkSense(slot: SrbSlot): void {
    const { i32, u8 } = this.#port.guest
    const image = slot.index * WORDS + SRB_WORDS
    const sense = slot.senseAt >> 2
    let difference = 0
    for (let w = 0; w < SENSE_WORDS; w++) difference |= i32[sense + w]! ^ this.#images[image + w]!
    const valid = (slot.srbStatus & SRB_STATUS.AUTOSENSE_VALID) !== 0
    if (difference === 0 && !valid) return
    if (slot.srbFunction !== SRB_FUNCTION.EXECUTE_SCSI) {
      // A FLUSH may fail with sense data, too.
      this.senseStored(slot)
      return
    }
    let written = SENSE_WORDS * 4
    const old = new Uint8Array(this.#images.buffer, image * 4, SENSE_WORDS * 4)
    while (written > 0 && u8[slot.senseAt + written - 1] === old[written - 1]) written--
    for (let w = 0; w < SENSE_WORDS; w++) this.#images[image + w] = i32[sense + w]!
    const given = slot.senseFor === null ? SENSE_BUFFER_BYTES : 0
    const length = slot.senseLength
    const code =
      (slot.flags & SRB_FLAGS.DISABLE_AUTOSENSE) !== 0
        ? BadSense.disabled
        : !valid
          ? 0
          : length > given
            ? BadSense.longerThanBuffer
            : written === 0
              ? BadSense.nothingWritten
              : length === 0 || length > written
                ? BadSense.otherLength
                : 0
    if (code !== 0) this.#find(Finding.BadSense, slot.serial, code, (written << 8) | length)
  }

  #find(code: number, serial: number, c: number, d: number): void {
    this.#port.trace.emit(Event.Finding, this.#port.index, code, serial, c, d)
  }
}
