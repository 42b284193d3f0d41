// `hba verify`: the conformance campaign on one driver, a verdict by rule.
import { sha256Hex } from '../guest/hash.ts'
import { adapterOption } from '../run/pick-adapter.ts'
import { campaignOn, campaignScenario, type LeftOut } from '../verify/campaign.ts'
import type { CampaignScenario, Subject } from '../verify/campaign-scenario.ts'
import { selectRuns } from '../verify/selection.ts'
import { suiteOf } from '../verify/suite.ts'
import { adapterKind } from './adapter-kind.ts'
import { type Arguments, commandLine, HELP_OPTION, type Options } from './arguments.ts'
import type { Command } from './command.ts'
import { fileSupply } from './files.ts'
import { type CliIo, EXIT, UsageError } from './io.ts'
import { JOBS_OPTION, jobsOf, runAll } from './lane-pool.ts'
import { type LaneSettings, type LaneTask, momentsOf } from './lanes.ts'
import { deliver, OUTPUT_OPTIONS, outputsOf, wants } from './outputs.ts'
import { isDriver, OFF_OPTION, rulesOffOf, seedOf, subjectOf, verifyLevelOf } from './scenario-of.ts'
import { SHARD_OPTION, shardOf, shardOn } from './shards.ts'
import { campaignRenderers } from './suite-renderers.ts'

const OPTIONS = {
  adapter: {
    type: 'string',
    value: 'KIND',
    help: "what the driver is tried on, by default what it asks for; for a card on ISA 'buslogic,isa=0x330'",
  },
  neighbour: {
    type: 'string',
    value: 'FILE.wasm',
    help: 'another driver for the scenarios with a shared interrupt line; by default the driver itself, once more',
  },
  'neighbour-adapter': {
    type: 'string',
    value: 'KIND',
    help: "what the other driver drives, the driver's own by default",
  },
  seed: { type: 'string', value: 'N', help: 'of everything that is drawn, 1 by default' },
  filter: {
    type: 'string',
    multiple: true,
    value: 'NAME|RULE[,…]',
    help: "only some scenarios (a name, * stands for anything), or only some rules ('INT-5', 'INT-*')",
  },
  shard: SHARD_OPTION,
  jobs: JOBS_OPTION,
  strict: { type: 'boolean', help: 'warnings fail the campaign too' },
  'verify-level': {
    type: 'string',
    value: 'BITS',
    help: "checks as in Driver Verifier's VerifyLevel, for example 0xD0000001; all checks by default",
  },
  off: OFF_OPTION,
  list: { type: 'boolean', help: 'lists the scenarios and runs nothing' },
  ...OUTPUT_OPTIONS,
  ...HELP_OPTION,
} as const satisfies Options

function driverOf({ positionals }: Arguments): string {
  const [driver, extra] = positionals
  if (driver === undefined) throw new UsageError('which driver? Give a compiled driver (.wasm)', 'verify')
  if (extra !== undefined) throw new UsageError(`found '${extra}' after '${driver}': one driver at a time`, 'verify')
  if (!isDriver(driver)) throw new UsageError(`found '${driver}', expected a compiled driver (.wasm)`, 'verify')
  return driver
}

