// The end of a command: CMD_STATUS becomes the status of the SRB.
import {
  SCSISTAT_BUSY, SCSISTAT_CHECK_CONDITION, SCSISTAT_GOOD, SCSISTAT_QUEUE_FULL, SP_BUS_PARITY_ERROR, SP_INTERNAL_ADAPTER_ERROR,
  SP_INVALID_RESELECTION, SP_PROTOCOL_ERROR, SRB_FLAGS_DISABLE_AUTOSENSE,
  SRB_STATUS_AUTOSENSE_VALID, SRB_STATUS_DATA_OVERRUN, SRB_STATUS_ERROR, SRB_STATUS_PARITY_ERROR,
  SRB_STATUS_PHASE_SEQUENCE_FAILURE, SRB_STATUS_SELECTION_TIMEOUT, SRB_STATUS_SUCCESS, SRB_STATUS_UNEXPECTED_BUS_FREE,
  ScsiPortLogError, ScsiPortMoveMemory, ScsiPortReadRegisterBufferUlong, ScsiRequestBlock, requestComplete,
} from '../assembly'
import * as hw from '../assembly/whba'
import { read } from './chip'
import { flush } from './data-phase'
import { DeviceExtension } from './extension'
import { Site } from './log'
import { noteFailure } from './unit'

/** Without the flags. */
const SRB_STATUS_MASK: u8 = 0x3f
/** SENSE0 to SENSE4. */
const SENSE_WORDS: u32 = 5

/** Completes the active command, if CMD_STATUS says that it has ended. */
export function completeCommand(ext: DeviceExtension): void {
  const result = read(ext, hw.WHBA_CMD_STATUS)
  if (!(result & hw.WHBA_CMD_STATUS_VALID)) return
  const srb = ext.active
  if (srb === null || (result & hw.WHBA_CMD_STATUS_TAG_MASK) >> hw.WHBA_CMD_STATUS_TAG_SHIFT != ext.tag) return
  flush(ext)
  const status = srbStatus(ext, srb, result)
  if (isFailure(status)) noteFailure(ext, srb)
  ext.active = null
  srb.SrbStatus = status
  requestComplete(ext, srb)
}

/** Did the unit fail? It did not when somebody else ended the command, or when there is no such unit. */
function isFailure(status: u8): bool {
  const code = status & SRB_STATUS_MASK
  return code == SRB_STATUS_ERROR || code == SRB_STATUS_PARITY_ERROR || code == SRB_STATUS_UNEXPECTED_BUS_FREE
}

/** How the command ended, in the port driver's words. Fills in ScsiStatus, the length on underrun and the sense data. */
function srbStatus(ext: DeviceExtension, srb: ScsiRequestBlock, result: u32): u8 {
  const host = (result & hw.WHBA_CMD_STATUS_HOST_STATUS_MASK) >> hw.WHBA_CMD_STATUS_HOST_STATUS_SHIFT
  srb.ScsiStatus = <u8>((result & hw.WHBA_CMD_STATUS_SCSI_STATUS_MASK) >> hw.WHBA_CMD_STATUS_SCSI_STATUS_SHIFT)
  switch (host) {
    case hw.WHBA_HOST_OK:
    case hw.WHBA_HOST_UNDERRUN:
      return targetStatus(ext, srb, result)
    case hw.WHBA_HOST_SELECTION_TIMEOUT:
      // Not logged: looking for devices that are not there is nothing unusual.
      return SRB_STATUS_SELECTION_TIMEOUT
    case hw.WHBA_HOST_PARITY:
      return logged(ext, srb, host, SP_BUS_PARITY_ERROR, SRB_STATUS_PARITY_ERROR)
    case hw.WHBA_HOST_UNEXPECTED_DISCONNECT:
      return logged(ext, srb, host, SP_PROTOCOL_ERROR, SRB_STATUS_UNEXPECTED_BUS_FREE)
    case hw.WHBA_HOST_OVERRUN:
      return logged(ext, srb, host, SP_PROTOCOL_ERROR, SRB_STATUS_DATA_OVERRUN)
    case hw.WHBA_HOST_BAD_RESELECTION:
      return logged(ext, srb, host, SP_INVALID_RESELECTION, SRB_STATUS_PHASE_SEQUENCE_FAILURE)
    default:
      // A DMA error, or something the adapter should never say here.
      return logged(ext, srb, host, SP_INTERNAL_ADAPTER_ERROR, SRB_STATUS_ERROR)
  }
}

function logged(ext: DeviceExtension, srb: ScsiRequestBlock, host: u32, code: u32, status: u8): u8 {
  ScsiPortLogError(ext, srb, srb.PathId, srb.TargetId, srb.Lun, code, Site.Command + host)
  // Whatever else happened, a status byte other than GOOD is an ERROR.
  return srb.ScsiStatus == SCSISTAT_GOOD ? status : SRB_STATUS_ERROR
}

/** The command ran to its end: the target's status byte and the byte count decide. */
function targetStatus(ext: DeviceExtension, srb: ScsiRequestBlock, result: u32): u8 {
  const scsi = srb.ScsiStatus
  // Every transfer of a command that ended without an error has moved all of its bytes: no need to read DMA_MOVED.
  const short = ext.movedBytes < srb.DataTransferLength
  if (scsi == SCSISTAT_GOOD) {
    if (!short) return SRB_STATUS_SUCCESS
    srb.DataTransferLength = ext.movedBytes
    return SRB_STATUS_DATA_OVERRUN
  }
  // After BUSY and QUEUE FULL the port driver sends the same SRB again: its length must stay.
  if (short && scsi != SCSISTAT_BUSY && scsi != SCSISTAT_QUEUE_FULL) srb.DataTransferLength = ext.movedBytes
  if (scsi == SCSISTAT_CHECK_CONDITION && takeSense(ext, srb, result)) return SRB_STATUS_ERROR | SRB_STATUS_AUTOSENSE_VALID
  return SRB_STATUS_ERROR
}

/** Copies the sense data the adapter fetched. @returns whether there is any, and anybody wants it */
function takeSense(ext: DeviceExtension, srb: ScsiRequestBlock, result: u32): bool {
  if (srb.SenseInfoBuffer == 0 || srb.SrbFlags & SRB_FLAGS_DISABLE_AUTOSENSE) return false
  const fetched = (result & hw.WHBA_CMD_STATUS_SENSE_LENGTH_MASK) >> hw.WHBA_CMD_STATUS_SENSE_LENGTH_SHIFT
  const bytes = min(min(fetched, SENSE_WORDS * 4), <u32>srb.SenseInfoBufferLength)
  if (bytes == 0) return false
  // Registers come in words, the caller's buffer may not: read aside, copy what fits.
  const aside = changetype<usize>(ext) + offsetof<DeviceExtension>('text')
  ScsiPortReadRegisterBufferUlong(ext.registers + hw.WHBA_SENSE0, aside, (bytes + 3) >> 2)
  ScsiPortMoveMemory(srb.SenseInfoBuffer, aside, bytes)
  srb.SenseInfoBufferLength = <u8>bytes
  return true
}
