// `hba test`: scenario files as the cases of a suite, run at once, one verdict.

import type { Suite } from '../../schemas/suite.ts'
import { caseChecks } from '../report/checks.ts'
import { annotations, caseSummary } from '../report/github.ts'
import { htmlSuite } from '../report/html/suite-page.ts'
import { jsonSuite } from '../report/json.ts'
import { junitReport } from '../report/junit.ts'
import { tapReport } from '../report/tap.ts'
import { casesText, shortCases } from '../report/text-cases.ts'
import type { CampaignRun } from '../verify/campaign-run.ts'
import { type CaseRuns, caseSuite } from '../verify/case-suite.ts'
import { type Arguments, commandLine, HELP_OPTION, type Options } from './arguments.ts'
import { type Case, filterCases, findCases, readCases, shardCases, shardOf } from './case-files.ts'
import type { Command } from './command.ts'
import { type CliIo, UsageError } from './io.ts'
import { JOBS_OPTION, jobsOf, runAll } from './lane-pool.ts'
import type { LaneSettings, LaneTask } from './lanes.ts'
import { deliver, OUTPUT_OPTIONS, type Outputs, outputsOf, type Renderers } from './outputs.ts'
import { keepTesting } from './test-watch.ts'

const OPTIONS = {
  filter: {
    type: 'string',
    multiple: true,
    value: 'TEXT[,…]',
    help: 'only cases with this in the path of their file, * stands for anything',
  },
  bail: { type: 'boolean', help: 'ends at the first case, by name, that fails; those after it count as not run' },
  shard: {
    type: 'string',
    value: 'INDEX/COUNT',
    help: "one part of the cases, for example 1/3; 'hba merge' makes one report of all parts",
    output: true,
  },
  watch: { type: 'boolean', help: 'goes on: runs again what a changed scenario or driver concerns', output: true },
  jobs: JOBS_OPTION,
  retries: { type: 'string', value: '0', help: 'only 0: a run is the same each time, so is its failure', output: true },
  list: { type: 'boolean', help: 'lists the cases and runs nothing' },
  ...OUTPUT_OPTIONS,
  ...HELP_OPTION,
} as const satisfies Options

/** What the run of a suite is asked for. */
export interface TestPlan {
  args: Arguments
  outputs: Outputs
  jobs: number
  bail: boolean
  quiet: boolean
}

async function run(args: Arguments, io: CliIo): Promise<number> {
  checkRetries(args.value('retries'))
  const shard = shardOf(args.value('shard'))
  const files = selected(args, io)
  if (args.flag('list')) {
    io.stdout.write(files.map(({ name }) => `${name}\n`).join(''))
    return 0
  }
  const plan: TestPlan = {
    args,
    outputs: outputsOf('test', args, io),
    jobs: jobsOf('test', args.value('jobs')),
    bail: args.flag('bail'),
    quiet: args.flag('quiet'),
  }
  if (args.flag('watch')) {
    if (plan.bail || shard !== undefined)
      throw new UsageError(`--${plan.bail ? 'bail' : 'shard'} does not go with --watch`, 'test')
    if (plan.outputs.stdout !== 'text')
      throw new UsageError('--watch writes text to standard output: give the others a FILE', 'test')
    return await keepTesting(plan, io, () => readCases(selected(args, io)))
  }
  // All are read before they are dealt out: what is wrong between two cases is wrong in every shard.
  const cases = shardCases(readCases(files), shard)
  const runs = await runCases(cases, plan, io)
  return report(runs, plan, io)
}

/** The same scenario, driver and seed give the same run. */
function checkRetries(text: string | undefined): void {
  if (text === undefined || text === '0') return
  throw new UsageError(
    `--retries: found '${text}', expected 0: a run depends on scenario, driver and seed alone, so a second try fails as the first; to try other draws, change the scenario's seed`,
    'test',
  )
}

const selected = (args: Arguments, io: CliIo) => filterCases(findCases(args.positionals, io.cwd), args.values('filter'))

const rerunOf = ({ name }: Case): string => commandLine(['hba', 'run', name])

/** @throws LaneError, Interrupted */
export async function runCases(cases: readonly Case[], { bail, jobs, quiet }: TestPlan, io: CliIo): Promise<CaseRuns> {
  const firstBroken = bail ? cases.findIndex(({ scenario }) => scenario === undefined) : -1
  const tried = firstBroken < 0 ? cases : cases.slice(0, firstBroken + 1)
  const tasks = tried.flatMap(({ name, scenario, base }, n): LaneTask[] =>
    scenario === undefined ? [] : [{ scenario, rerun: rerunOf(tried[n]!), file: { name, base } }],
  )
  const settings: LaneSettings = { drivers: {}, coverage: false, version: io.version }
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
  }
}

const isFailure = ({ name, scenario }: Case, runs: ReadonlyMap<string, CampaignRun>): boolean =>
  scenario === undefined || (runs.get(name)?.exitCode ?? 0) !== 0

/** @returns the exit code */
export function report(runs: CaseRuns, { args, outputs, quiet }: TestPlan, io: CliIo): number {
  const shard = shardOf(args.value('shard'))
  const { suite, exitCode } = caseSuite(runs, {
    rerun: commandLine(['hba', 'test', ...args.withoutOutput]),
    ...(shard === undefined ? {} : { shard }),
    version: io.version,
  })
  deliver(outputs, caseRenderers(suite, quiet), io)
  return exitCode
}

export function caseRenderers(suite: Suite, quiet: boolean): Renderers {
  const checks = caseChecks(suite)
  return {
    text: (style, width) => (quiet ? shortCases(suite, style, width) : casesText(suite, style, width)),
    json: () => jsonSuite(suite),
    junit: () => junitReport(checks),
    github: () => annotations(checks),
    html: () => htmlSuite(suite),
    tap: () => tapReport(checks),
    summary: () => caseSummary(checks),
  }
}

export const TEST: Command = {
  name: 'test',
  summary: 'a regression suite: scenario files with what each must show',
  usage: ['hba test [FILE.hba.json | FOLDER …] [options]'],
  text: [
    'Runs every scenario file (*.hba.json) of the folders given, of the current directory by default, as many at once as',
    "there are processors. A case fails when its run fails, or when the scenario's 'expect' is not met. For each failure:",
    'what was found, the seed, and the command that shows it again. The result is the same whatever the number of jobs.',
  ],
  options: OPTIONS,
  examples: [
    'hba test regression',
    'hba test regression --filter reset --bail',
    'hba test regression --shard 2/3 --json shard-2.json',
    'hba test regression --reporter github,junit --output results',
  ],
  run,
}
