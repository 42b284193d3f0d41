// Runs the cases of a suite and says what came of them.
import type { SuiteMoments } from '../report/html/suite-page.ts'
import type { CampaignRun } from '../verify/campaign-run.ts'
import { type CaseRuns, caseSuite } from '../verify/case-suite.ts'
import { type Arguments, commandLine } from './arguments.ts'
import type { Case } from './case-files.ts'
import type { CliIo } from './io.ts'
import { runAll } from './lane-pool.ts'
import { type LaneSettings, type LaneTask, momentsOf } from './lanes.ts'
import { deliver, type Outputs, wants } from './outputs.ts'
import { shardOf } from './shards.ts'
import { caseRenderers } from './suite-renderers.ts'

/** What the run of a suite is asked for. */
export interface TestPlan {
  args: Arguments
  outputs: Outputs
  jobs: number
  bail: boolean
  quiet: boolean
}

export interface PicturedRuns extends CaseRuns {
  /** What the HTML report draws; none without one. */
  moments: SuiteMoments
}

/** A name that begins with a dash would be a flag. */
const rerunOf = ({ name }: Case): string => commandLine(['hba', 'run', name.startsWith('-') ? `./${name}` : name])

/** @throws LaneError, Interrupted */
export async function runCases(
  cases: readonly Case[],
  { bail, jobs, quiet, outputs }: TestPlan,
  io: CliIo,
): Promise<PicturedRuns> {
  const firstBroken = bail ? cases.findIndex(({ scenario }) => scenario === undefined) : -1
  const tried = firstBroken < 0 ? cases : cases.slice(0, firstBroken + 1)
  const tasks = tried.flatMap(({ name, scenario, base }, n): LaneTask[] =>
    scenario === undefined ? [] : [{ scenario, rerun: rerunOf(tried[n]!), file: { name, base } }],
  )
  const settings: LaneSettings = { drivers: {}, coverage: false, pictures: wants(outputs, 'html'), version: io.version }
  const runs = await runAll(tasks, settings, jobs, io, quiet, done => bail && done.exitCode !== 0)
  const byCase = new Map(runs.map(done => [done.name, done]))
  // Tasks are taken in order: whatever the number of jobs, all before the first failure have been run.
  const failure = bail ? tried.findIndex(one => isFailure(one, byCase)) : -1
  const counted = failure < 0 ? cases : cases.slice(0, failure + 1)
  return {
    reports: counted.flatMap(({ name }) => {
      const done = byCase.get(name)
      return done === undefined ? [] : [{ name, about: done.about, exitCode: done.exitCode, report: done.report }]
    }),
    broken: counted.flatMap(one =>
      one.scenario === undefined ? [{ name: one.name, message: one.problem, rerun: rerunOf(one) }] : [],
    ),
    notRun: cases.slice(counted.length).map(({ name }) => name),
    moments: momentsOf(runs),
  }
}

const isFailure = ({ name, scenario }: Case, runs: ReadonlyMap<string, CampaignRun>): boolean =>
  scenario === undefined || (runs.get(name)?.exitCode ?? 0) !== 0

/** @returns the exit code */
export async function report(runs: PicturedRuns, { args, outputs, quiet }: TestPlan, io: CliIo): Promise<number> {
  const shard = shardOf('test', args.value('shard'))
  const { suite, exitCode } = caseSuite(runs, {
    rerun: commandLine(['hba', 'test', ...args.withoutOutput]),
    ...(shard === undefined ? {} : { shard }),
    version: io.version,
  })
  await deliver(outputs, caseRenderers(suite, quiet, runs.moments), io)
  return exitCode
}
