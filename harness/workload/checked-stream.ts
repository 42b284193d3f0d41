// A stream of reads and writes over the drives of one adapter, checked byte by byte. Where the I/Os come from is the source's business.
//
// The stream does not depend on timing: the next I/O is drawn ahead and waits when it meets one in flight (no two overlap
// when one of them writes), so the same seed asks for the same blocks in the same order whatever the driver does.

import { type CdbLength, encodeFlush, encodeReadWrite, encodeUnmap, fittingForm, UNMAP_BYTES } from './cdb.ts'
import type { DriveModel } from './drive-model.ts'
import { Draft, type IoSource, Kind } from './source.ts'
import {
  type DriveGeometry,
  endText,
  IoCounters,
  IoRequest,
  isSuccess,
  Outcome,
  requestText,
  type Workload,
  WorkloadError,
} from './workload.ts'

export interface StreamOptions {
  source: IoSource
  drives: readonly DriveGeometry[]
  models: readonly DriveModel[]
  depth: number
  verify: 'end' | 'each' | 'none'
  /** Bytes of the largest I/O, a multiple of every block size. */
  largestBytes: number
  /** No new I/O is started this long after the first; undefined: no limit. */
  runtimePs?: number | undefined
  /** After every so many I/Os nothing is started until they are back and `ps` have gone by. */
  think?: { ps: number; ios: number } | undefined
}

const Phase = { Run: 0, ReadBack: 1, Done: 2 } as const

/** From here on an I/O counts as late. */
const LATE_PS = 10_000_000

export class CheckedStream implements Workload {
  readonly models: readonly DriveModel[]
  readonly drives: readonly DriveGeometry[]
  readonly counters = new IoCounters()
  readonly total: number
  issued = 0
  inFlight = 0
  /** After `next` gave nothing: when there will be something, whatever comes back until then; `Infinity`: that depends on what comes back. */
  readyAtPs = Number.POSITIVE_INFINITY
  readonly #source: IoSource
  readonly #verify: 'end' | 'each' | 'none'
  readonly #requests: IoRequest[]
  /** Requests not handed out, a stack. */
  readonly #free: IoRequest[]
  /** Requests in flight or waiting to be read back: their blocks are locked. Compact. */
  readonly #locked: IoRequest[] = []
  /** Finished writes to be read back at once (`verify: 'each'`), a ring. */
  readonly #readBack: (IoRequest | undefined)[]
  #readBackHead = 0
  #readBackCount = 0
  readonly #largestBytes: number
  readonly #runtimePs: number
  readonly #think: { ps: number; ios: number } | undefined
  #number = 0
  #abandoned = false
  #phase: number = Phase.Run
  /** Read-back at the end: where it is. */
  #cursorDrive = 0
  #cursorLba = 0
  /** The I/O drawn ahead. */
  readonly #draft = new Draft()
  #staged = false
  /** The source has no more, or time is up. */
  #dry = false
  /** When the first I/O was asked for, −1 before. */
  #startPs = -1
  /** Started since the last pause. */
  #sincePause = 0
  #pausedUntilPs = 0
  #timed = 0
  #late = 0
  #latestPs = 0

  constructor(options: StreamOptions) {
    this.#source = options.source
    this.total = options.source.total
    this.drives = options.drives
    this.models = options.models
    this.#verify = options.verify
    this.#largestBytes = options.largestBytes
    this.#runtimePs = options.runtimePs ?? Number.POSITIVE_INFINITY
    this.#think = options.think
    this.#requests = Array.from({ length: options.depth }, (_, slot) => new IoRequest(slot))
    this.#free = [...this.#requests].reverse()
    this.#readBack = new Array<IoRequest | undefined>(options.depth).fill(undefined)
  }

  get done(): boolean {
    return this.#phase === Phase.Done && this.inFlight === 0
  }

