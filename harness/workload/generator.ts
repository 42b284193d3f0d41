// The generator: I/Os drawn at random or one after another, from a seed.
import type { GeneratorConfig } from '../../schemas/workload.ts'
import { type CdbLength, fittingForm } from './cdb.ts'
import { CheckedStream } from './checked-stream.ts'
import type { DriveModel } from './drive-model.ts'
import { alignOf, checkTransfer, largestOf, modelOf } from './fit.ts'
import { mix, Prng } from './prng.ts'
import { RandomMap } from './random-map.ts'
import { Skew } from './skew.ts'
import { type Draft, type IoSource, Kind } from './source.ts'
import { Weighted } from './weighted.ts'
import type { DriveGeometry, TagUsage } from './workload.ts'

export interface GeneratorOptions {
  seed: number
  /** Index of the guest: each has a stream of its own. */
  guest: number
  drives: readonly DriveGeometry[]
  /** Largest transfer the miniport takes, in bytes. */
  maxTransferBytes?: number
}

export class Generator extends CheckedStream {
  constructor(config: GeneratorConfig, options: GeneratorOptions) {
    const { drives } = options
    const seed = mix(options.seed, options.guest)
    checkTransfer(largestOf(config), drives, options.maxTransferBytes)
    const models = drives.map((drive, i) => modelOf(config, drive, mix(seed, i)))
    super({
      source: new Draws(config, models, new Prng(seed, options.seed), seed),
      drives,
      models,
      depth: config.depth,
      verify: config.verify,
      largestBytes: largestOf(config),
      runtimePs: config.runtimePs,
      think: config.thinkPs === undefined ? undefined : { ps: config.thinkPs, ios: config.thinkEvery },
    })
  }
}

/** Where on a drive the next random I/O starts, in multiples of the alignment. */
interface Places {
  draw(prng: Prng): number
}

class Draws implements IoSource {
  readonly total: number
  readonly #config: GeneratorConfig
  readonly #models: readonly DriveModel[]
  readonly #prng: Prng
  readonly #sizes: Weighted<number>
  readonly #alignBytes: number
  readonly #forms: Weighted<CdbLength>
  readonly #tags: Weighted<TagUsage>
  /** Of each drive, when not all places are alike. */
  readonly #places: readonly Places[] | undefined
  /** Sequential: where each drive goes on. */
  readonly #next: number[]
  readonly #limitBytes: number
  #drawn = 0
  #drawnBytes = 0
  #turn = 0
  #unflushedWrites = 0

  constructor(config: GeneratorConfig, models: readonly DriveModel[], prng: Prng, seed: number) {
    this.#config = config
    this.#models = models
    this.#prng = prng
    this.#alignBytes = alignOf(config)
    this.#next = models.map(model => model.firstBlock)
    this.#sizes = new Weighted(config.blockSizes.map(s => ({ value: s.sizeBytes, weight: s.weight })))
    this.#forms = new Weighted(([6, 10, 12, 16] as const).map(form => ({ value: form, weight: config.cdb[form] })))
    this.#tags = new Weighted(
      (['simple', 'ordered', 'untagged'] as const).map(tag => ({ value: tag, weight: config.tags[tag] })),
    )
    this.#limitBytes = config.ioBytes ?? Number.POSITIVE_INFINITY
    const weights = config.blockSizes.reduce((sum, s) => sum + s.weight, 0)
    const meanBytes = config.blockSizes.reduce((sum, s) => sum + s.sizeBytes * (s.weight / weights), 0)
    this.total = Math.min(config.ios, Math.ceil(this.#limitBytes / meanBytes))
    const { distribution } = config
    if (config.once || distribution.kind !== 'uniform')
      this.#places = models.map((model, i) => {
        const places = this.#placesOf(model, Math.min(...config.blockSizes.map(s => s.sizeBytes)))
        const salt = mix(seed, i + 1)
        return distribution.kind === 'uniform'
          ? new RandomMap(places, salt)
          : new Skew(distribution, places, salt >>> 0)
      })
  }

  draw(draft: Draft): boolean {
    const config = this.#config
    const prng = this.#prng
    if (this.#drawn >= config.ios || this.#drawnBytes >= this.#limitBytes) return false
    if (config.rateIops !== undefined) draft.atPs = Math.floor((this.#drawn / config.rateIops) * 1e12)
    draft.tag = this.#tags.draw(prng)
    if (this.#flushNow()) {
      this.#drawn++
      draft.kind = Kind.Flush
      draft.drive = this.#turn % this.#models.length
      draft.blocks = 0
      return true
    }
    this.#drawn++
    const random = config.pattern === 'random'
    const drive = random
      ? this.#models.length === 1
        ? 0
        : prng.below(this.#models.length)
      : this.#turn % this.#models.length
    this.#turn++
    const model = this.#models[drive]!
    const bytes = this.#sizes.draw(prng)
    const blocks = bytes / model.blockBytes
    draft.lba = random ? this.#randomLba(drive, model, bytes) : this.#nextLba(drive, model, blocks)
    draft.kind = config.read === 100 || (config.read > 0 && prng.below(100) < config.read) ? Kind.Read : Kind.Write
    draft.drive = drive
    draft.blocks = blocks
    draft.form = fittingForm(this.#forms.draw(prng), draft.lba, blocks)
    this.#drawnBytes += bytes
    if (draft.kind === Kind.Write) this.#unflushedWrites++
    return true
  }

  #flushNow(): boolean {
    const { flushEvery, flushEveryWrites } = this.#config
    if (flushEvery > 0 && this.#drawn % (flushEvery + 1) === flushEvery) return true
    if (flushEveryWrites === 0 || this.#unflushedWrites < flushEveryWrites) return false
    this.#unflushedWrites = 0
    return true
  }

  /** Starts that an I/O of so many bytes may have. */
  #placesOf(model: DriveModel, bytes: number): number {
    return Math.floor((model.rangeBlocks * model.blockBytes - bytes) / this.#alignBytes) + 1
  }

  /** A start too near the end for this size is moved back to the last one that is not. */
  #randomLba(drive: number, model: DriveModel, bytes: number): number {
    const places = this.#placesOf(model, bytes)
    const prng = this.#prng
    const place =
      this.#places === undefined ? prng.below(places) : Math.min(this.#places[drive]!.draw(prng), places - 1)
    return model.firstBlock + place * (this.#alignBytes / model.blockBytes)
  }

  #nextLba(drive: number, model: DriveModel, blocks: number): number {
    const align = this.#alignBytes / model.blockBytes
    let lba = this.#next[drive]!
    if (lba + blocks > model.firstBlock + model.rangeBlocks) lba = model.firstBlock
    const end = lba + blocks - model.firstBlock
    this.#next[drive] = model.firstBlock + Math.ceil(end / align) * align
    return lba
  }

  notes(): string[] {
    return []
  }
}
