// The number into which a completion is packed: 31 bits, see `decode` in completion-table.ts.
import { SCSI_STATUS, SRB_FUNCTION } from '../../schemas/scsiport.ts'

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

/** SRB functions that rules tell apart. */
export const FUNCTIONS = ['execute', 'abort', 'io-control', 'flush', 'unassigned', 'other'] as const
export type FunctionClass = (typeof FUNCTIONS)[number]

/** Index in `FUNCTIONS` of each SRB function. Codes that srb.h does not define are unassigned. */
export const FUNCTION_CLASS = new Uint8Array(256).fill(FUNCTIONS.indexOf('unassigned'))
for (const [from, to] of [
  [0x00, 0x08],
  [0x10, 0x1a],
  [0x20, 0x28],
] as const)
  FUNCTION_CLASS.fill(FUNCTIONS.indexOf('other'), from, to + 1)
FUNCTION_CLASS[SRB_FUNCTION.EXECUTE_SCSI] = FUNCTIONS.indexOf('execute')
FUNCTION_CLASS[SRB_FUNCTION.ABORT_COMMAND] = FUNCTIONS.indexOf('abort')
FUNCTION_CLASS[SRB_FUNCTION.IO_CONTROL] = FUNCTIONS.indexOf('io-control')
FUNCTION_CLASS[SRB_FUNCTION.FLUSH] = FUNCTIONS.indexOf('flush')
FUNCTION_CLASS[SRB_FUNCTION.SHUTDOWN] = FUNCTIONS.indexOf('flush')

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
 * @param functionClass index in `FUNCTIONS`
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
  misled: boolean,
): number {
  const length = reported === asked ? 0 : reported === 0 ? 3 : reported < asked ? 1 : 2
  return (
    (srbStatus & 0xff) |
    (CLASS_OF[scsiStatus & 0xff]! << 8) |
    ((Math.min(host, LAST_HOST) + 1) << 11) |
    ((functionClass & 3) << 15) |
    (length << 17) |
    ((moved < asked ? 1 : 0) << 19) |
    ((reported === moved ? 1 : 0) << 20) |
    ((senseDelivered ? 1 : 0) << 21) |
    ((logged ? 1 : 0) << 22) |
    (CLASS_OF[adapterScsiStatus & 0xff]! << 23) |
    ((stray ? 1 : 0) << 26) |
    ((dropped ? 1 : 0) << 27) |
    ((asked > 0 ? 1 : 0) << 28) |
    ((functionClass >> 2) << 29) |
    ((misled ? 1 : 0) << 30)
  )
}
