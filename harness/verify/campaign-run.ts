// One scenario of the campaign, run: its report, and what of the driver it reached. What keeps it from running at all is a failed run.

import type { Report } from '../../schemas/report.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { GuestLoadError } from '../guest/guest.ts'
import { type ViolationMoment, violationMoments } from '../report/pictures/violations.ts'
import { refusedReport } from '../run/refused.ts'
import type { GuestCoverage, RunIo, RunResult } from '../run-io.ts'

/** Plain data, to be sent between threads. */
export interface CampaignRun {
  name: string
  about: string
  report: Report
  /** As `RunResult.exitCode`; 2: the driver cannot be loaded. */
  exitCode: number
  coverage: readonly GuestCoverage[]
  /** With `RunIo.recording`: the calls in which something was first wrong. */
  moments?: readonly ViolationMoment[]
}

type Run = (scenario: Scenario, io: RunIo) => Promise<RunResult>

/** @param expected what a driver may bring about and is no error of the bench @throws everything else */
export async function runCampaignScenario(
  run: Run,
  scenario: Scenario,
  io: RunIo,
  expected: (error: Error) => boolean = error => error instanceof GuestLoadError,
): Promise<CampaignRun> {
  const { name = '', description: about = '' } = scenario
  try {
    const { report, exitCode, coverage = [], recording } = await run(scenario, io)
    const moments = recording === undefined ? undefined : violationMoments(report, recording)
    return { name, about, report, exitCode, coverage, ...(moments === undefined ? {} : { moments }) }
  } catch (error) {
    if (!(error instanceof Error) || !expected(error)) throw error
    const exitCode = error instanceof GuestLoadError ? 2 : 1
    return { name, about, report: refusedReport(scenario, io, error), exitCode, coverage: [] }
  }
}
