// The generator: a seeded stream of reads and writes over the drives of one adapter, checked byte by byte.
//
// The stream does not depend on timing: the next I/O is drawn ahead and waits when it meets one in flight (no two overlap
// when one of them writes), so the same seed asks for the same blocks in the same order whatever the driver does.

import { formatSize } from '../../schemas/units.ts'
import type { GeneratorConfig } from '../../schemas/workload.ts'
import { type CdbLength, encodeFlush, encodeReadWrite, fittingForm } from './cdb.ts'
import type { DriveModel } from './drive-model.ts'
import { alignOf, largestOf, modelOf } from './fit.ts'
import { mix, Prng } from './prng.ts'
import { Weighted } from './weighted.ts'
import {
  type DriveGeometry,
  endText,
  IoCounters,
  IoRequest,
  isSuccess,
  Outcome,
  requestText,
  type TagUsage,
  type Workload,
  WorkloadError,
} from './workload.ts'

export interface GeneratorOptions {
  seed: number
  /** Index of the guest: each has a stream of its own. */
  guest: number
  drives: readonly DriveGeometry[]
  /** Largest transfer the miniport takes, in bytes. */
  maxTransferBytes?: number
}

const Kind = { Read: 0, Write: 1, Flush: 2, ReadBack: 3 } as const
const Phase = { Run: 0, ReadBack: 1, Done: 2 } as const

export class Generator implements Workload {
  readonly models: readonly DriveModel[]
  readonly drives: readonly DriveGeometry[]
  readonly counters = new IoCounters()
  readonly total: number
  issued = 0
  inFlight = 0
  readonly #config: GeneratorConfig
  readonly #prng: Prng
  readonly #requests: IoRequest[]
  /** Requests not handed out, a stack. */
  readonly #free: IoRequest[]
  /** Requests in flight or waiting to be read back: their blocks are locked. Compact. */
  readonly #locked: IoRequest[] = []
  /** Finished writes to be read back at once (`verify: 'each'`), a ring. */
  readonly #readBack: (IoRequest | undefined)[]
  #readBackHead = 0
  #readBackCount = 0
  readonly #sizes: Weighted<number>
  readonly #largestBytes: number
  readonly #alignBytes: number
  readonly #forms: Weighted<CdbLength>
  readonly #tags: Weighted<TagUsage>
  /** Sequential: where each drive goes on. */
  readonly #next: number[]
  #turn = 0
  #number = 0
  #abandoned = false
  #phase: number = Phase.Run
  /** Read-back at the end: where it is. */
  #cursorDrive = 0
  #cursorLba = 0
  /** The I/O drawn ahead. */
  #staged = false
  #stagedKind: number = Kind.Read
  #stagedDrive = 0
  #stagedLba = 0
  #stagedBlocks = 0
  #stagedForm: CdbLength = 10
  #stagedTag: TagUsage = 'simple'

