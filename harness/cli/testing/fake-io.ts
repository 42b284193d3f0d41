// The command line without a process: what it wrote, and a run that is a report made before.
import type { Scenario } from '../../../schemas/scenario.ts'
import type { MeterCache } from '../../guest/guest.ts'
import { sampleReport } from '../../report/testing/sample.ts'
import type { RunIo, RunResult } from '../../run-io.ts'
import { openHere } from '../campaign-lane.ts'
import { main } from '../cli.ts'
import type { CliIo } from '../io.ts'
import type { OpenLane } from '../lanes.ts'

export interface Outcome {
  code: number
  out: string
  err: string
  /** What was to be run, when it came to that. */
  scenario: Scenario | undefined
  io: RunIo | undefined
}

export interface Setting {
  cwd?: string
  env?: Record<string, string>
  /** Both streams are terminals. */
  tty?: boolean
  columns?: number
  run?: (scenario: Scenario, io: RunIo) => RunResult | Promise<RunResult>
  /** Default: in this thread. */
  openLane?: OpenLane
  meterCache?: MeterCache
  onInterrupt?: NonNullable<CliIo['onInterrupt']>
  watch?: NonNullable<CliIo['watch']>
  /** Told of everything on standard error. */
  heard?: (text: string) => void
}

export const passing = (): RunResult => ({ report: sampleReport(), exitCode: 0 })

export async function hba(args: readonly string[], setting: Setting = {}): Promise<Outcome> {
  const {
    cwd = '/nowhere',
    env = {},
    tty = false,
    run = passing,
    openLane = openHere,
    columns = 100,
    onInterrupt,
    meterCache,
    watch,
    heard,
  } = setting
  const outcome: Outcome = { code: -1, out: '', err: '', scenario: undefined, io: undefined }
  let hostNs = 0
  const io: CliIo = {
    stdout: { isTTY: tty, columns, write: text => (outcome.out += text) },
    stderr: {
      isTTY: tty,
      columns,
      write: text => {
        outcome.err += text
        heard?.(text)
      },
    },
    env,
    cwd,
    version: '1.2.3',
    hostTimer: {
      now: () => {
        hostNs += 1e9
        return hostNs
      },
    },
    runScenario: async (scenario, runIo) => {
      outcome.scenario = scenario
      outcome.io = runIo
      return await run(scenario, runIo)
    },
    openLane,
    ...(meterCache === undefined ? {} : { meterCache }),
    ...(onInterrupt === undefined ? {} : { onInterrupt }),
    ...(watch === undefined ? {} : { watch }),
  }
  outcome.code = await main(args, io)
  return outcome
}
