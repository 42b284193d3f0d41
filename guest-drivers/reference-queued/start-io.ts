// HwStartIo: an SRB becomes a command block and a doorbell. Runs with interrupts masked, so it is as short as the ISR.
//
// Every call is answered with exactly one NextRequest or NextLuRequest: at once while there are free tags, otherwise by
// whoever frees one.
import {
  SCSIOP_MODE_SELECT, SCSIOP_MODE_SELECT10, SCSIOP_UNMAP, SCSIOP_VERIFY, SCSIOP_VERIFY16, SCSIOP_WRITE, SCSIOP_WRITE12,
  SCSIOP_WRITE16, SCSIOP_WRITE6, SCSIOP_WRITE_DATA_BUFF, SCSIOP_WRITE_SAME, SCSIOP_WRITE_SAME16, SCSIOP_WRITE_VERIFY,
  SP_INTERNAL_ADAPTER_ERROR, SP_UNTAGGED, SRB_FLAGS_DATA_OUT, SRB_FLAGS_DISABLE_AUTOSENSE,
  SRB_FLAGS_DISABLE_DISCONNECT, SRB_FLAGS_UNSPECIFIED_DIRECTION, SRB_FLAGS_QUEUE_ACTION_ENABLE, SRB_FUNCTION_ABORT_COMMAND,
  SRB_FUNCTION_EXECUTE_SCSI, SRB_FUNCTION_FLUSH, SRB_FUNCTION_RESET_BUS, SRB_FUNCTION_SHUTDOWN,
  SRB_HEAD_OF_QUEUE_TAG_REQUEST, SRB_ORDERED_QUEUE_TAG_REQUEST, SRB_STATUS_ABORT_FAILED, SRB_STATUS_BUSY, SRB_STATUS_ERROR,
  SRB_STATUS_INVALID_PATH_ID, SRB_STATUS_INVALID_REQUEST, SRB_STATUS_INVALID_TARGET_ID, SRB_STATUS_NO_HBA,
  SRB_STATUS_SUCCESS, ScsiPortGetSrb, ScsiPortLogError, ScsiRequestBlock, getPhysicalAddress, nextLuRequest, nextRequest,
  requestComplete, resetDetected,
} from '../assembly'
import * as hw from '../assembly/whba'
import { write } from './chip'
import {
  BLOCKS, DEAD, DeviceExtension, LISTS, LIST_BYTES, LIST_ELEMENTS, RECOVERING, RUNNING, SENSE, SENSE_BYTES, freeTag,
  slotOf, takeTag,
} from './extension'
import { Site } from './log'
import { HwResetBus } from './reset'

/** Result of prepareCommand: there is nothing to start. */
export const NO_TAG: u32 = 0xffffffff

export function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  noteStart(ext, srb)
  switch (srb.Function) {
    case SRB_FUNCTION_EXECUTE_SCSI:
      execute(ext, srb)
      break
    case SRB_FUNCTION_ABORT_COMMAND:
      abort(ext, srb)
      break
    case SRB_FUNCTION_RESET_BUS:
      resetBus(ext, srb)
      break
    case SRB_FUNCTION_FLUSH:
    case SRB_FUNCTION_SHUTDOWN:
      // Neither driver nor adapter caches data.
      finish(ext, srb, SRB_STATUS_SUCCESS)
      break
    default:
      finish(ext, srb, SRB_STATUS_INVALID_REQUEST)
  }
  askForNext(ext)
  return true
}

/** Remembers that this call must be answered, and how. */
@inline
export function noteStart(ext: DeviceExtension, srb: ScsiRequestBlock): void {
  ext.nextOwed = true
  ext.nextPath = srb.PathId
  ext.nextTarget = srb.TargetId
  ext.nextLun = srb.Lun
  // An abort comes while its unit may be at work on an untagged request.
  ext.nextQueueTag = srb.Function == SRB_FUNCTION_ABORT_COMMAND ? SP_UNTAGGED : srb.QueueTag
}

/** Tells the port driver to send more, if it waits for that and there is room. */
export function askForNext(ext: DeviceExtension): void {
  if (!ext.nextOwed || ext.freeTags == 0 || ext.state == RECOVERING) return
  ext.nextOwed = false
  // A tagged request leaves its unit open for more; behind an untagged one the unit must wait.
  if (ext.nextQueueTag == SP_UNTAGGED) nextRequest(ext)
  else nextLuRequest(ext, ext.nextPath, ext.nextTarget, ext.nextLun)
}

/** Ends an SRB that never reached the adapter, or was an order to the driver itself. */
export function finish(ext: DeviceExtension, srb: ScsiRequestBlock, status: u8): void {
  srb.SrbStatus = status
  requestComplete(ext, srb)
}

