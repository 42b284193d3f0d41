// Puts a slot into guest memory as the SCSI_REQUEST_BLOCK the miniport will see, every field of it (WDK: SCSI_REQUEST_BLOCK).
// The SRB extension is filled with noise: the contract leaves it uninitialised. The top byte of each word is always the same, so that the noise is
// known again where it turns up. A data buffer of another function than a SCSI command is always addressable.

import { SENSE_BUFFER_BYTES, SP_UNTAGGED, SRB, SRB_FLAGS, SRB_FUNCTION } from '../../schemas/scsiport.ts'
import type { Guest } from '../guest/guest.ts'
import type { LogicalUnit, SrbSlot } from './srb.ts'
import { NOISE_TAG } from './srb-guard.ts'

export class SrbWriter {
  #random: number

  constructor(seed: number) {
    this.#random = (seed ^ 0x9e3779b9) | 0 || 1
  }

  write(guest: Guest, slot: SrbSlot, lu: LogicalUnit, extensionBytes: number): void {
    const { u8, i32 } = guest
    const { at } = slot
    const senseBytes = slot.senseFor === null ? SENSE_BUFFER_BYTES : 0
    const untagged = slot.tag === SP_UNTAGGED
    const flags = untagged ? slot.flags & ~SRB_FLAGS.QUEUE_ACTION_ENABLE : slot.flags
    i32[at >> 2] = SRB.bytes | (slot.srbFunction << 16)
    u8[at + SRB.ScsiStatus] = 0
    u8[at + SRB.PathId] = lu.path
    u8[at + SRB.TargetId] = lu.target
    u8[at + SRB.Lun] = lu.lun
    // An abort carries its victim's tag, so that ScsiPortGetSrb finds the victim with the fields of either.
    u8[at + SRB.QueueTag] = slot.victim === null ? slot.tag : slot.victim.tag
    u8[at + SRB.QueueAction] = untagged ? 0 : slot.queueAction
    u8[at + SRB.CdbLength] = slot.cdbLength
    u8[at + SRB.SenseInfoBufferLength] = senseBytes
    i32[(at + SRB.SrbFlags) >> 2] = flags | SRB_FLAGS.IS_ACTIVE
    i32[(at + SRB.DataTransferLength) >> 2] = slot.bytes
    i32[(at + SRB.TimeOutValue) >> 2] = slot.timeoutSeconds
    i32[(at + SRB.DataBuffer) >> 2] =
      slot.bytes > 0 ? (slot.srbFunction === SRB_FUNCTION.EXECUTE_SCSI ? slot.dataVa : slot.dataAt) : 0
    i32[(at + SRB.SenseInfoBuffer) >> 2] = senseBytes > 0 ? slot.senseAt : 0
    i32[(at + SRB.NextSrb) >> 2] = slot.victim?.at ?? slot.goneAt
    i32[(at + SRB.OriginalRequest) >> 2] = 0
    i32[(at + SRB.SrbExtension) >> 2] = slot.extensionAt
    i32[(at + SRB.QueueSortKey) >> 2] = 0
    if (slot.extensionAt !== 0) this.#noise(guest, slot.extensionAt, extensionBytes)
  }

  #noise(guest: Guest, at: number, bytes: number): void {
    const { i32, u8 } = guest
    let x = this.#random
    const end = at + bytes
    let p = at
    for (; p + 4 <= end; p += 4) {
      x ^= x << 13
      x ^= x >>> 17
      x ^= x << 5
      i32[p >> 2] = (x & 0x00ffffff) | (NOISE_TAG << 24)
    }
    for (; p < end; p++) u8[p] = x >>> ((p & 3) * 8)
    this.#random = x
  }
}
