// What a run needs from outside, and what it gives back. The run itself touches no file and no host clock.
import type { Report } from '../schemas/report.ts'
import type { CoverageHits, CoverageMap } from './guest/coverage.ts'
import type { HostTimer } from './latency/host-time.ts'
import type { HostStopwatch } from './port/cpu.ts'
import type { Pictures } from './report/pictures/pictures.ts'
import type { Recording } from './report/trace-export/recording.ts'
import type { Supply } from './run/machine.ts'
import type { RunNames } from './run/names.ts'
import type { Trace } from './trace/trace.ts'
import type { DriveModel } from './workload/drive-model.ts'

export interface Progress {
  /** What is going on: 'boot' or 'run'. */
  phase: string
  /** Drivers booted, or I/Os done over all adapters. */
  done: number
  /** How many there will be; 0 when that is not known. */
  total: number
  virtualPs: number
}

/** Listens to a run beside the bench's own readers. */
export interface RunListener {
  /** A run begins; it begins again when it has to be repeated (what a driver did in memory): the last one counts. @param names known once the drivers boot */
  begin(trace: Trace, names: RunNames): void
  /** The workload begins, or has ended. */
  workload?(runs: boolean): void
  /** Takes host time in place of the bench's own meter. */
  readonly stopwatch?: HostStopwatch
}

export interface RunIo extends Supply {
  /** Host time for information; without it the report has no host figures. */
  hostTimer?: HostTimer
  /** Called now and then, not for every I/O. */
  progress?(progress: Progress): void
  /** The command line that runs this again, for the report. */
  rerun: string
  /** Version of wasm-hba, for the report. */
  version: string
  /** Collect what the HTML report draws. Changes nothing else. */
  pictures?: boolean
  /** Changes nothing that behaves. */
  listener?: RunListener
  /** Hand the trace over, as far as its ring has it. */
  recording?: boolean
}

/** A drive in an image file and what the workload knows of its contents. */
export interface DriveImage {
  /** As the scenario has it. */
  path: string
  model: DriveModel
}

/** What one guest has to be covered, and what of it this run entered. Plain data. */
export interface GuestCoverage {
  /** Its name in the report. */
  guest: string
  map: CoverageMap
  hits: CoverageHits
}

export interface RunResult {
  report: Report
  /** 0 pass · 1 fail or no data · 3 a guest was stopped. */
  exitCode: number
  /** Images to be compared after the run, when all stores are closed. */
  images?: readonly DriveImage[]
  /** One for each guest, with `RunIo.coverage`. Those of several runs go together with `mergeHits` and `coverageFigures`. */
  coverage?: readonly GuestCoverage[]
  /** With `RunIo.pictures`. */
  pictures?: Pictures
  /** With `RunIo.recording`. */
  recording?: Recording
}
