// Host time of one round by entry point. The CPU hands over a time when a routine returns; whether HwInterrupt claimed is known at its Exit,
// which follows at once.
import { RANK } from '../latency/distribution.ts'
import { HostHistogram } from '../latency/host-histogram.ts'
import { HostMeter, type HostTimer } from '../latency/host-time.ts'
import type { HostStopwatch } from '../port/cpu.ts'
import { ENTRY_NAMES } from './entry-points.ts'

const STEP_READINGS = 1_000

/** What one round says of one entry point. The timer's own cost is subtracted. */
export interface HostRound {
  calls: number
  p50: number
  p99: number
  /** Calls that took no longer than two steps of the timer. */
  belowTimer: number
}

export class HostEntries implements HostStopwatch {
  readonly #timer: HostTimer
  #histograms = ENTRY_NAMES.map(() => new HostHistogram())
  #tookNs = -1
  overheadNs = 0
  stepNs = 0
  noiseFloorNs = { p50: 0, p99: 0, max: 0 }

  constructor(timer: HostTimer) {
    this.#timer = timer
  }

  clear(): void {
    this.#histograms = ENTRY_NAMES.map(() => new HostHistogram())
    this.#tookNs = -1
  }

  start(): number {
    return this.#timer.now()
  }

  stop(_guest: number, _routine: number, startedHostNs: number): void {
    this.#tookNs = this.#timer.now() - startedHostNs
  }

  /** The routine that was timed, if it was, was this entry point. */
  settle(entry: number, measured: boolean): void {
    if (this.#tookNs >= 0 && measured) this.#histograms[entry]!.add(this.#tookNs)
    this.#tookNs = -1
  }

  /** Measures the timer and the noise floor. Best after the run, when the code is warm. */
  calibrate(): void {
    const meter = new HostMeter(this.#timer, 0)
    meter.calibrate()
    this.overheadNs = meter.overheadNs
    this.noiseFloorNs = meter.noiseFloor()!
    let step = Number.POSITIVE_INFINITY
    let before = this.#timer.now()
    for (let n = 0; n < STEP_READINGS; n++) {
      const now = this.#timer.now()
      if (now > before) step = Math.min(step, now - before)
      before = now
    }
    this.stepNs = Number.isFinite(step) ? step : 0
  }

  /** After `calibrate`. @returns undefined when the entry point was not called */
  round(entry: number): HostRound | undefined {
    const all = this.#histograms[entry]!
    if (all.count === 0) return undefined
    let belowTimer = 0
    for (const [ns, count] of all.entries()) if (ns - this.overheadNs <= 2 * this.stepNs) belowTimer += count
    return { calls: all.count, p50: this.#net(all, RANK.p50), p99: this.#net(all, RANK.p99), belowTimer }
  }

  /** Durations with counts, for logs. */
  *distribution(entry: number): Generator<readonly [ns: number, count: number]> {
    for (const [ns, count] of this.#histograms[entry]!.entries())
      yield [Math.max(0, Math.round(ns - this.overheadNs)), count]
  }

  #net(all: HostHistogram, rank: number): number {
    return Math.max(0, Math.round(all.percentile(rank) - this.overheadNs))
  }
}