function execute(ext: DeviceExtension, srb: ScsiRequestBlock): void {
  const tag = prepareCommand(ext, srb)
  if (tag != NO_TAG) write(ext, hw.WHBA_DOORBELL, tag)
}

/** Everything but the doorbell. @returns the tag, NO_TAG when the SRB was refused and given back */
export function prepareCommand(ext: DeviceExtension, srb: ScsiRequestBlock): u32 {
  const wrong = refusal(ext, srb)
  if (wrong != 0) {
    finish(ext, srb, wrong)
    return NO_TAG
  }
  const tag = takeTag(ext)
  if (!buildBlock(ext, srb, tag)) {
    // The port driver gave us a buffer that breaks its own promises.
    freeTag(ext, tag)
    ScsiPortLogError(ext, srb, srb.PathId, srb.TargetId, srb.Lun, SP_INTERNAL_ADAPTER_ERROR, Site.BadBuffer)
    finish(ext, srb, SRB_STATUS_ERROR)
    return NO_TAG
  }
  slotOf(ext, tag).srb = srb
  return tag
}

/** @returns the status to refuse the SRB with, 0 to go on */
function refusal(ext: DeviceExtension, srb: ScsiRequestBlock): u8 {
  if (ext.state != RUNNING) return ext.state == DEAD ? SRB_STATUS_NO_HBA : SRB_STATUS_BUSY
  if (ext.freeTags == 0) return SRB_STATUS_BUSY
  if (srb.PathId != 0) return SRB_STATUS_INVALID_PATH_ID
  if (srb.TargetId >= ext.targets) return SRB_STATUS_INVALID_TARGET_ID
  const length = srb.CdbLength
  if (length != 6 && length != 10 && length != 12 && length != 16) return SRB_STATUS_INVALID_REQUEST
  return 0
}

/** Fills the command block and the scatter/gather list of a tag. @returns false when the data buffer cannot be described */
export function buildBlock(ext: DeviceExtension, srb: ScsiRequestBlock, tag: u32): bool {
  const flags = srb.SrbFlags
  const block = ext.tables + BLOCKS + tag * hw.WHBA_COMMAND_BLOCK_SIZE
  let blockFlags: u32 = attribute(srb)
  if (flags & SRB_FLAGS_DISABLE_DISCONNECT) blockFlags |= hw.WHBA_BLOCK_FLAG_NO_DISCONNECT
  const fetchSense = ext.autosense && !(flags & SRB_FLAGS_DISABLE_AUTOSENSE)
  if (!fetchSense) blockFlags |= hw.WHBA_BLOCK_FLAG_NO_AUTOSENSE

  let elements: u32 = 0
  let bytes: u32 = 0
  if (flags & SRB_FLAGS_UNSPECIFIED_DIRECTION && srb.DataTransferLength != 0) {
    blockFlags |= isOut(srb) ? hw.WHBA_BLOCK_FLAG_DATA_OUT : hw.WHBA_BLOCK_FLAG_DATA_IN
    bytes = srb.DataTransferLength
    elements = buildList(ext, srb, tag)
    if (elements == 0) return false
  }

  store<u8>(block, srb.TargetId, hw.WHBA_BLOCK_TARGET)
  store<u8>(block, srb.Lun, hw.WHBA_BLOCK_LUN)
  store<u8>(block, srb.CdbLength, hw.WHBA_BLOCK_CDB_LENGTH)
  store<u8>(block, <u8>blockFlags, hw.WHBA_BLOCK_FLAGS)
  store<u32>(block, bytes, hw.WHBA_BLOCK_DATA_LENGTH)
  const cdb = srb.Cdb
  store<u32>(block, load<u32>(cdb), hw.WHBA_BLOCK_CDB)
  store<u32>(block, load<u32>(cdb, 4), hw.WHBA_BLOCK_CDB + 4)
  store<u32>(block, load<u32>(cdb, 8), hw.WHBA_BLOCK_CDB + 8)
  store<u32>(block, load<u32>(cdb, 12), hw.WHBA_BLOCK_CDB + 12)
  store<u64>(block, ext.tablesAddress + LISTS + tag * LIST_BYTES, hw.WHBA_BLOCK_SG_ADDRESS)
  store<u32>(block, elements, hw.WHBA_BLOCK_SG_COUNT)
  store<u32>(block, fetchSense ? SENSE_BYTES : 0, hw.WHBA_BLOCK_SENSE_LENGTH)
  store<u64>(block, ext.tablesAddress + SENSE + tag * SENSE_BYTES, hw.WHBA_BLOCK_SENSE_ADDRESS)
  return true
}

