// What a run needs from outside, and what it gives back. The run itself touches no file and no host clock.
import type { Report } from '../schemas/report.ts'
import type { HostTimer } from './latency/host-time.ts'
import type { Supply } from './run/machine.ts'
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

export interface RunIo extends Supply {
  /** Host time for information; without it the report has no host figures. */
  hostTimer?: HostTimer
  /** Called now and then, not for every I/O. */
  progress?(progress: Progress): void
  /** The command line that runs this again, for the report. */
  rerun: string
  /** Version of wasm-hba, for the report. */
  version: string
}

/** A drive in an image file and what the workload knows of its contents. */
export interface DriveImage {
  /** As the scenario has it. */
  path: string
  model: DriveModel
}

export interface RunResult {
  report: Report
  /** 0 pass · 1 fail or no data · 3 a guest was stopped. */
  exitCode: number
  /** Images to be compared after the run, when all stores are closed. */
  images?: readonly DriveImage[]
}
