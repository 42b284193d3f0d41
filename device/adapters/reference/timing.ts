// How long the reference adapter takes for things. Our own design: round figures of the order of parallel SCSI hardware,
// every one of them configurable. Two are the standard's, as drive manuals print them (Fujitsu M3097G OEM manual, table 4.4;
// Seagate Ultra160 Parallel SCSI Interface Product Manual, table 4): selection timeout delay 250 ms, reset hold time 25 µs.
import { PS } from '../../clock.ts'
import { checkedTiming } from '../timing.ts'

/** All in picoseconds, whole numbers from 0 on. */
export interface ReferenceTiming {
  /** Queued mode: from a doorbell, or the fetch before it, until the command block and its list are in the adapter. */
  commandFetchPs: number
  /** Arbitration, selection, message and CDB. */
  selectionPs: number
  /** Until a selection that nobody answers is given up. */
  selectionTimeoutPs: number
  /** Reselection by a target that had disconnected; not spent with BLOCK_FLAG_NO_DISCONNECT or by a target without latency. */
  reselectionPs: number
  /** Queued mode: each byte by bus master DMA (default 320 MB/s). One transfer at a time. */
  masterBytePs: number
  /** Data-phase mode: each byte over the system DMA channel (default 4 MB/s). */
  channelBytePs: number
  /** Status and message in, until COMMAND_COMPLETE; queued mode: writing one completion entry. */
  completionPostPs: number
  /** From an abort until the command ends with HOST_ABORTED. */
  abortPs: number
  /** From a refused doorbell or DMA start until its cause is raised. */
  refusalPs: number
  /** Until STATUS.READY after CONTROL.ADAPTER_RESET. */
  adapterResetPs: number
  /** How long RST is held on the bus. */
  busResetPs: number
}

export const REFERENCE_TIMING: Readonly<ReferenceTiming> = {
  commandFetchPs: 500 * PS.ns,
  selectionPs: 2 * PS.us,
  selectionTimeoutPs: 250 * PS.ms,
  reselectionPs: 1 * PS.us,
  masterBytePs: 3_125,
  channelBytePs: 250 * PS.ns,
  completionPostPs: 300 * PS.ns,
  abortPs: 1 * PS.us,
  refusalPs: 100 * PS.ns,
  adapterResetPs: 20 * PS.us,
  busResetPs: 25 * PS.us,
}

/** @throws RangeError naming the entry that is unknown, negative, not whole or longer than an hour */
export const referenceTiming = (changes: Partial<ReferenceTiming> = {}): Readonly<ReferenceTiming> =>
  checkedTiming('reference adapter', REFERENCE_TIMING, changes)
