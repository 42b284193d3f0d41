// What a workload is to the run loop: it hands out requests, takes them back, and judges what they brought.
import type { Bytes } from '../../device/bytes.ts'
import type { DataDirection } from '../../device/scsi/task.ts'
import type { MediumError } from '../../schemas/faults.ts'
import type { IoReport } from '../../schemas/report.ts'
import { SRB_STATUS } from '../../schemas/workload.ts'
import { commandName } from './cdb.ts'
import type { SectorCode } from './sector-code.ts'

/** A workload that does not fit the machine. */
export class WorkloadError extends Error {
  override name = 'WorkloadError'
}

export type TagUsage = 'simple' | 'ordered' | 'head' | 'untagged'

/** How a request that comes back stands to the faults of the scenario. */
export interface Excuse {
  /** Why it may have failed; undefined: nothing befell it. */
  readonly why: string | undefined
  /** What must not be: it had to fail, or to come back with other sense data; undefined: nothing had to. */
  readonly must: string | undefined
}

/** One I/O. Made once for each place in the queue and used again for every I/O. */
export class IoRequest {
  /** Place in the queue, from 0. */
  readonly slot: number
  /** Serial in this workload, from 1. */
  number = 0
  /** Index in the list of drives, −1 when a script addresses none of them. */
  drive = 0
  path = 0
  target = 0
  lun = 0
  readonly cdb: Bytes = new Uint8Array(16)
  /** The same bytes, four at a time. */
  readonly cdbWords = new Int32Array(this.cdb.buffer)
  cdbLength = 6
  direction: DataDirection = 'none'
  tag: TagUsage = 'simple'
  /** SRB function; 0 is a SCSI command. */
  srbFunction = 0
  /** SrbFlags on top of those of direction and tag. */
  srbFlags = 0
  /** Bytes to move. */
  bytes = 0
  /** READ and WRITE only. */
  lba = 0
  blocks = 0
  /** The host's buffer; valid in [0, bytes). `out`: filled by `next`. `in`: to be filled before `complete`. */
  data: Bytes = new Uint8Array(0)
  /** `data` as words. */
  words: Int32Array<ArrayBuffer> = new Int32Array(0)
  /** What compares sectors where `words` lies; undefined: content.ts does. */
  code: SectorCode | undefined
  /** True when the scenario's medium errors make this one fail. */
  expectError = false
  /** What planned faults did to it, set before `complete`; undefined: no faults are planned. */
  excuse: Excuse | undefined
  /** @internal index of the script step, or what the generator does with it */
  kind = 0
  /** @internal position in the list of requests in flight, −1 when free */
  position = -1

  constructor(slot: number) {
    this.slot = slot
  }

  /** Makes room in `data`. Grows, never shrinks; contents are not kept. */
  reserve(bytes: number): void {
    if (this.data.length >= bytes) return
    const buffer = new ArrayBuffer((bytes + 4095) & ~4095)
    this.data = new Uint8Array(buffer)
    this.words = new Int32Array(buffer)
  }
}

/** What `complete` found. */
export const Outcome = {
  /** Done, nothing to compare. */
  Done: 0,
  /** Done, contents compared and right. */
  Verified: 1,
  Miscompare: 2,
  /** Not the status that was expected. */
  Failed: 3,
  /** Failed, as the scenario's medium errors or faults explain. */
  ExpectedError: 4,
} as const

export type Outcome = (typeof Outcome)[keyof typeof Outcome]

/** A drive as the workload sees it. */
export interface DriveGeometry {
  label: string
  path?: number
  target: number
  lun: number
  blockBytes: number
  blocks: number
  readOnly?: boolean
  /** It carries out UNMAP. */
  unmaps?: boolean
  /** The store is known to hold only zeros at the start. */
  zeroAtStart?: boolean
  errors?: readonly Pick<MediumError, 'lba' | 'blocks' | 'on'>[]
}

