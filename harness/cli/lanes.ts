// Where the scenarios of a campaign or of a suite run: lanes that take one at a time. A lane is a worker thread (campaign-worker.ts), or this thread.
import type { Bytes } from '../../device/bytes.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import type { SuiteMoments } from '../report/html/suite-page.ts'
import type { CampaignRun } from '../verify/campaign-run.ts'
import type { SingleFlightCache } from './single-flight-cache.ts'

/** What every scenario is run with. Plain data. */
export interface LaneSettings {
  /** Of a campaign: drivers by the path as typed. */
  drivers: Readonly<Record<string, { bytes: Bytes; map?: string }>>
  coverage: boolean
  /** Keep what the HTML report draws of what went wrong. */
  pictures: boolean
  version: string
}

/** Plain data. */
export interface LaneTask {
  scenario: Scenario
  /** A command line that runs this one again. */
  rerun: string
  /** Of a scenario from a file. */
  file?: {
    /** What the run is called. */
    name: string
    /** Directory that the paths in the scenario start from: drivers and images are read there. */
    base: string
  }
}

export interface Lane {
  /** One at a time. @throws LaneError */
  run(task: LaneTask): Promise<CampaignRun>
  close(): Promise<void>
}

/** @param cache shared by all lanes */
export type OpenLane = (settings: LaneSettings, cache: SingleFlightCache) => Lane

/** The bench failed, not the driver. */
export class LaneError extends Error {
  override name = 'LaneError'
  /** Without the scenario. */
  readonly reason: string

  constructor(scenario: string, reason: string, cause?: unknown) {
    super(`scenario '${scenario}': ${reason}`, { cause })
    this.reason = reason
  }
}

/**
 * Runs all tasks on as many lanes as there are, each lane taking the next one that nobody has taken.
 * @param took called after each run; true: enough, the rest is left out
 * @returns the runs in the order of the tasks, whatever lane they ran on; those that were left out are missing
 */
export async function runOnLanes(
  lanes: readonly Lane[],
  tasks: readonly LaneTask[],
  took: (run: CampaignRun, done: number) => boolean,
): Promise<CampaignRun[]> {
  const runs: (CampaignRun | undefined)[] = tasks.map(() => undefined)
  let next = 0
  let done = 0
  let enough = false
  await Promise.all(
    lanes.map(async lane => {
      while (!enough && next < tasks.length) {
        const n = next++
        const run = await lane.run(tasks[n]!)
        runs[n] = run
        if (took(run, ++done)) enough = true
      }
    }),
  )
  return runs.filter(run => run !== undefined)
}

/** What went wrong in the runs, for the HTML report. */
export const momentsOf = (runs: readonly CampaignRun[]): SuiteMoments =>
  new Map(runs.flatMap(({ name, moments = [] }) => (moments.length === 0 ? [] : [[name, moments] as const])))
