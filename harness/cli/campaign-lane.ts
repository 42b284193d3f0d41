// A lane in this thread: what a worker does, too.
import { GuestLoadError } from '../guest/guest.ts'
import { runScenario } from '../run.ts'
import type { RunIo } from '../run-io.ts'
import { type CampaignRun, runCampaignScenario } from '../verify/campaign-run.ts'
import { WorkloadError } from '../workload/workload.ts'
import { LaneError, type LaneSettings, type LaneTask, type OpenLane } from './lanes.ts'
import { LaneCache } from './single-flight-cache.ts'

/** What a driver can bring about by what it is or says. */
const byDriver = (error: Error): boolean => error instanceof GuestLoadError || error instanceof WorkloadError

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
  { drivers, coverage, version }: LaneSettings,
  { scenario, rerun }: LaneTask,
  cache: NonNullable<RunIo['cache']>,
): Promise<CampaignRun> {
  const io: RunIo = {
    driver: async path => drivers[path]!.bytes,
    driverMap: async path => drivers[path]!.map,
    image: () => {
      throw new Error('scenarios of the campaign have no image files')
    },
    cache,
    coverage,
    version,
    rerun,
  }
  try {
    return await runCampaignScenario(runScenario, scenario, io, byDriver)
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'thrown', message: String(error) }
    throw new LaneError(scenario.name ?? '', `${name}: ${message}`, error)
  }
}