export interface Workload {
  /**
   * The next request; undefined: nothing now (queue full, waiting for one in flight, too early), or finished, see `done` (up to date after `next`).
   * @param nowPs virtual time; only a workload that is paced looks at it
   */
  next(nowPs?: number): IoRequest | undefined
  /** After `next` gave nothing: when it is to be asked again whatever comes back until then; `Infinity`: when something has come back. */
  readonly readyAtPs: number
  /**
   * Takes a request back and judges it. @param srbStatus SRB status byte (flag bits may be set)
   * @param bytesMoved DataTransferLength at completion @param sense 0xKKAAQQ, −1 when there is no sense data
   */
  complete(request: IoRequest, srbStatus: number, scsiStatus: number, bytesMoved: number, sense?: number): Outcome
  /** Hands out nothing more; what is in flight counts as failed, its blocks as unknown. @param excused a planned fault is to blame */
  abandon(reason: string, excused?: boolean): void
  readonly done: boolean
  readonly inFlight: number
  /** For progress: I/Os given out so far and in all (read-back not counted). */
  readonly issued: number
  readonly total: number
  report(): IoReport
  /** What was done with its input that the reader of the report should know. */
  notes(): string[]
}

const PROBLEMS_KEPT = 16
const STATUS_MASK = 0x3f
const SRB_NAMES = new Map<number, string>(Object.entries(SRB_STATUS).map(([name, code]) => [code, name]))

const hex = (value: number) => `0x${value.toString(16).padStart(2, '0')}`

/** `SRB_STATUS 0x0a (selection timeout)`. */
export const srbStatusText = (status: number): string => {
  const name = SRB_NAMES.get(status & STATUS_MASK)
  return `SRB status ${hex(status)}${name === undefined ? '' : ` (${name})`}`
}

export const isSuccess = (srbStatus: number): boolean => (srbStatus & STATUS_MASK) === SRB_STATUS.success

/** What every workload counts. */
export class IoCounters {
  submitted = 0
  completed = 0
  failed = 0
  bytes = 0
  verifiedBytes = 0
  miscompares = 0
  reads = 0
  writes = 0
  writtenBytes = 0
  expectedErrors = 0
  readonly problems: string[] = []

  /** Not for hot paths. */
  problem(message: string): void {
    if (this.problems.length < PROBLEMS_KEPT) this.problems.push(message)
  }

  /** Requests that never came back. @param excused a planned fault is to blame */
  abandon(inFlight: number, excused: boolean): void {
    if (excused) {
      this.completed += inFlight
      this.expectedErrors += inFlight
    } else this.failed += inFlight
  }

  report(unverifiedBytes: number): IoReport {
    const {
      submitted,
      completed,
      failed,
      bytes,
      verifiedBytes,
      miscompares,
      reads,
      writes,
      writtenBytes,
      expectedErrors,
    } = this
    return {
      submitted,
      completed,
      failed,
      bytes,
      verifiedBytes,
      miscompares,
      reads,
      writes,
      writtenBytes,
      unverifiedBytes,
      expectedErrors,
      problems: [...this.problems],
    }
  }
}

/** `#12 WRITE(10) to 0:1, LBA 100, 8 blocks`. */
export function requestText(request: IoRequest): string {
  const where =
    request.blocks > 0 ? `, LBA ${request.lba}, ${request.blocks} block${request.blocks === 1 ? '' : 's'}` : ''
  return `#${request.number} ${commandName(request.cdb[0]!)} to target ${request.target} LUN ${request.lun}${where}`
}

/** How a request ended, for messages. */
export const endText = (srbStatus: number, scsiStatus: number, moved: number, asked: number, sense: number): string =>
  `${srbStatusText(srbStatus)}, SCSI status ${hex(scsiStatus)}, ${moved} of ${asked} bytes${sense < 0 ? '' : `, sense ${hex(sense >>> 16)}/${hex((sense >>> 8) & 0xff)}/${hex(sense & 0xff)}`}`
