// What the command line needs from the process. Tests give their own.
import type { Scenario } from '../../schemas/scenario.ts'
import type { MeterCache } from '../guest/guest.ts'
import type { HostTimer } from '../latency/host-time.ts'
import type { RunIo, RunResult } from '../run-io.ts'
import type { OpenLane } from './lanes.ts'

/** Exit codes. */
export const EXIT = { pass: 0, failed: 1, usage: 2, stopped: 3, internal: 4 } as const

export interface OutputStream {
  write(text: string): unknown
  /** A terminal, not a pipe or file. */
  readonly isTTY: boolean
  /** Width of the terminal. */
  readonly columns?: number | undefined
}

export interface CliIo {
  stdout: OutputStream
  stderr: OutputStream
  env: Readonly<Record<string, string | undefined>>
  /** Directory that relative paths start from. */
  cwd: string
  version: string
  /** Host clock in ns. */
  hostTimer: HostTimer
  /** Where metered drivers are kept between runs. */
  meterCache?: MeterCache
  runScenario(scenario: Scenario, io: RunIo): Promise<RunResult>
  /** Where the scenarios of a campaign run. */
  openLane: OpenLane
  /** Calls back, once, when the user wants to stop. @returns a function that takes it back */
  onInterrupt?(stop: () => void): () => void
  /** Calls back with the path of each file of a folder that changes. @returns a function that ends it */
  watch?(folder: string, changed: (path: string) => void): () => void
}

/** A mistake on the command line or in a file: said to the user as it is, exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
  /** Command whose help explains it. */
  readonly command: string | undefined

  constructor(message: string, command?: string) {
    super(message)
    this.command = command
  }
}
