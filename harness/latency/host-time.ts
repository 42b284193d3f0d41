// Host time around each entry point: information beside the verdict, never the verdict. What the timer itself costs is
// calibrated and subtracted; what the machine adds to a routine that does nothing is measured and shown (noise floor).
import type { HostFigures, NoiseFloor } from '../../schemas/report.ts'
import { ROUTINE_NAMES } from '../trace/events.ts'
import { RANK } from './distribution.ts'
import type { HostSource } from './figures.ts'
import { HostHistogram } from './host-histogram.ts'

/** Where host time comes from. The core has no clock of its own. */
export interface HostTimer {
  /** Nanoseconds since any fixed instant. */
  now(): number
}

const CALIBRATION_PAIRS = 2_001
const NULL_CALLS = 20_000

const nothing = (): void => {}

export class HostMeter implements HostSource {
  readonly #timer: HostTimer
  readonly #histograms: readonly (readonly HostHistogram[])[]
  readonly #null = new HostHistogram()
  #overheadNs = 0

  constructor(timer: HostTimer, guestCount: number) {
    this.#timer = timer
    this.#histograms = Array.from({ length: guestCount }, () => ROUTINE_NAMES.map(() => new HostHistogram()))
  }

  /** Median of two readings in a row; 0 when the timer is too coarse to tell. */
  get overheadNs(): number {
    return this.#overheadNs
  }

  /** To be called right before an entry point; its result goes to `stop`. */
  start(): number {
    return this.#timer.now()
  }

  /** To be called right after it. */
  stop(guest: number, routine: number, startedHostNs: number): void {
    this.#record(this.#histograms[guest]![routine]!, startedHostNs)
  }

  /**
   * Measures the timer, then the noise floor. Call it once the code is warm, best after the run.
   * @param nullIsr an ISR that does nothing, called through the same path as a real one
   */
  calibrate(nullIsr: () => void = nothing, calls = NULL_CALLS): void {
    const pairs = new Float64Array(CALIBRATION_PAIRS)
    for (let i = 0; i < CALIBRATION_PAIRS; i++) {
      const startedHostNs = this.#timer.now()
      pairs[i] = this.#timer.now() - startedHostNs
    }
    this.#overheadNs = Math.max(0, pairs.sort()[CALIBRATION_PAIRS >> 1]!)
    for (let i = 0; i < calls; i++) {
      const startedHostNs = this.#timer.now()
      nullIsr()
      this.#record(this.#null, startedHostNs)
    }
  }

  figures(guest: number, routine: number): HostFigures | null {
    return this.merged([guest], routine)
  }

  merged(guests: readonly number[], routine: number): HostFigures | null {
    const all = new HostHistogram()
    for (const guest of guests) all.merge(this.#histograms[guest]![routine]!)
    if (all.count === 0) return null
    const at = (rank: number) => this.#net(all.percentile(rank))
    return {
      p50: at(RANK.p50),
      p90: at(RANK.p90),
      p99: at(RANK.p99),
      p999: at(RANK.p999),
      max: at(RANK.max),
      timerOverheadNs: Math.round(this.#overheadNs),
    }
  }

  /** How long the calls of one routine took, in ns, with counts; what the timer costs is subtracted. */
  *distribution(guest: number, routine: number): Generator<readonly [ns: number, count: number]> {
    for (const [ns, count] of this.#histograms[guest]![routine]!.entries()) yield [this.#net(ns), count]
  }

  noiseFloor(): NoiseFloor | null {
    if (this.#null.count === 0) return null
    const at = (rank: number) => this.#net(this.#null.percentile(rank))
    return { p50: at(RANK.p50), p99: at(RANK.p99), max: at(RANK.max) }
  }

  #net(ns: number): number {
    return Math.max(0, Math.round(ns - this.#overheadNs))
  }

  #record(into: HostHistogram, startedHostNs: number): void {
    into.add(this.#timer.now() - startedHostNs)
  }
}
