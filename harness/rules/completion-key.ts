// The number into which a completion is packed: 29 bits, see `decode` in completion-table.ts.
import { SCSI_STATUS } from '../../schemas/scsiport.ts'

/** SCSI status bytes that rules tell apart. */
export const SCSI_CLASSES = [
  'good',
  'check',
  'busy',
  'reservation',
  'terminated',
  'queue-full',
  'met',
  'other',
] as const
export type ScsiClass = (typeof SCSI_CLASSES)[number]

/** `host` of a command that the adapter did not end. */
export const HOST_NONE = -1

const CLASS_OF = new Uint8Array(256).fill(SCSI_CLASSES.indexOf('other'))
CLASS_OF[SCSI_STATUS.GOOD] = 0
CLASS_OF[SCSI_STATUS.CHECK_CONDITION] = 1
CLASS_OF[SCSI_STATUS.BUSY] = 2
CLASS_OF[SCSI_STATUS.RESERVATION_CONFLICT] = 3
CLASS_OF[SCSI_STATUS.COMMAND_TERMINATED] = 4
CLASS_OF[SCSI_STATUS.QUEUE_FULL] = 5
CLASS_OF[0x04] = 6

/** Largest host status that is told apart. */
const LAST_HOST = 14

/**
 * @param functionClass 0 EXECUTE_SCSI, 1 ABORT_COMMAND, 2 others
 * @param reported DataTransferLength at completion @param asked the same at the start @param moved by the adapter
 * @param host `HostStatus`, −1 when the adapter did not end the command
 */
export function completionKey(
  functionClass: number,
  srbStatus: number,
  scsiStatus: number,
  host: number,
  adapterScsiStatus: number,
  reported: number,
  asked: number,
  moved: number,
  senseDelivered: boolean,
  logged: boolean,
  stray: boolean,
  dropped: boolean,
): number {
  const length = reported === asked ? 0 : reported === 0 ? 3 : reported < asked ? 1 : 2
  return (
    (srbStatus & 0xff) |
    (CLASS_OF[scsiStatus & 0xff]! << 8) |
    ((Math.min(host, LAST_HOST) + 1) << 11) |
    (functionClass << 15) |
    (length << 17) |
    ((moved < asked ? 1 : 0) << 19) |
    ((reported === moved ? 1 : 0) << 20) |
    ((senseDelivered ? 1 : 0) << 21) |
    ((logged ? 1 : 0) << 22) |
    (CLASS_OF[adapterScsiStatus & 0xff]! << 23) |
    ((stray ? 1 : 0) << 26) |
    ((dropped ? 1 : 0) << 27) |
    ((asked > 0 ? 1 : 0) << 28)
  )
}