  next(nowPs = 0): IoRequest | undefined {
    this.readyAtPs = Number.POSITIVE_INFINITY
    if (this.#readBackCount > 0) return this.#startReadBack()
    if (this.#phase === Phase.Run) {
      if (this.#more(nowPs)) {
        if (this.#free.length === 0 || this.#conflict() || this.#early(nowPs)) return undefined
        return this.#start()
      }
      if (this.inFlight > 0) return undefined
      this.#phase = this.#verify === 'none' ? Phase.Done : Phase.ReadBack
      this.#cursorLba = this.models[0]!.firstBlock
    }
    if (this.#phase === Phase.ReadBack && this.#free.length > 0) return this.#finalRead()
    return undefined
  }

  /** Draws the next I/O unless that is done. @returns false when there is none */
  #more(nowPs: number): boolean {
    if (this.#startPs < 0) this.#startPs = nowPs
    if (this.#dry) return false
    if (!this.#staged) {
      this.#draft.atPs = 0
      this.#staged = this.#source.draw(this.#draft)
    }
    const beginsPs = Math.max(this.#draft.atPs, nowPs - this.#startPs)
    this.#dry = !this.#staged || beginsPs >= this.#runtimePs
    return !this.#dry
  }

  /** Is it too early for the staged I/O? */
  #early(nowPs: number): boolean {
    const think = this.#think
    if (think !== undefined && this.#sincePause >= think.ios) {
      if (this.inFlight > 0) return true
      this.#sincePause = 0
      this.#pausedUntilPs = nowPs + think.ps
    }
    const { atPs } = this.#draft
    const duePs = this.#startPs + atPs
    const beginPs = Math.max(duePs, this.#pausedUntilPs)
    if (beginPs > nowPs) {
      this.readyAtPs = beginPs
      return true
    }
    if (atPs > 0) this.#judgeLateness(nowPs - duePs)
    return false
  }

  #judgeLateness(latePs: number): void {
    this.#timed++
    if (latePs < LATE_PS) return
    this.#late++
    if (latePs > this.#latestPs) this.#latestPs = latePs
  }

  /** Would the staged I/O overlap one in flight, with one of them writing? A flush waits for nothing. */
  #conflict(): boolean {
    const draft = this.#draft
    if (draft.kind === Kind.Flush) return false
    const write = draft.kind !== Kind.Read
    const start = draft.lba
    const end = start + draft.blocks
    for (let i = 0; i < this.#locked.length; i++) {
      const other = this.#locked[i]!
      if (other.drive !== draft.drive || other.lba >= end || other.lba + other.blocks <= start) continue
      if (write || other.kind === Kind.Write || other.kind === Kind.Trim) return true
    }
    return false
  }

  #start(): IoRequest {
    const { kind, drive, lba, blocks, form, tag } = this.#draft
    const request = this.#free.pop()!
    this.#staged = false
    this.issued++
    this.#sincePause++
    this.#lock(request)
    if (kind === Kind.Flush) {
      this.#address(request, kind, drive, 0, 0)
      request.direction = 'none'
      request.cdbLength = 10
      encodeFlush(request.cdb)
    } else if (kind === Kind.Trim) {
      this.#address(request, kind, drive, lba, blocks)
      request.reserve(this.#largestBytes)
      request.bytes = UNMAP_BYTES
      request.direction = 'out'
      request.cdbLength = 10
      encodeUnmap(request.cdb, request.data, lba, blocks)
    } else {
      this.#readWrite(request, kind, drive, lba, blocks, form)
    }
    request.tag = tag
    return request
  }

  /** The next stretch that was written and never read; finishes when there is none. */
  #finalRead(): IoRequest | undefined {
    while (this.#cursorDrive < this.models.length) {
      const model = this.models[this.#cursorDrive]!
      const lba = model.nextUnseen(this.#cursorLba)
      if (lba < 0) {
        this.#cursorDrive++
        if (this.#cursorDrive < this.models.length) this.#cursorLba = this.models[this.#cursorDrive]!.firstBlock
        continue
      }
      if (this.#failing(this.#cursorDrive, lba, 1, false)) {
        this.#cursorLba = lba + 1
        continue
      }
      let blocks = model.unseenRun(lba, this.#largestBytes / model.blockBytes)
      while (this.#failing(this.#cursorDrive, lba, blocks, false)) blocks--
      this.#cursorLba = lba + blocks
      const request = this.#free.pop()!
      this.#lock(request)
      this.#readWrite(request, Kind.ReadBack, this.#cursorDrive, lba, blocks, fittingForm(10, lba, blocks))
      request.tag = 'simple'
      return request
    }
    if (this.inFlight === 0) this.#phase = Phase.Done
    return undefined
  }

  /** Sends a finished write again as a read of the same blocks; its place and its lock are kept. */
  #startReadBack(): IoRequest {
    const request = this.#readBack[this.#readBackHead]!
    this.#readBackHead = (this.#readBackHead + 1) % this.#readBack.length
    this.#readBackCount--
    this.#readWrite(
      request,
      Kind.ReadBack,
      request.drive,
      request.lba,
      request.blocks,
      fittingForm(10, request.lba, request.blocks),
    )
    return request
  }

  #address(request: IoRequest, kind: number, drive: number, lba: number, blocks: number): void {
    const geometry = this.drives[drive]!
    request.number = ++this.#number
    request.kind = kind
    request.drive = drive
    request.path = geometry.path ?? 0
    request.target = geometry.target
    request.lun = geometry.lun
    request.lba = lba
    request.blocks = blocks
    request.bytes = blocks * geometry.blockBytes
    request.expectError = false
    this.inFlight++
    this.counters.submitted++
  }

  #readWrite(request: IoRequest, kind: number, drive: number, lba: number, blocks: number, form: CdbLength): void {
    const write = kind === Kind.Write
    this.#address(request, kind, drive, lba, blocks)
    request.reserve(this.#largestBytes)
    request.direction = write ? 'out' : 'in'
    request.cdbLength = form
    request.expectError = this.#failing(drive, lba, blocks, write)
    encodeReadWrite(request.cdb, form, write, lba, blocks)
    if (write) {
      this.counters.writes++
      this.models[drive]!.fill(request.words, 0, lba, blocks)
    } else {
      this.counters.reads++
    }
  }

  /** Do the scenario's medium errors hit these blocks? */
  #failing(drive: number, lba: number, blocks: number, write: boolean): boolean {
    const errors = this.drives[drive]!.errors
    if (errors === undefined) return false
    for (let i = 0; i < errors.length; i++) {
      const error = errors[i]!
      if (error.lba >= lba + blocks || error.lba + error.blocks <= lba) continue
      if (error.on === 'both' || error.on === (write ? 'write' : 'read')) return true
    }
    return false
  }

  complete(request: IoRequest, srbStatus: number, scsiStatus: number, bytesMoved: number, sense = -1): Outcome {
    if (request.position < 0) {
      if (this.#abandoned) return Outcome.Failed
      throw new WorkloadError(`request #${request.number} came back twice`)
    }
    const counters = this.counters
    const write = request.kind === Kind.Write
    const trim = request.kind === Kind.Trim
    const model = this.models[request.drive]!
    this.inFlight--
    const success = isSuccess(srbStatus) && scsiStatus === 0 && bytesMoved === request.bytes
    const { excuse } = request
    if (!success || request.expectError || excuse?.must !== undefined) {
      if (write || trim) model.lose(request.lba, request.blocks)
      this.#release(request)
      if (!success && (request.expectError || excuse?.why !== undefined)) {
        counters.completed++
        counters.expectedErrors++
        return Outcome.ExpectedError
      }
      counters.failed++
      counters.problem(
        `${requestText(request)}: ${endText(srbStatus, scsiStatus, bytesMoved, request.bytes, sense)}${excuse?.must !== undefined ? `; ${success ? 'it had to fail: ' : ''}${excuse.must}` : success ? '; it had to fail (medium error of the scenario)' : ''}`,
      )
      return Outcome.Failed
    }
    counters.completed++
    counters.bytes += bytesMoved
    if (write) {
      counters.writtenBytes += bytesMoved
      model.commit(request.lba, request.blocks)
      if (this.#verify === 'each' && !this.#failing(request.drive, request.lba, request.blocks, false)) {
        request.kind = Kind.ReadBack
        this.#readBack[(this.#readBackHead + this.#readBackCount) % this.#readBack.length] = request
        this.#readBackCount++
      } else {
        this.#release(request)
      }
      return Outcome.Done
    }
    // What a trimmed block reads as is the drive's to choose.
    if (trim) model.lose(request.lba, request.blocks)
    if (trim || request.kind === Kind.Flush || this.#verify === 'none') {
      this.#release(request)
      return Outcome.Done
    }
    const bad = model.check(request.words, 0, request.lba, request.blocks, request.code)
    counters.verifiedBytes += (model.comparedBlocks - bad) * model.blockBytes
    if (bad > 0) {
      counters.miscompares += bad
      counters.problem(
        `${requestText(request)}: ${bad} wrong block${bad === 1 ? '' : 's'}; ${model.describeBad(request.words, 0, request.lba)}`,
      )
    }
    this.#release(request)
    return bad > 0 ? Outcome.Miscompare : model.comparedBlocks > 0 ? Outcome.Verified : Outcome.Done
  }

  abandon(reason: string, excused = false): void {
    this.#abandoned = true
    for (const request of [...this.#locked]) {
      if (request.kind === Kind.Write || request.kind === Kind.Trim)
        this.models[request.drive]!.lose(request.lba, request.blocks)
      this.#release(request)
    }
    this.counters.abandon(this.inFlight, excused)
    if (this.inFlight > 0 && !excused)
      this.counters.problem(`${this.inFlight} request${this.inFlight === 1 ? '' : 's'} never came back: ${reason}`)
    this.inFlight = 0
    this.#readBackCount = 0
    this.#phase = Phase.Done
  }

  #lock(request: IoRequest): void {
    request.position = this.#locked.length
    this.#locked.push(request)
  }

  #release(request: IoRequest): void {
    const last = this.#locked.pop()!
    if (last !== request) {
      this.#locked[request.position] = last
      last.position = request.position
    }
    request.position = -1
    this.#free.push(request)
  }

  notes(): string[] {
    const notes = this.#source.notes()
    if (this.#late > 0)
      notes.push(
        `${this.#late} of ${this.#timed} timed I/Os started more than ${LATE_PS / 1e6} µs late, the latest by ${(this.#latestPs / 1e6).toFixed(1)} µs: the depth was used up, blocks were in use, or the driver was at work`,
      )
    return notes
  }

  report() {
    return this.counters.report(this.models.reduce((sum, model) => sum + model.unseenBytes, 0))
  }
}