/** The tag message the class driver asked for. With a queue tag but no wish of its own a request is SIMPLE. */
@inline
function attribute(srb: ScsiRequestBlock): u32 {
  if (srb.QueueTag == SP_UNTAGGED) return 0
  if (srb.SrbFlags & SRB_FLAGS_QUEUE_ACTION_ENABLE) {
    if (srb.QueueAction == SRB_ORDERED_QUEUE_TAG_REQUEST) return hw.WHBA_BLOCK_FLAG_ORDERED
    if (srb.QueueAction == SRB_HEAD_OF_QUEUE_TAG_REQUEST) return hw.WHBA_BLOCK_FLAG_HEAD
  }
  return hw.WHBA_BLOCK_FLAG_SIMPLE
}

/** Which way the data goes. The chip must be told; when the class driver leaves it open, the operation code says it. */
@inline
function isOut(srb: ScsiRequestBlock): bool {
  const direction = srb.SrbFlags & SRB_FLAGS_UNSPECIFIED_DIRECTION
  return direction == SRB_FLAGS_UNSPECIFIED_DIRECTION ? writes(load<u8>(srb.Cdb)) : direction == SRB_FLAGS_DATA_OUT
}

function writes(operation: u8): bool {
  switch (operation) {
    case SCSIOP_WRITE6:
    case SCSIOP_WRITE:
    case SCSIOP_WRITE12:
    case SCSIOP_WRITE16:
    case SCSIOP_WRITE_VERIFY:
    case SCSIOP_WRITE_SAME:
    case SCSIOP_WRITE_SAME16:
    case SCSIOP_WRITE_DATA_BUFF:
    case SCSIOP_VERIFY:
    case SCSIOP_VERIFY16:
    case SCSIOP_UNMAP:
    case SCSIOP_MODE_SELECT:
    case SCSIOP_MODE_SELECT10:
      return true
    default:
      return false
  }
}

/**
 * Memory that is contiguous for the CPU lies scattered on the bus: ask for each piece, and believe the length that comes
 * back. @returns elements, 0 when an address is refused or the list is too short
 */
function buildList(ext: DeviceExtension, srb: ScsiRequestBlock, tag: u32): u32 {
  let element = ext.tables + LISTS + tag * LIST_BYTES
  let va = srb.DataBuffer
  let left = srb.DataTransferLength
  let elements: u32 = 0
  while (left != 0) {
    if (elements == LIST_ELEMENTS) return 0
    const address = getPhysicalAddress(ext, srb, va)
    const piece = min(ext.addressLength, left)
    if (piece == 0) return 0
    store<u64>(element, address, hw.WHBA_SG_ADDRESS)
    store<u32>(element, piece, hw.WHBA_SG_LENGTH)
    store<u32>(element, 0, hw.WHBA_SG_RESERVED)
    element += hw.WHBA_SG_SIZE
    va += piece
    left -= piece
    elements += 1
  }
  return elements
}

/** The victim is NextSrb, if it is still there: it ends with ABORTED through the ring, and then this SRB with SUCCESS. */
function abort(ext: DeviceExtension, srb: ScsiRequestBlock): void {
  const victim = changetype<ScsiRequestBlock | null>(srb.NextSrb)
  const tag = tagOf(ext, victim)
  // Not among ours: it has ended, and its memory may be somebody else's by now. So look before touching it.
  if (victim === null || tag == ext.tags || !isActive(ext, victim) || slotOf(ext, tag).abortSrb !== null) {
    finish(ext, srb, SRB_STATUS_ABORT_FAILED)
    return
  }
  slotOf(ext, tag).abortSrb = srb
  write(ext, hw.WHBA_ABORT_TAG, tag)
}

/** @returns the tag an SRB runs under, `ext.tags` when it is not with the adapter */
function tagOf(ext: DeviceExtension, srb: ScsiRequestBlock | null): u32 {
  for (let tag: u32 = 0; tag < ext.tags; tag++) if (slotOf(ext, tag).srb === srb) return tag
  return ext.tags
}

function isActive(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  return ScsiPortGetSrb(ext, srb.PathId, srb.TargetId, srb.Lun, srb.QueueTag) === srb
}

/** A class driver wants the bus reset; the port driver does not know about it yet. */
function resetBus(ext: DeviceExtension, srb: ScsiRequestBlock): void {
  // Completed first: what HwResetBus completes is everything still active on the bus.
  finish(ext, srb, srb.PathId == 0 ? SRB_STATUS_SUCCESS : SRB_STATUS_INVALID_PATH_ID)
  HwResetBus(ext, 0)
  resetDetected(ext)
}
