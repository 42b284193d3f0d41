// How long the NVMe controller takes for things. Our own figures, of the order of a PCI Express 3.0 x4 drive's controller; every
// one of them configurable. The medium's own time is the drive's (block/store.ts), not here.
import { PS } from '../../clock.ts'

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

/** Longest of these times: an hour. The clock ends at 2.5 hours. */
const LONGEST_PS = 3600 * PS.s

/** @throws RangeError naming the entry that is unknown, negative, not whole or longer than an hour */
export function nvmeTiming(changes: Partial<NvmeTiming> = {}): Readonly<NvmeTiming> {
  for (const [name, ps] of Object.entries(changes)) {
    if (!Object.hasOwn(NVME_TIMING, name))
      throw new RangeError(`NVMe controller: no timing '${name}', there are ${Object.keys(NVME_TIMING).join(', ')}`)
    if (!Number.isInteger(ps) || ps < 0 || ps > LONGEST_PS)
      throw new RangeError(`NVMe controller: ${name} is ${ps}: a whole number of ps from 0 to one hour is wanted`)
  }
  return Object.freeze({ ...NVME_TIMING, ...changes })
}
