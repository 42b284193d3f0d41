// Runs many scenarios at once, on as many lanes as there are jobs, with their progress on the terminal.
import { availableParallelism } from 'node:os'
import type { CampaignRun } from '../verify/campaign-run.ts'
import { type CliIo, UsageError } from './io.ts'
import { type LaneSettings, type LaneTask, runOnLanes } from './lanes.ts'
import { SingleFlightCache } from './single-flight-cache.ts'
import { ProgressLine } from './terminal.ts'

const MOST_JOBS = 64

export const JOBS_OPTION = {
  type: 'string',
  short: 'j',
  value: 'N',
  help: 'scenarios at once, by default as many as there are processors',
  output: true,
} as const

/** The runs were ended by the user. */
export class Interrupted extends Error {
  override name = 'Interrupted'
}

/** @throws UsageError */
export function jobsOf(command: string, text: string | undefined): number {
  if (text === undefined) return Math.min(MOST_JOBS, availableParallelism())
  const jobs = /^\d+$/.test(text) ? Number(text) : 0
  if (jobs < 1 || jobs > MOST_JOBS)
    throw new UsageError(`--jobs: found '${text}', expected a whole number from 1 to ${MOST_JOBS}`, command)
  return jobs
}

/** @param enough asked after each run; true: the rest is left out @throws LaneError, Interrupted */
export async function runAll(
  tasks: readonly LaneTask[],
  settings: LaneSettings,
  jobs: number,
  io: CliIo,
  quiet: boolean,
  enough: (run: CampaignRun) => boolean,
): Promise<CampaignRun[]> {
  const cache = new SingleFlightCache(io.meterCache)
  const line = new ProgressLine(io.stderr, io.hostTimer.now)
  const shown = io.stderr.isTTY && !quiet
  const lanes = Array.from({ length: Math.min(jobs, tasks.length) }, () => io.openLane(settings, cache))
  let done = 0
  let deaf = () => {}
  const interrupted = new Promise<never>((_, reject) => {
    deaf =
      io.onInterrupt?.(() => reject(new Interrupted(`interrupted after ${done} of ${tasks.length} scenarios`))) ?? deaf
  })
  try {
    if (shown) line.scenarios(0, tasks.length, '')
    const work = runOnLanes(lanes, tasks, (run, n) => {
      done = n
      if (shown) line.scenarios(n, tasks.length, run.name)
      return enough(run)
    })
    return await Promise.race([work, interrupted])
  } finally {
    deaf()
    line.end()
    await Promise.all(lanes.map(lane => lane.close()))
  }
}
