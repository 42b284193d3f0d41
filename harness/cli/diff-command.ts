// `hba diff`: two drivers under the same scenario and seed: where they part, and which figures changed.
import { resolve } from 'node:path'
import { z } from 'zod'
import type { Diff } from '../../schemas/diff.ts'
import { parseConfigText, unknownWord } from '../../schemas/errors.ts'
import { Report } from '../../schemas/report.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { SUITE_SCHEMA, Suite } from '../../schemas/suite.ts'
import type { SuiteDiff } from '../../schemas/suite-diff.ts'
import type { DiffSide } from '../diff/compare.ts'
import { diffDrivers, diffReports, jsonDiff, NotComparable } from '../diff/diff.ts'
import { shortSuiteDiff, suiteDiffText } from '../diff/suite-text.ts'
import { diffSuites, jsonSuiteDiff } from '../diff/suites.ts'
import { diffText, shortDiff } from '../diff/text.ts'
import type { Style } from '../report/style.ts'
import { guestNames } from '../run/machine.ts'
import { type Arguments, HELP_OPTION, type Options } from './arguments.ts'
import type { Command } from './command.ts'
import { copiesOfImages, fileSupply, readInput } from './files.ts'
import { type CliIo, EXIT, UsageError } from './io.ts'
import { checkOutput, writeOutput } from './output-file.ts'
import { RUN } from './run-command.ts'
import { isDriver, scenarioOf } from './scenario-of.ts'
import { styleFor } from './terminal.ts'

const { adapter, drive, workload, cost, seed, neighbour, off } = RUN.options as Record<string, Options[string]>
const MOST_CONTEXT = 60

const OPTIONS: Options = {
  scenario: {
    type: 'string',
    value: 'FILE|NAME',
    help: "a scenario file, or a scenario of the conformance campaign; without it as 'hba run DRIVER.wasm'",
  },
  in: {
    type: 'string',
    value: 'NAME',
    help: 'with a scenario file: the adapter that gets the two drivers, by default the first',
  },
  ignore: { type: 'string', value: 'timing', help: 'timing: only a difference in behaviour is one' },
  context: { type: 'string', value: 'N', help: 'events shown before and after the place, 6 by default' },
  adapter: adapter!,
  drive: drive!,
  workload: workload!,
  cost: cost!,
  seed: seed!,
  neighbour: neighbour!,
  'neighbour-adapter': RUN.options['neighbour-adapter']!,
  off: off!,
  json: { type: 'string', value: 'FILE|-', help: 'the result as JSON, - for standard output', output: true },
  quiet: { type: 'boolean', short: 'q', help: 'only the first line', output: true },
  ...HELP_OPTION,
}

const usage = (message: string): never => {
  throw new UsageError(message, 'diff')
}

async function run(args: Arguments, io: CliIo): Promise<number> {
  const [a, b, extra] = args.positionals
  if (a === undefined || b === undefined) return usage('which two? Give two drivers (.wasm), or two reports (.json)')
  if (extra !== undefined) return usage(`found '${extra}' after '${b}': two are compared at a time`)
  const json = args.value('json')
  const file = json === undefined || json === '-' ? undefined : { label: json, path: resolve(io.cwd, json) }
  const ignoreTiming = ignored(args.value('ignore'))
  const context = contextOf(args.value('context'))
  if (file !== undefined) checkOutput(file)
  const found =
    isDriver(a) && isDriver(b)
      ? ofOne(await ofDrivers(a, b, { ignoreTiming, context }, args, io))
      : ofReports(a, b, ignoreTiming, args, io)
  if (file !== undefined) writeOutput(file, found.json())
  const style = styleFor(io.stdout, io.env)
  io.stdout.write(json === '-' ? found.json() : args.flag('quiet') ? found.short(style) : found.text(style))
  return found.result === 'same' ? EXIT.pass : EXIT.failed
}

/** What was found, in every form. */
interface Found {
  result: Diff['result']
  json(): string
  short(style: Style): string
  text(style: Style): string
}

const ofOne = (diff: Diff): Found => ({
  result: diff.result,
  json: () => jsonDiff(diff),
  short: style => shortDiff(diff, style),
  text: style => diffText(diff, style),
})

const ofSuites = (diff: SuiteDiff): Found => ({
  result: diff.result,
  json: () => jsonSuiteDiff(diff),
  short: style => shortSuiteDiff(diff, style),
  text: style => suiteDiffText(diff, style),
})

function ignored(text: string | undefined): boolean {
  if (text === undefined) return false
  return text === 'timing' || usage(`--ignore: ${unknownWord('word', text, ['timing'])}`)
}

function contextOf(text: string | undefined): number {
  if (text === undefined) return 6
  const events = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (events <= MOST_CONTEXT) return events
  return usage(`--context: found '${text}', expected a whole number from 0 to ${MOST_CONTEXT}`)
}