async function run(args: Arguments, io: CliIo): Promise<number> {
  const shard = shardOf('verify', args.value('shard'))
  const { scenarios: selected, off } = selectRuns(args.values('filter'))
  if (args.flag('list')) {
    const { kind } = await adapterKind('verify', args.value('adapter'), args.positionals[0], io)
    const { scenarios, leftOut } = campaignOn({ driver: '', adapter: kind }, selected)
    io.stdout.write(list(shardOn('verify', scenarios, shard, 'scenario'), leftOut, kind))
    return EXIT.pass
  }
  const driver = driverOf(args)
  const seed = seedOf('verify', args.value('seed')) ?? 1
  const subject: Subject = { ...(await subjectOf('verify', args, driver, io)), seed }
  const { adapter } = subject
  const { scenarios, leftOut } = campaignOn(subject, selected)
  if (scenarios.length === 0)
    throw new UsageError(
      leftOut
        .map(({ name, reason }) => `scenario '${name}' cannot be on the adapter '${adapter}': ${reason}`)
        .join('\n'),
      'verify',
    )
  const own = shardOn('verify', scenarios, shard, 'scenario')
  const outputs = outputsOf('verify', args, io)
  const level = args.value('verify-level')
  const strict = args.flag('strict')
  const jobs = jobsOf('verify', args.value('jobs'))

  const unjudged = rulesOffOf(args)
  const again = (name: string): string =>
    commandLine([
      ...['hba', 'run', driver, '--scenario', name, '--seed', String(seed)],
      ...(args.value('adapter') === undefined && adapter === 'reference' ? [] : ['--adapter', optionOf(subject)]),
      ...['neighbour', 'neighbour-adapter'].flatMap(name => args.values(name).flatMap(text => [`--${name}`, text])),
      ...(strict ? ['--strict'] : []),
      ...(level === undefined ? [] : ['--verify-level', level]),
      ...unjudged.flatMap(id => ['--off', id]),
    ])
  const rules = {
    off: [...off, ...unjudged],
    strict,
    ...(level === undefined ? {} : { level: verifyLevelOf('verify', level) }),
  }
  const tasks = own.map(
    ({ name }): LaneTask => ({ scenario: campaignScenario(name, subject, rules), rerun: again(name) }),
  )
  const settings = await settingsOf([driver, ...args.values('neighbour')], wants(outputs, 'html'), io)
  // A driver that cannot be loaded cannot be loaded the next time either.
  const runs = await runAll(tasks, settings, jobs, io, args.flag('quiet'), run => run.exitCode === EXIT.usage)
  const refused = runs.find(({ exitCode: code }) => code === EXIT.usage)
  const { suite, exitCode } = suiteOf(refused === undefined ? runs : [refused], {
    path: driver,
    sha256: await sha256Hex(settings.drivers[driver]!.bytes),
    adapter,
    seed,
    strict,
    leftOut,
    rerun: commandLine(['hba', 'verify', ...args.withoutOutput]),
    ...(shard === undefined ? {} : { shard }),
    version: io.version,
  })
  await deliver(outputs, campaignRenderers(suite, args.flag('quiet'), momentsOf(runs)), io, {
    forMachines: refused !== undefined,
  })
  if (refused === undefined) return exitCode
  io.stderr.write(refused.report.reasons.map(reason => `hba: ${reason}\n`).join(''))
  return EXIT.usage
}

const optionOf = ({ adapter, isa }: Subject): string =>
  adapterOption({ kind: adapter, ...(isa === undefined ? {} : { isa }) })

const list = (scenarios: readonly CampaignScenario[], leftOut: readonly LeftOut[], adapter: string): string => {
  const width = Math.max(...[...scenarios, ...leftOut].map(({ name }) => name.length))
  const line = (name: string, words: string): string => `${name.padEnd(width)}  ${words}\n`
  return [
    ...scenarios.map(({ name, about }) => line(name, about)),
    ...(leftOut.length === 0 ? [] : [`\nLeft out, they cannot be on the adapter '${adapter}':\n`]),
    ...leftOut.map(({ name, reason }) => line(name, reason)),
  ].join('')
}

/** Reads the drivers, once for all lanes. @throws UsageError */
async function settingsOf(paths: readonly string[], pictures: boolean, io: CliIo): Promise<LaneSettings> {
  const supply = fileSupply(io.cwd)
  const drivers: LaneSettings['drivers'] = Object.fromEntries(
    await Promise.all(
      paths.map(async path => {
        const map = await supply.driverMap?.(path)
        return [path, { bytes: await supply.driver(path), ...(map === undefined ? {} : { map }) }] as const
      }),
    ),
  )
  return { drivers, coverage: true, pictures, version: io.version }
}

export const VERIFY: Command = {
  name: 'verify',
  summary: 'the conformance campaign: which rules a driver holds',
  usage: ['hba verify DRIVER.wasm [options]', 'hba verify --list [--adapter KIND]'],
  text: [
    'Runs a driver through a set of short scenarios that together try every rule: ordinary load, a shared interrupt line,',
    'errors, resets, faults. Says of each rule whether it is held, violated (with the evidence and the command that shows',
    "it again), not exercised or not applicable, and how much of the driver's own code was reached.",
    'The result is the same whatever the number of jobs.',
  ],
  options: OPTIONS,
  examples: [
    'hba verify dist/drivers/reference-queued.wasm',
    'hba verify driver.wasm --filter shared-line --seed 7',
    'hba verify driver.wasm --filter INT-5 --json verify.json',
    'hba verify driver.wasm --shard 2/3 --json shard-2.json',
    'hba verify driver.wasm --strict --reporter github,junit --output results',
  ],
  run,
}
