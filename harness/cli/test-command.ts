// `hba test`: scenario files as the cases of a suite, run at once, one verdict.
import { type Arguments, HELP_OPTION, type Options } from './arguments.ts'
import { filterCases, findCases, readCases } from './case-files.ts'
import { report, runCases, type TestPlan } from './case-runs.ts'
import type { Command } from './command.ts'
import { type CliIo, EXIT, UsageError } from './io.ts'
import { JOBS_OPTION, jobsOf } from './lane-pool.ts'
import { OUTPUT_OPTIONS, outputsOf } from './outputs.ts'
import { SHARD_OPTION, shardOf, shardOn } from './shards.ts'
import { keepTesting } from './test-watch.ts'

const OPTIONS = {
  filter: {
    type: 'string',
    multiple: true,
    value: 'TEXT[,…]',
    help: 'only cases with this in the path of their file, * stands for anything',
  },
  bail: { type: 'boolean', help: 'ends at the first case, by name, that fails; those after it count as not run' },
  shard: SHARD_OPTION,
  watch: { type: 'boolean', help: 'goes on: runs again what a changed scenario or driver concerns', output: true },
  jobs: JOBS_OPTION,
  retries: { type: 'string', value: '0', help: 'only 0: a run is the same each time, so is its failure', output: true },
  list: { type: 'boolean', help: 'lists the cases and runs nothing' },
  ...OUTPUT_OPTIONS,
  ...HELP_OPTION,
} as const satisfies Options

async function run(args: Arguments, io: CliIo): Promise<number> {
  checkRetries(args.value('retries'))
  const shard = shardOf('test', args.value('shard'))
  const files = selected(args, io)
  if (args.flag('list')) {
    io.stdout.write(
      shardOn('test', files, shard, 'case')
        .map(({ name }) => `${name}\n`)
        .join(''),
    )
    return EXIT.pass
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
  const cases = shardOn('test', readCases(files), shard, 'case')
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
