// A lane in this thread: what a worker does, too.
import type { Scenario } from '../../schemas/scenario.ts'
import { GuestLoadError } from '../guest/guest.ts'
import type { Supply } from '../run/machine.ts'
import { runScenario } from '../run.ts'
import type { RunIo, RunResult } from '../run-io.ts'
import { type CampaignRun, runCampaignScenario } from '../verify/campaign-run.ts'
import { WorkloadError } from '../workload/workload.ts'
import { isExpected } from './expected-errors.ts'
import { fileSupply, withImages } from './files.ts'
import { LaneError, type LaneSettings, type LaneTask, type OpenLane } from './lanes.ts'
import { LaneCache } from './single-flight-cache.ts'

/** What a driver can bring about by what it is or says. */
const byDriver = (error: Error): boolean => error instanceof GuestLoadError || error instanceof WorkloadError

const EXIT_UNUSABLE = 2

export const openHere: OpenLane = (settings, shared) => {
  const cache = new LaneCache(shared)
  return {
    run: async task => {
      try {
        return await runTask(settings, task, cache)
      } finally {
        cache.release()
      }
    },
    close: async () => {},
  }
}

/** @throws LaneError */
export async function runTask(
  { drivers, coverage, pictures, version }: LaneSettings,
  { scenario, rerun, file }: LaneTask,
  cache: NonNullable<RunIo['cache']>,
): Promise<CampaignRun> {
  const campaign: Supply = {
    driver: async path => drivers[path]!.bytes,
    driverMap: async path => drivers[path]!.map,
    image: () => {
      throw new Error('scenarios of the campaign have no image files')
    },
  }
  const supply = file === undefined ? campaign : fileSupply(file.base)
  const io: RunIo = { ...supply, cache, coverage, recording: pictures, version, rerun }
  try {
    if (file !== undefined) return await runFile(scenario, io, file)
    return await runCampaignScenario(runScenario, scenario, io, byDriver)
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'thrown', message: String(error) }
    throw new LaneError(scenario.name ?? '', `${name}: ${message}`, error)
  }
}

/** A scenario that cannot be run is a run that failed: the others go on. */
async function runFile(scenario: Scenario, io: RunIo, file: NonNullable<LaneTask['file']>): Promise<CampaignRun> {
  const run = async (): Promise<RunResult> => withImages(await runScenario(scenario, io), file.base)
  const done = await runCampaignScenario(run, scenario, io, isExpected)
  // What `hba run` makes of it.
  const exitCode = done.report.guests.length === 0 && done.exitCode === 1 ? EXIT_UNUSABLE : done.exitCode
  return { ...done, name: file.name, about: scenario.description ?? scenario.name ?? '', exitCode }
}
