// HwStartIo: an SRB becomes register writes. Runs with interrupts masked, so it is as short as the ISR.
//
// Every call is answered with exactly one NextRequest: for a command when it has ended, since the adapter takes one at a
// time; for all else at once.
import {
  SRB_FUNCTION_ABORT_COMMAND, SRB_FUNCTION_EXECUTE_SCSI, SRB_FUNCTION_FLUSH, SRB_FUNCTION_RESET_BUS, SRB_FUNCTION_SHUTDOWN,
  SRB_STATUS_ABORT_FAILED, SRB_STATUS_BUSY, SRB_STATUS_INVALID_PATH_ID, SRB_STATUS_INVALID_REQUEST,
  SRB_STATUS_INVALID_TARGET_ID, SRB_STATUS_NO_HBA, SRB_STATUS_SUCCESS, ScsiPortWriteRegisterBufferUlong,
  ScsiRequestBlock, nextRequest, requestComplete, resetDetected,
} from '../assembly'
import * as hw from '../assembly/whba'
import { write } from './chip'
import { DEAD, DeviceExtension, RECOVERING, RUNNING } from './extension'
import { HwResetBus } from './reset'

export function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  ext.nextOwed = true
  switch (srb.Function) {
    case SRB_FUNCTION_EXECUTE_SCSI:
      execute(ext, srb)
      break
    case SRB_FUNCTION_ABORT_COMMAND:
      // With a command at work no request comes, for NextRequest was not said yet: the victim is gone.
      finish(ext, srb, SRB_STATUS_ABORT_FAILED)
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

/** Tells the port driver to send more, if it waits for that and the adapter is idle. */
export function askForNext(ext: DeviceExtension): void {
  if (!ext.nextOwed || ext.active !== null || ext.state == RECOVERING) return
  ext.nextOwed = false
  nextRequest(ext)
}

/** Ends an SRB that never reached the adapter, or was an order to the driver itself. */
export function finish(ext: DeviceExtension, srb: ScsiRequestBlock, status: u8): void {
  srb.SrbStatus = status
  requestComplete(ext, srb)
}

function execute(ext: DeviceExtension, srb: ScsiRequestBlock): void {
  const wrong = refusal(ext, srb)
  if (wrong != 0) {
    finish(ext, srb, wrong)
    return
  }
  ext.active = srb
  ext.mappedBytes = 0
  ext.movedBytes = 0
  ext.tag += 1
  const length: u32 = srb.CdbLength
  write(ext, hw.WHBA_CMD_TARGET,
    <u32>srb.TargetId << hw.WHBA_CMD_TARGET_TARGET_SHIFT | <u32>srb.Lun << hw.WHBA_CMD_TARGET_LUN_SHIFT |
    <u32>ext.tag << hw.WHBA_CMD_TARGET_TAG_SHIFT | length << hw.WHBA_CMD_TARGET_CDB_LENGTH_SHIFT)
  ScsiPortWriteRegisterBufferUlong(ext.registers + hw.WHBA_CMD_CDB0, srb.Cdb, (length + 3) >> 2)
  write(ext, hw.WHBA_CMD_CONTROL, hw.WHBA_CMD_CONTROL_START)
}

/** @returns the status to refuse the SRB with, 0 to go on */
function refusal(ext: DeviceExtension, srb: ScsiRequestBlock): u8 {
  if (ext.state != RUNNING) return ext.state == DEAD ? SRB_STATUS_NO_HBA : SRB_STATUS_BUSY
  if (ext.active !== null) return SRB_STATUS_BUSY
  if (srb.PathId != 0) return SRB_STATUS_INVALID_PATH_ID
  if (srb.TargetId >= ext.targets) return SRB_STATUS_INVALID_TARGET_ID
  const length = srb.CdbLength
  if (length != 6 && length != 10 && length != 12 && length != 16) return SRB_STATUS_INVALID_REQUEST
  return 0
}

/** A class driver wants the bus reset; the port driver does not know about it yet. */
function resetBus(ext: DeviceExtension, srb: ScsiRequestBlock): void {
  // Completed first: what HwResetBus completes is everything still active on the bus.
  finish(ext, srb, srb.PathId == 0 ? SRB_STATUS_SUCCESS : SRB_STATUS_INVALID_PATH_ID)
  HwResetBus(ext, 0)
  resetDetected(ext)
}
