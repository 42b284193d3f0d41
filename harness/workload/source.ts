// Where the I/Os of a checked stream come from: drawn at random, or read from a log.
import type { CdbLength } from './cdb.ts'
import type { TagUsage } from './workload.ts'

/** What a checked stream does with a request. */
export const Kind = { Read: 0, Write: 1, Flush: 2, ReadBack: 3, Trim: 4 } as const

/** One I/O, drawn ahead. Made once and filled again for each. */
export class Draft {
  kind: number = Kind.Read
  drive = 0
  lba = 0
  blocks = 0
  form: CdbLength = 10
  tag: TagUsage = 'simple'
  /** Earliest start, counted from the start of the workload; 0: as soon as there is room. */
  atPs = 0
}

export interface IoSource {
  /** I/Os there will be, for progress; an estimate when bytes or time end the workload. */
  readonly total: number
  /** Fills in the next I/O; `atPs` is 0. @returns false when there is none */
  draw(draft: Draft): boolean
  /** What was done with the input that its author should know. */
  notes(): string[]
}
