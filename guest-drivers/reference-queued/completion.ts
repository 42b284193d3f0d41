// The completion ring: each entry the adapter has posted becomes the status of an SRB.
import {
  SCSISTAT_BUSY, SCSISTAT_CHECK_CONDITION, SCSISTAT_GOOD, SCSISTAT_QUEUE_FULL, SP_BUS_PARITY_ERROR, SP_INTERNAL_ADAPTER_ERROR,
  SP_INVALID_RESELECTION, SP_PROTOCOL_ERROR, SRB_FLAGS_DISABLE_AUTOSENSE, SRB_STATUS_ABORTED, SRB_STATUS_ABORT_FAILED,
  SRB_STATUS_AUTOSENSE_VALID, SRB_STATUS_BUS_RESET, SRB_STATUS_DATA_OVERRUN, SRB_STATUS_ERROR, SRB_STATUS_PARITY_ERROR,
  SRB_STATUS_PHASE_SEQUENCE_FAILURE, SRB_STATUS_SELECTION_TIMEOUT, SRB_STATUS_SUCCESS, SRB_STATUS_UNEXPECTED_BUS_FREE,
  ScsiPortLogError, ScsiPortMoveMemory, ScsiRequestBlock, requestComplete,
} from '../assembly'
import * as hw from '../assembly/whba'
import { write } from './chip'
import { DeviceExtension, RING, RING_ENTRIES, SENSE, SENSE_BYTES, freeTag, slotOf } from './extension'
import { Site } from './log'

/** An entry of the completion ring. */
@unmanaged
export class RingEntry {
  tag: u8
  hostStatus: u8
  scsiStatus: u8
  flags: u8
  /** Bytes moved. */
  bytes: u32
  senseLength: u32
  sequence: u32
}

/** Completes every command that has ended, then tells the adapter once how far it got. */
export function drainRing(ext: DeviceExtension): void {
  const from = ext.ringHead
  for (let entry = takeEntry(ext); entry !== null; entry = takeEntry(ext)) completeEntry(ext, entry)
  returnEntries(ext, from)
}

/** The next entry, if its phase bit says that it is new. */
@inline
export function takeEntry(ext: DeviceExtension): RingEntry | null {
  const head = ext.ringHead
  const entry = changetype<RingEntry>(ext.tables + RING + head * hw.WHBA_RING_ENTRY_SIZE)
  if ((entry.flags & <u8>hw.WHBA_ENTRY_FLAG_PHASE) != ext.ringPhase) return null
  const next = (head + 1) & (RING_ENTRIES - 1)
  ext.ringHead = next
  // The phase turns with every pass through the ring.
  if (next == 0) ext.ringPhase ^= 1
  return entry
}

/** Gives the entries taken since `from` back to the adapter. */
@inline
export function returnEntries(ext: DeviceExtension, from: u32): void {
  if (ext.ringHead != from) write(ext, hw.WHBA_RING_HEAD, ext.ringHead)
}

export function completeEntry(ext: DeviceExtension, entry: RingEntry): void {
  const srb = srbOf(ext, entry)
  if (srb !== null) finishCommand(ext, entry.tag, srb, srbStatus(ext, srb, entry))
}

/** The SRB an entry is about. Null, and logged: nobody waits for this tag, and completing a guess would be worse than nothing. */
export function srbOf(ext: DeviceExtension, entry: RingEntry): ScsiRequestBlock | null {
  const tag: u32 = entry.tag
  const srb = tag < ext.tags ? slotOf(ext, tag).srb : null
  if (srb === null) ScsiPortLogError(ext, null, 0, 0xff, 0xff, SP_INVALID_RESELECTION, Site.UnknownTag)
  return srb
}

/** Frees the tag and gives the SRB back, and after it the ABORT_COMMAND that waited for it. */
export function finishCommand(ext: DeviceExtension, tag: u32, srb: ScsiRequestBlock, status: u8): void {
  const abortSrb = releaseTag(ext, tag)
  srb.SrbStatus = status
  requestComplete(ext, srb)
  if (abortSrb !== null) {
    abortSrb.SrbStatus = status == SRB_STATUS_ABORTED ? SRB_STATUS_SUCCESS : SRB_STATUS_ABORT_FAILED
    requestComplete(ext, abortSrb)
  }
}