async function ofDrivers(
  a: string,
  b: string,
  options: { ignoreTiming: boolean; context: number },
  args: Arguments,
  io: CliIo,
): Promise<Diff> {
  for (const driver of [a, b]) readInput('driver', driver, io.cwd)
  const { scenario, base, place } = await scenarioFor(a, args, io)
  const side = (driver: string): DiffSide => ({
    scenario: withDriver(scenario, place, resolve(io.cwd, driver)),
    io: {
      ...fileSupply(base),
      image: copiesOfImages(base),
      ...(io.meterCache === undefined ? {} : { cache: io.meterCache }),
      rerun: '',
      version: io.version,
    },
  })
  const { runScenario } = io
  return await diffDrivers(side(a), side(b), place, { a, b, version: io.version }, { ...options, runScenario })
}

/** The scenario that both are run in. */
async function scenarioFor(
  driver: string,
  args: Arguments,
  io: CliIo,
): Promise<{ scenario: Scenario; base: string; place: number }> {
  const given = args.value('scenario')
  const name = args.value('in')
  const isFile = given !== undefined && /\.json$/i.test(given)
  if (!isFile) {
    if (name !== undefined) return usage('--in NAME is for --scenario FILE.json')
    return { ...(await scenarioOf({ ...args, positionals: [driver] }, io)), place: 0 }
  }
  const value = (option: string): string | undefined => (option === 'scenario' ? undefined : args.value(option))
  const source = await scenarioOf({ ...args, value, positionals: [given] }, io)
  const names = guestNames(source.scenario.machine.adapters)
  const place = name === undefined ? 0 : names.indexOf(name)
  if (place < 0) return usage(`--in: ${unknownWord('adapter', name!, names)}`)
  return { ...source, place }
}

/** Both have one name, so that what is said of them can be compared. */
function withDriver(scenario: Scenario, place: number, driver: string): Scenario {
  const { machine } = scenario
  const names = guestNames(machine.adapters)
  const adapters = machine.adapters.map((config, n) => {
    const name =
      config.name ?? (n === place && scenario.budgets.every(b => b.guest === undefined) ? 'driver' : names[n]!)
    return n === place ? { ...config, name, driver } : { ...config, name }
  })
  return { ...scenario, machine: { ...machine, adapters } }
}

function ofReports(a: string, b: string, ignoreTiming: boolean, args: Arguments, io: CliIo): Found {
  for (const path of [a, b])
    if (!/\.json$/i.test(path)) return usage(`found '${path}', expected two drivers (.wasm) or two reports (.json)`)
  const wrong = args.withoutOutput.find(word => word.startsWith('--') && word !== '--ignore' && word !== '--context')
  if (wrong !== undefined) return usage(`${wrong} is for drivers: a report has its scenario behind it`)
  try {
    const [left, right] = [readReport(a, io), readReport(b, io)]
    const names = { a, b, version: io.version }
    if (left.suite !== undefined && right.suite !== undefined)
      return ofSuites(diffSuites(left.suite, right.suite, names, ignoreTiming))
    if (left.report !== undefined && right.report !== undefined)
      return ofOne(diffReports(left.report, right.report, names, ignoreTiming))
    const [suite, run] = left.suite === undefined ? [b, a] : [a, b]
    return usage(`'${suite}' is a suite of reports, '${run}' the report of one run: give two of a kind`)
  } catch (error) {
    if (error instanceof NotComparable) return usage(error.message)
    throw error
  }
}

/** One of the two. */
interface Read {
  report?: Report
  suite?: Suite
}

function readReport(path: string, { cwd }: CliIo): Read {
  const text = readInput('report', path, cwd).toString('utf8')
  const { schema } = parseConfigText(z.looseObject({ schema: z.string() }), text, path)
  if (schema === SUITE_SCHEMA) return { suite: parseConfigText(Suite, text, path) }
  return { report: parseConfigText(Report, text, path) }
}

export const DIFF: Command = {
  name: 'diff',
  summary: 'two drivers under the same scenario: where they part, what changed',
  usage: ['hba diff A.wasm B.wasm [options]', 'hba diff A.json B.json [--ignore timing]'],
  text: [
    'Runs two drivers under the same scenario and seed, and says where they part first, with what goes on around it on both',
    'sides, and which figures changed. Behaviour is what a driver is called with, its register accesses, notifications, and',
    'what comes of requests; timing is instructions and virtual time. With --ignore timing instructions cost almost nothing,',
    'so that a slower driver still meets the same world. Two reports: their figures; of hba test or hba verify case by case.',
    "Exit code 0 same, 1 different, 2 usage, which is what 'git bisect run' needs.",
  ],
  options: OPTIONS,
  examples: [
    'hba diff before.wasm after.wasm',
    'hba diff before.wasm after.wasm --ignore timing',
    'hba diff before.wasm after.wasm --scenario shared-line --seed 7',
    'hba diff before.wasm after.wasm --scenario suite/errors.hba.json --in queued',
    'hba diff monday.json friday.json',
  ],
  run,
}
