// How long the adapter takes for things. The selection timeout delay is the standard's (Adaptec AHA-1740A Technical Reference Manual,
// p. 5-5: 250 ms by default) and so is the reset hold time (Seagate Ultra160 Parallel SCSI Interface Product Manual, table 4: 25 µs);
// the length of a hard reset is VirtualBox's (DevBusLogic.cpp: 50 ms, not documented). Wide Ultra moves 40 MB/s. All others are ours:
// round figures for a firmware that runs on a small processor.
import { PS } from '../../clock.ts'
import { checkedTiming } from '../timing.ts'

/** All in picoseconds, whole numbers from 0 on. */
export interface BusLogicTiming {
  /** STATUS.COMMAND_PARAMETER_BUSY after a byte written to COMMAND_PARAMETER. */
  parameterPs: number
  /** From the last parameter until a command is carried out. */
  commandPs: number
  /** Until the next byte of an answer is in DATA_IN. */
  replyPs: number
  /** From CMD_START_MAILBOX, or from one loaded mailbox to the next, until the mailbox has been taken. */
  mailboxScanPs: number
  /** Until a CCB and its scatter/gather list are in the adapter. One at a time. */
  ccbFetchPs: number
  /** Arbitration, selection, messages and CDB. */
  selectionPs: number
  /** Until a selection that nobody answers is given up, unless CMD_SET_SELECTION_TIMEOUT says otherwise. */
  selectionTimeoutPs: number
  /** Reselection by a target that had disconnected; not spent by a target without latency. */
  reselectionPs: number
  /** Each byte of data. One transfer at a time. */
  bytePs: number
  /** Status, message in, sense data, CCB and incoming mailbox. One at a time. */
  completionPostPs: number
  /** First wait for an incoming mailbox that the driver has not given back; doubles up to 1024 times. */
  mailboxRetryPs: number
  /** From an abort until the CCB ends. */
  abortPs: number
  /** STATUS.DIAGNOSTIC_ACTIVE after a hard reset. */
  hardResetPs: number
  /** The same after a soft reset. */
  softResetPs: number
  /** From then until STATUS.HOST_ADAPTER_READY. */
  readyPs: number
  /** How long RST is held on the bus. */
  busResetPs: number
}

export const BUSLOGIC_TIMING: Readonly<BusLogicTiming> = {
  parameterPs: 5 * PS.us,
  commandPs: 10 * PS.us,
  replyPs: 5 * PS.us,
  mailboxScanPs: 1 * PS.us,
  ccbFetchPs: 2 * PS.us,
  selectionPs: 5 * PS.us,
  selectionTimeoutPs: 250 * PS.ms,
  reselectionPs: 3 * PS.us,
  bytePs: 25 * PS.ns,
  completionPostPs: 2 * PS.us,
  mailboxRetryPs: 10 * PS.us,
  abortPs: 5 * PS.us,
  hardResetPs: 50 * PS.ms,
  softResetPs: 5 * PS.ms,
  readyPs: 200 * PS.us,
  busResetPs: 25 * PS.us,
}

/** @throws RangeError naming the entry that is unknown, negative, not whole or longer than an hour */
export const buslogicTiming = (changes: Partial<BusLogicTiming> = {}): Readonly<BusLogicTiming> =>
  checkedTiming('BusLogic', BUSLOGIC_TIMING, changes)