  constructor(config: GeneratorConfig, options: GeneratorOptions) {
    this.#config = config
    this.total = config.ios
    this.drives = options.drives
    this.#prng = new Prng(mix(options.seed, options.guest), options.seed)
    this.#largestBytes = largestOf(config)
    this.#alignBytes = alignOf(config)
    if (options.drives.length === 0) throw new WorkloadError('there is no drive to work on')
    const limit = options.maxTransferBytes ?? Number.POSITIVE_INFINITY
    if (this.#largestBytes > limit) {
      throw new WorkloadError(
        `the workload moves ${formatSize(this.#largestBytes)} at once, but the miniport takes at most ${formatSize(limit)} (MaximumTransferLength)`,
      )
    }
    this.models = options.drives.map((drive, i) => modelOf(config, drive, mix(mix(options.seed, options.guest), i)))
    this.#next = this.models.map(model => model.firstBlock)
    this.#sizes = new Weighted(config.blockSizes.map(s => ({ value: s.sizeBytes, weight: s.weight })))
    this.#forms = new Weighted(([6, 10, 12, 16] as const).map(form => ({ value: form, weight: config.cdb[form] })))
    this.#tags = new Weighted(
      (['simple', 'ordered', 'untagged'] as const).map(tag => ({ value: tag, weight: config.tags[tag] })),
    )
    this.#requests = Array.from({ length: config.depth }, (_, slot) => new IoRequest(slot))
    this.#free = [...this.#requests].reverse()
    this.#readBack = new Array<IoRequest | undefined>(config.depth).fill(undefined)
  }

  get done(): boolean {
    return this.#phase === Phase.Done && this.inFlight === 0
  }

  next(): IoRequest | undefined {
    if (this.#readBackCount > 0) return this.#startReadBack()
    if (this.#phase === Phase.Run) {
      if (this.issued < this.total) {
        if (!this.#staged) this.#stage()
        if (this.#free.length === 0 || this.#conflict()) return undefined
        return this.#start()
      }
      if (this.inFlight > 0) return undefined
      this.#phase = this.#config.verify === 'none' ? Phase.Done : Phase.ReadBack
      this.#cursorLba = this.models[0]!.firstBlock
    }
    if (this.#phase === Phase.ReadBack && this.#free.length > 0) return this.#finalRead()
    return undefined
  }

  /** Draws the next I/O. */
  #stage(): void {
    const config = this.#config
    const prng = this.#prng
    this.#staged = true
    this.#stagedTag = this.#tags.draw(prng)
    if (config.flushEvery > 0 && this.issued % (config.flushEvery + 1) === config.flushEvery) {
      this.#stagedKind = Kind.Flush
      this.#stagedDrive = this.#turn % this.models.length
      this.#stagedBlocks = 0
      return
    }
    const drive =
      config.pattern === 'random'
        ? this.models.length === 1
          ? 0
          : prng.below(this.models.length)
        : this.#turn % this.models.length
    this.#turn++
    const model = this.models[drive]!
    const blocks = this.#sizes.draw(prng) / model.blockBytes
    const align = this.#alignBytes / model.blockBytes
    let lba: number
    if (config.pattern === 'random') {
      lba = model.firstBlock + prng.below(Math.floor((model.rangeBlocks - blocks) / align) + 1) * align
    } else {
      lba = this.#next[drive]!
      if (lba + blocks > model.firstBlock + model.rangeBlocks) lba = model.firstBlock
      const end = lba + blocks - model.firstBlock
      this.#next[drive] = model.firstBlock + Math.ceil(end / align) * align
    }
    this.#stagedKind =
      config.read === 100 || (config.read > 0 && prng.below(100) < config.read) ? Kind.Read : Kind.Write
    this.#stagedDrive = drive
    this.#stagedLba = lba
    this.#stagedBlocks = blocks
    this.#stagedForm = fittingForm(this.#forms.draw(prng), lba, blocks)
  }

  /** Would the staged I/O overlap one in flight, with one of them writing? A flush waits for nothing. */
  #conflict(): boolean {
    if (this.#stagedKind === Kind.Flush) return false
    const write = this.#stagedKind === Kind.Write
    const start = this.#stagedLba
    const end = start + this.#stagedBlocks
    for (let i = 0; i < this.#locked.length; i++) {
      const other = this.#locked[i]!
      if (other.drive !== this.#stagedDrive || other.lba >= end || other.lba + other.blocks <= start) continue
      if (write || other.kind === Kind.Write) return true
    }
    return false
  }

  #start(): IoRequest {
    const kind = this.#stagedKind
    const request = this.#free.pop()!
    this.#staged = false
    this.issued++
    this.#lock(request)
    if (kind === Kind.Flush) {
      this.#address(request, kind, this.#stagedDrive, 0, 0)
      request.direction = 'none'
      request.cdbLength = 10
      encodeFlush(request.cdb)
    } else {
      this.#readWrite(request, kind, this.#stagedDrive, this.#stagedLba, this.#stagedBlocks, this.#stagedForm)
    }
    request.tag = this.#stagedTag
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
    const model = this.models[request.drive]!
    this.inFlight--
    const success = isSuccess(srbStatus) && scsiStatus === 0 && bytesMoved === request.bytes
    const { excuse } = request
    if (!success || request.expectError || excuse?.must !== undefined) {
      if (write) model.lose(request.lba, request.blocks)
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
      if (this.#config.verify === 'each' && !this.#failing(request.drive, request.lba, request.blocks, false)) {
        request.kind = Kind.ReadBack
        this.#readBack[(this.#readBackHead + this.#readBackCount) % this.#readBack.length] = request
        this.#readBackCount++
      } else {
        this.#release(request)
      }
      return Outcome.Done
    }
    if (request.kind === Kind.Flush || this.#config.verify === 'none') {
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
      if (request.kind === Kind.Write) this.models[request.drive]!.lose(request.lba, request.blocks)
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

  report() {
    return this.counters.report(this.models.reduce((sum, model) => sum + model.unseenBytes, 0))
  }
}
