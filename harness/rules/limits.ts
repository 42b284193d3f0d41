// The limits that rules judge by, and what holds when nothing else is said.

/** Limits that rules judge by. */
export interface RuleLimits {
  /** HwInterrupt on a foreign interrupt, in virtual ps. */
  spuriousPs: number
  /** Reads that a foreign interrupt may take. */
  spuriousReads: number
  /** HwInterrupt: longer is a warning, in virtual ps. */
  isrPs: number
  /** HwInterrupt: longer should have been deferred and is an error, in virtual ps. */
  isrDeferPs: number
  /** A stall in HwInterrupt that is longer is a warning, in µs. */
  isrStallUs: number
  /** A stall that long, or stalls that long in sum, is an error, in µs. */
  routineStallUs: number
  /** A stall that is longer is fatal, in µs. */
  fatalStallUs: number
  /** HwInterrupt: work that is longer than this and was not put off is an error, in virtual ps. */
  isrWorkPs: number
  /** Reads of one register in one call of HwInterrupt; more are a polling loop. */
  isrPolls: number
  /** HwStartIo: longer is a warning, in virtual ps. */
  startIoPs: number
  /** BusChangeDetected or WMIEvent that often within a second are too many. */
  rareEvents: number
}

export const DEFAULT_LIMITS: Readonly<RuleLimits> = {
  spuriousPs: 5_000_000,
  spuriousReads: 2,
  isrPs: 25_000_000,
  isrDeferPs: 50_000_000,
  isrStallUs: 50,
  routineStallUs: 1_000,
  fatalStallUs: 100_000,
  isrWorkPs: 1_000_000_000,
  isrPolls: 6,
  startIoPs: 50_000_000,
  rareEvents: 5,
}
