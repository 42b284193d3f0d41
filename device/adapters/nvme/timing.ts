// How long the NVMe controller takes for things. Our own figures, of the order of a PCI Express 3.0 x4 drive's controller; every
// one of them configurable. The medium's own time is the drive's (block/store.ts), not here.
import { PS } from '../../clock.ts'
import { checkedTiming } from '../timing.ts'

/** All in picoseconds, whole numbers from 0 on. */
export interface NvmeTiming {
  /** From a doorbell until the new submission entries are in the controller and their commands begin. */
  fetchPs: number
  /** Each byte of data over the link (default 3.2 GB/s). One transfer at a time. */
  bytePs: number
  /** From the end of a command until its completion entry is in memory. */
  completionPs: number
  /** An admin command, from its doorbell or from the command before it until its completion entry is in memory. */
  adminPs: number
  /** From CC.EN = 1 until CSTS.RDY = 1. */
  enablePs: number
  /** From CC.EN = 0 until CSTS.RDY = 0. */
  disablePs: number
  /** From a shutdown notification until CSTS.SHST says complete. */
  shutdownPs: number
}

export const NVME_TIMING: Readonly<NvmeTiming> = {
  fetchPs: 500 * PS.ns,
  bytePs: 312,
  completionPs: 200 * PS.ns,
  adminPs: 2 * PS.us,
  enablePs: 20 * PS.us,
  disablePs: 10 * PS.us,
  shutdownPs: 100 * PS.us,
}

/** @throws RangeError naming the entry that is unknown, negative, not whole or longer than an hour */
export const nvmeTiming = (changes: Partial<NvmeTiming> = {}): Readonly<NvmeTiming> =>
  checkedTiming('NVMe controller', NVME_TIMING, changes)
