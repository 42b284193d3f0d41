// A driver without MapBuffers that looks into its data all the same is stopped by IO-12 at its first INQUIRY, and no other rule is tried. On
// Windows without Driver Verifier it goes on: the buffers of many requests happen to be in memory. So once that is on record, the
// campaign goes on as there.
import type { CampaignRun } from './campaign-run.ts'

export const MAPPED_BUFFERS_RULE = 'IO-12'

const stoppedByIt = ({ report }: CampaignRun): boolean =>
  report.guests.some(
    guest =>
      guest.stopped !== undefined &&
      guest.rules.some(rule => rule.id === MAPPED_BUFFERS_RULE && rule.status === 'violated'),
  )

/** @returns numbers of the runs that are to be done again with the rule off: all that it stopped but one, which stays on record */
export function runsToRepeat(runs: readonly CampaignRun[]): number[] {
  const stopped = runs.flatMap((run, n) => (stoppedByIt(run) ? [n] : []))
  return stopped.slice(0, -1)
}
