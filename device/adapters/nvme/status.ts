// What a logical unit says (SCSI status, sense key, additional sense code) in the words of an NVMe controller.
//
// The meanings of the NVMe status codes: libnvme src/nvme/types.h, enum nvme_status_field. Do Not Retry is set where the same command
// would fail again; More where the error log holds an entry about it.
import type { Bytes } from '../../bytes.ts'
import { Asc, SenseKey } from '../../scsi/sense.ts'
import { ScsiStatus } from '../../scsi/status.ts'
import type { ScsiTask } from '../../scsi/task.ts'
import { K } from './format.ts'

const FINAL = K.STATUS_DNR

/** Of a task that did not end with GOOD. @returns a status with its flags, never 0 */
export function statusOf(task: ScsiTask): number {
  switch (task.status) {
    case ScsiStatus.checkCondition:
      return statusOfSense(task.sense, task.senseLength)
    case ScsiStatus.reservationConflict:
      return K.STATUS_RESERVATION_CONFLICT
    case ScsiStatus.taskAborted:
      return K.STATUS_ABORTED
    case ScsiStatus.busy:
    case ScsiStatus.taskSetFull:
      return K.STATUS_NAMESPACE_NOT_READY
    default:
      return K.STATUS_INTERNAL_ERROR
  }
}

function statusOfSense(sense: Bytes, length: number): number {
  if (length < 3) return K.STATUS_INTERNAL_ERROR
  const descriptor = (sense[0]! & 0x7f) >= 0x72
  const key = (descriptor ? sense[1]! : sense[2]!) & 0x0f
  const asc = descriptor ? (sense[2]! << 8) | sense[3]! : length > 13 ? (sense[12]! << 8) | sense[13]! : 0
  switch (key) {
    case SenseKey.notReady:
      return K.STATUS_NAMESPACE_NOT_READY
    case SenseKey.mediumError:
      return asc >> 8 === Asc.writeError >> 8 ? K.STATUS_WRITE_FAULT : K.STATUS_UNRECOVERED_READ
    case SenseKey.illegalRequest:
      return statusOfIllegalRequest(asc)
    case SenseKey.unitAttention:
      return K.STATUS_COMMAND_INTERRUPTED
    case SenseKey.dataProtect:
      return K.STATUS_WRITE_PROTECTED | FINAL
    case SenseKey.abortedCommand:
      return K.STATUS_COMMAND_INTERRUPTED
    case SenseKey.miscompare:
      return K.STATUS_COMPARE_FAILURE | FINAL
    default:
      return K.STATUS_INTERNAL_ERROR
  }
}

function statusOfIllegalRequest(asc: number): number {
  switch (asc) {
    case Asc.lbaOutOfRange:
      return K.STATUS_LBA_OUT_OF_RANGE | FINAL
    case Asc.logicalUnitNotSupported:
      return K.STATUS_INVALID_NAMESPACE | FINAL
    case Asc.invalidOpcode:
      return K.STATUS_INVALID_OPCODE | FINAL
    default:
      return K.STATUS_INVALID_FIELD | FINAL
  }
}

/** The medium's or the path's doing: worth an entry in the error log. */
export function isLogged(status: number): boolean {
  const code = status & 0x7ff
  return code >> 8 === 2 || code === K.STATUS_DATA_TRANSFER_ERROR || code === K.STATUS_INTERNAL_ERROR
}
