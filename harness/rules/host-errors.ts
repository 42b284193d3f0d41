// How a command ended as far as the adapter is concerned (`HostStatus` of device/probe.ts, as the trace carries it), and which SRB status
// says so (WDK: SCSI miniport error handling).

import { HostStatus as Host } from '../trace/events.ts'

export { Host }

/** SRB statuses of this table. */
export const SUCCESS = 0x01
const ABORTED = 0x02
const ERROR = 0x04
const INVALID_REQUEST = 0x06
const SELECTION_TIMEOUT = 0x0a
const BUS_RESET = 0x0e
export const PARITY_ERROR = 0x0f
export const DATA_OVERRUN = 0x12
export const UNEXPECTED_BUS_FREE = 0x13
export const PHASE_SEQUENCE_FAILURE = 0x14

interface HostError {
  words: string
  /** SRB statuses that say it, the best one first. */
  statuses: readonly number[]
}

/** Every end that is an error; an underrun is none here: SUCCESS or not is decided by the byte count. */
export const HOST_ERRORS: ReadonlyMap<number, HostError> = new Map([
  [Host.selectionTimeout, { words: 'a selection time-out', statuses: [SELECTION_TIMEOUT] }],
  [Host.parity, { words: 'a parity error', statuses: [PARITY_ERROR] }],
  [Host.unexpectedDisconnect, { words: 'an unexpected disconnect', statuses: [UNEXPECTED_BUS_FREE] }],
  [Host.overrun, { words: 'a data overrun', statuses: [DATA_OVERRUN] }],
  [Host.badReselection, { words: 'a bad reselection', statuses: [PHASE_SEQUENCE_FAILURE, ERROR] }],
  [Host.aborted, { words: 'an abort', statuses: [ABORTED] }],
  [Host.busReset, { words: 'a bus reset', statuses: [BUS_RESET] }],
  [Host.dmaError, { words: 'a DMA error', statuses: [ERROR] }],
  [Host.badCommand, { words: 'the verdict that the command makes no sense', statuses: [ERROR, INVALID_REQUEST] }],
  [Host.badTag, { words: 'the verdict that its tag is in use or out of range', statuses: [ERROR] }],
])

export const describeHost = (host: number): string => HOST_ERRORS.get(host)?.words ?? `host status ${host}`

const STATUS_NAMES: Readonly<Record<number, string>> = {
  [SUCCESS]: 'SUCCESS',
  [ABORTED]: 'ABORTED',
  3: 'ABORT_FAILED',
  [ERROR]: 'ERROR',
  5: 'BUSY',
  [INVALID_REQUEST]: 'INVALID_REQUEST',
  8: 'NO_DEVICE',
  9: 'TIMEOUT',
  [SELECTION_TIMEOUT]: 'SELECTION_TIMEOUT',
  11: 'COMMAND_TIMEOUT',
  [BUS_RESET]: 'BUS_RESET',
  [PARITY_ERROR]: 'PARITY_ERROR',
  16: 'REQUEST_SENSE_FAILED',
  17: 'NO_HBA',
  [DATA_OVERRUN]: 'DATA_OVERRUN',
  [UNEXPECTED_BUS_FREE]: 'UNEXPECTED_BUS_FREE',
  [PHASE_SEQUENCE_FAILURE]: 'PHASE_SEQUENCE_FAILURE',
}

/** `SRB_STATUS_PARITY_ERROR`, or the number. */
export const statusName = (status: number): string =>
  STATUS_NAMES[status] === undefined ? `SRB status 0x${status.toString(16)}` : `SRB_STATUS_${STATUS_NAMES[status]}`