/** @returns the ABORT_COMMAND that waited for the tag */
@inline
function releaseTag(ext: DeviceExtension, tag: u32): ScsiRequestBlock | null {
  const slot = slotOf(ext, tag)
  const abortSrb = slot.abortSrb
  slot.srb = null
  slot.abortSrb = null
  freeTag(ext, tag)
  return abortSrb
}

/** How the command ended, in the port driver's words. Fills in ScsiStatus, the length on underrun and the sense data. */
export function srbStatus(ext: DeviceExtension, srb: ScsiRequestBlock, entry: RingEntry): u8 {
  const host: u32 = entry.hostStatus
  srb.ScsiStatus = entry.scsiStatus
  switch (host) {
    case hw.WHBA_HOST_OK:
    case hw.WHBA_HOST_UNDERRUN:
      return targetStatus(ext, srb, entry)
    case hw.WHBA_HOST_SELECTION_TIMEOUT:
      // Not logged: looking for devices that are not there is nothing unusual.
      return SRB_STATUS_SELECTION_TIMEOUT
    case hw.WHBA_HOST_ABORTED:
      return SRB_STATUS_ABORTED
    case hw.WHBA_HOST_BUS_RESET:
      return SRB_STATUS_BUS_RESET
    case hw.WHBA_HOST_PARITY:
      return logged(ext, srb, host, SP_BUS_PARITY_ERROR, SRB_STATUS_PARITY_ERROR)
    case hw.WHBA_HOST_UNEXPECTED_DISCONNECT:
      return logged(ext, srb, host, SP_PROTOCOL_ERROR, SRB_STATUS_UNEXPECTED_BUS_FREE)
    case hw.WHBA_HOST_OVERRUN:
      return logged(ext, srb, host, SP_PROTOCOL_ERROR, SRB_STATUS_DATA_OVERRUN)
    case hw.WHBA_HOST_BAD_RESELECTION:
      return logged(ext, srb, host, SP_INVALID_RESELECTION, SRB_STATUS_PHASE_SEQUENCE_FAILURE)
    default:
      // DMA error, bad block, bad tag: the adapter and the driver do not understand each other.
      return logged(ext, srb, host, SP_INTERNAL_ADAPTER_ERROR, SRB_STATUS_ERROR)
  }
}

function logged(ext: DeviceExtension, srb: ScsiRequestBlock, host: u32, code: u32, status: u8): u8 {
  ScsiPortLogError(ext, srb, srb.PathId, srb.TargetId, srb.Lun, code, Site.Command + host)
  // Whatever else happened, a status byte other than GOOD is an ERROR.
  return srb.ScsiStatus == SCSISTAT_GOOD ? status : SRB_STATUS_ERROR
}

/** The command ran to its end: the target's status byte and the byte count decide. */
@inline
function targetStatus(ext: DeviceExtension, srb: ScsiRequestBlock, entry: RingEntry): u8 {
  const scsi = entry.scsiStatus
  const short = entry.bytes < srb.DataTransferLength
  if (scsi == SCSISTAT_GOOD) {
    if (!short) return SRB_STATUS_SUCCESS
    srb.DataTransferLength = entry.bytes
    return SRB_STATUS_DATA_OVERRUN
  }
  // After BUSY and QUEUE FULL the port driver sends the same SRB again: its length must stay.
  if (short && scsi != SCSISTAT_BUSY && scsi != SCSISTAT_QUEUE_FULL) srb.DataTransferLength = entry.bytes
  if (scsi == SCSISTAT_CHECK_CONDITION && takeSense(ext, srb, entry)) return SRB_STATUS_ERROR | SRB_STATUS_AUTOSENSE_VALID
  return SRB_STATUS_ERROR
}

/** Copies the sense data the adapter fetched. @returns whether there is any, and anybody wants it */
function takeSense(ext: DeviceExtension, srb: ScsiRequestBlock, entry: RingEntry): bool {
  if (!(entry.flags & <u8>hw.WHBA_ENTRY_FLAG_SENSE) || srb.SenseInfoBuffer == 0) return false
  if (srb.SrbFlags & SRB_FLAGS_DISABLE_AUTOSENSE) return false
  const bytes = min(min(entry.senseLength, SENSE_BYTES), <u32>srb.SenseInfoBufferLength)
  if (bytes == 0) return false
  ScsiPortMoveMemory(srb.SenseInfoBuffer, ext.tables + SENSE + entry.tag * SENSE_BYTES, bytes)
  srb.SenseInfoBufferLength = <u8>bytes
  return true
}
