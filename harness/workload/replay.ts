// Replays a log of I/Os, in its order. What is larger than the miniport takes is split, as class drivers do.
import { formatSize } from '../../schemas/units.ts'
import type { IologConfig } from '../../schemas/workload.ts'
import { type CdbLength, fittingForm } from './cdb.ts'
import { CheckedStream } from './checked-stream.ts'
import { DriveModel } from './drive-model.ts'
import { checkTransfer } from './fit.ts'
import type { GeneratorOptions } from './generator.ts'
import { Action } from './iolog.ts'
import { type FittedLog, psPerUsOf } from './iolog-fit.ts'
import { mix, Prng } from './prng.ts'
import { type Draft, type IoSource, Kind } from './source.ts'
import { Weighted } from './weighted.ts'
import type { DriveGeometry, TagUsage } from './workload.ts'

/** Nothing larger is asked for at once. */
export const LARGEST_BYTES = 1 << 19
/** Blocks of one UNMAP: the Block Limits page of the drives. */
const UNMAP_BLOCKS = 0x4_0000

export class Replay extends CheckedStream {
  constructor(config: IologConfig, log: FittedLog, options: GeneratorOptions) {
    const { drives } = options
    const seed = mix(options.seed, options.guest)
    const limitBytes = Math.min(LARGEST_BYTES, options.maxTransferBytes ?? LARGEST_BYTES)
    checkTransfer(Math.max(0, ...drives.map(d => d.blockBytes)), drives, limitBytes)
    const coarsest = Math.max(...drives.map(d => d.blockBytes))
    const largestBytes = Math.min(log.largestBytes, limitBytes - (limitBytes % coarsest))
    super({
      source: new LogSource(config, log, drives, largestBytes, new Prng(seed, options.seed)),
      drives,
      models: drives.map((drive, i) => modelOf(drive, log.ranges[i]!, mix(seed, i))),
      depth: config.depth,
      verify: config.verify,
      largestBytes,
    })
  }
}

const modelOf = (drive: DriveGeometry, range: FittedLog['ranges'][number], salt: number): DriveModel =>
  new DriveModel({
    label: drive.label,
    blockBytes: drive.blockBytes,
    blocks: drive.blocks,
    firstBlock: range.firstBlock,
    rangeBlocks: range.blocks,
    salt,
    zeroAtStart: drive.zeroAtStart ?? false,
  })

const KINDS = {
  [Action.read]: Kind.Read,
  [Action.write]: Kind.Write,
  [Action.trim]: Kind.Trim,
  [Action.sync]: Kind.Flush,
}

class LogSource implements IoSource {
  readonly total: number
  readonly #log: FittedLog
  readonly #prng: Prng
  readonly #forms: Weighted<CdbLength>
  readonly #tags: Weighted<TagUsage>
  /** Largest READ or WRITE of each drive. */
  readonly #largestBlocks: readonly number[]
  readonly #largestBytes: number
  /** Picoseconds of replay to a microsecond of the log; 0: times are not kept. */
  readonly #psPerUs: number
  #at = 0
  /** Blocks of the current I/O that were handed out. */
  #done = 0
  #split = 0
  #parts = 0

  constructor(config: IologConfig, log: FittedLog, drives: readonly DriveGeometry[], largestBytes: number, prng: Prng) {
    this.total = log.count
    this.#log = log
    this.#prng = prng
    this.#forms = new Weighted(([6, 10, 12, 16] as const).map(form => ({ value: form, weight: config.cdb[form] })))
    this.#tags = new Weighted(
      (['simple', 'ordered', 'untagged'] as const).map(tag => ({ value: tag, weight: config.tags[tag] })),
    )
    this.#largestBytes = largestBytes
    this.#largestBlocks = drives.map(d => largestBytes / d.blockBytes)
    this.#psPerUs = psPerUsOf(config)
  }

  draw(draft: Draft): boolean {
    const log = this.#log
    const n = this.#at
    if (n >= log.count) return false
    const action = log.actions[n] as Action
    const drive = log.drive[n]!
    const blocks = log.blocks[n]!
    const limit = action === Action.trim ? UNMAP_BLOCKS : this.#largestBlocks[drive]!
    const lba = log.lba[n]! + this.#done
    const part = Math.min(blocks - this.#done, limit)
    draft.atPs = Math.floor(log.timesUs[n]! * this.#psPerUs)
    draft.tag = this.#tags.draw(this.#prng)
    draft.kind = KINDS[action]
    draft.drive = drive
    draft.lba = lba
    draft.blocks = part
    draft.form = fittingForm(this.#forms.draw(this.#prng), lba, part)
    if (part < blocks && action !== Action.trim) {
      if (this.#done === 0) this.#split++
      this.#parts++
    }
    this.#done += part
    if (this.#done >= blocks) {
      this.#done = 0
      this.#at++
    }
    return true
  }

  notes(): string[] {
    const notes = [...this.#log.notes]
    if (this.#split > 0)
      notes.push(
        `${this.#split} I/Os of the log were split into ${this.#parts}: no more than ${formatSize(this.#largestBytes)} are moved at once`,
      )
    return notes
  }
}
