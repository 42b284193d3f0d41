// `hba bench`: what each entry point of a driver costs, on both clocks, and what has changed since the baseline.
import { cpus } from 'node:os'
import { basename, resolve } from 'node:path'
import { deflateSync } from 'node:zlib'
import type { Baseline } from '../../schemas/baseline.ts'
import { COST_PRESETS } from '../../schemas/cost.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { sha256Hex } from '../guest/hash.ts'
import { METERING_VERSION } from '../guest/meter.ts'
import { cellsOf, DEFAULT_LOAD } from '../measure/cells.ts'
import { type Comparison, compare, FEWEST_ROUNDS } from '../measure/comparison.ts'
import { comparisonText, countsText, worseLines } from '../measure/comparison-text.ts'
import { hdrLog } from '../measure/hdr-log.ts'
import { DEFAULT_ROUNDS, type Measurement, measure } from '../measure/measurement.ts'
import { openMetrics } from '../measure/open-metrics.ts'
import { adapterText, setupOf } from '../measure/setup.ts'
import { parseSweep, runSweep, type SweepResult, sweepText } from '../measure/sweep.ts'
import { measurementText } from '../measure/text.ts'
import { plain } from '../report/format.ts'
import type { Style } from '../report/style.ts'
import type { RunIo } from '../run-io.ts'
import { type Arguments, commandLine, HELP_OPTION, type Options } from './arguments.ts'
import { baselineText, readBaseline, writeBaseline } from './baseline-file.ts'
import { driverOf, hostToleranceOf, loadOf, toleranceOf, usage, whole } from './bench-arguments.ts'
import type { Command } from './command.ts'
import { fileSupply, readDriver } from './files.ts'
import { type CliIo, EXIT, UsageError } from './io.ts'
import { checkApart, checkOutput, type OutputFile, writeOutput } from './output-file.ts'
import { OFF_OPTION, scenarioOf } from './scenario-of.ts'
import { ProgressLine, styleFor } from './terminal.ts'

const OPTIONS = {
  adapter: {
    type: 'string',
    alias: 'device',
    value: 'KIND[,KEY=VALUE…]',
    help: 'adapter for the driver, as in hba run; by default what the driver asks for',
  },
  depth: { type: 'string', value: 'N[,…]', help: `requests at once; by default ${DEFAULT_LOAD.depths.join(',')}` },
  bs: { type: 'string', value: 'SIZE[,…]', help: 'bytes of a request; by default 4KiB,64KiB' },
  rw: { type: 'string', value: 'PERCENT', help: `reads; by default ${DEFAULT_LOAD.readPercent}` },
  ios: { type: 'string', value: 'N', help: `requests for each depth and size; by default ${DEFAULT_LOAD.ios}` },
  seed: { type: 'string', value: 'N', help: 'of everything that is drawn' },
  cost: {
    type: 'string',
    value: 'PRESET',
    help: `what things cost in virtual time: ${Object.keys(COST_PRESETS).join(', ')}`,
  },
  budget: { type: 'string', multiple: true, value: 'NAME=LIMIT', help: 'as in hba run, for example isr.p99=25us' },
  off: OFF_OPTION,
  rounds: {
    type: 'string',
    value: 'N',
    help: `measurements of host time; by default ${DEFAULT_ROUNDS}, 0: none`,
  },
  baseline: { type: 'string', value: 'FILE', help: 'an earlier measurement: what has changed since, and is it worse?' },
  'update-baseline': { type: 'boolean', help: 'makes this measurement the baseline, whatever it says' },
  tolerance: {
    type: 'string',
    value: '50ns|2%',
    help: 'by which virtual figures may be worse than the baseline; by default not at all',
  },
  'host-tolerance': {
    type: 'string',
    value: '20%',
    help: 'host figures fail the comparison, too, when they are surely slower by more; by default they never do',
  },
  sweep: {
    type: 'string',
    value: 'COST=FROM..TO[:STEPS]',
    help: 'one cost goes through a range, for example access.mmioReadNs=100..2000: how percentiles and verdict move',
  },
  json: { type: 'string', value: 'FILE|-', help: 'the measurement as JSON, in the form of a baseline', output: true },
  hlog: { type: 'string', value: 'FILE', help: "every distribution as HdrHistogram's interval log", output: true },
  openmetrics: { type: 'string', value: 'FILE', help: 'the figures as OpenMetrics text', output: true },
  quiet: { type: 'boolean', short: 'q', help: 'no progress, and only the verdict', output: true },
  ...HELP_OPTION,
} as const satisfies Options

/** The driver on its adapter as `hba run` has it; the workload does not matter. */
async function baseOf(args: Arguments, io: CliIo): Promise<Scenario> {
  try {
    return (await scenarioOf(args, io)).scenario
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(error.message, 'bench')
    throw error
  }
}

const nameOf = (path: string): string => basename(path.replaceAll('\\', '/')).replace(/\.wasm$/i, '')

async function run(args: Arguments, io: CliIo): Promise<number> {
  const driver = driverOf(args)
  const load = loadOf(args)
  const tolerance = toleranceOf(args)
  const hostTolerance = hostToleranceOf(args)
  const rounds = whole(args, 'rounds', 0, 100) ?? DEFAULT_ROUNDS
  if (hostTolerance !== undefined && rounds < FEWEST_ROUNDS)
    usage(`--host-tolerance needs --rounds ${FEWEST_ROUNDS} or more, found ${rounds}: fewer cannot be told from noise`)
  const label = args.value('baseline')
  const update = args.flag('update-baseline')
  if (label === undefined)
    for (const name of ['update-baseline', 'tolerance', 'host-tolerance'])
      if (args.flag(name)) usage(`--${name} is for --baseline FILE`)
  const bytes = readDriver(driver, io.cwd)
  const base = await baseOf(args, io)
  const adapter = adapterText(base.machine.adapters[0]!)
  const identity = {
    driver: nameOf(driver),
    meteringVersion: Number(METERING_VERSION),
    setup: setupOf(base, load, adapter),
    cells: ['start', ...cellsOf(base, load).cells.map(({ name }) => name)],
  }
  const before = label === undefined ? undefined : readBaseline(label, io.cwd, identity, update)
  const target: OutputFile | undefined =
    label === undefined || !update ? undefined : { label, path: resolve(io.cwd, label) }
  if (target !== undefined) checkOutput(target)
  const sweepOption = args.value('sweep')
  const sweep = sweepOption === undefined ? undefined : parseSweep(sweepOption)
  const exports = exportsOf(args, io)
  checkApart(
    [...exports.flatMap(({ file }) => file ?? []), ...(target === undefined ? [] : [target])],
    [driver, ...(label === undefined || update ? [] : [label])],
    io.cwd,
  )

  const line = new ProgressLine(io.stderr, io.hostTimer.now)
  const shown = io.stderr.isTTY && !args.flag('quiet')
  const runIo: RunIo = {
    ...fileSupply(io.cwd),
    ...(io.meterCache === undefined ? {} : { cache: io.meterCache }),
    rerun: commandLine(['hba', 'bench', ...args.withoutOutput]),
    version: io.version,
  }
  let measurement: Measurement
  let swept: SweepResult[] = []
  const progress = shown
    ? (done: number, total: number, name: string) => line.scenarios(done, total, name, 'runs')
    : undefined
  const { runScenario } = io
  const following = { runScenario, ...(progress === undefined ? {} : { progress }) }
  try {
    measurement = await measure(base, runIo, {
      driver: { name: identity.driver, sha256: await sha256Hex(bytes) },
      adapter,
      load,
      rounds,
      machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.versions.node}`,
      hostTimer: io.hostTimer,
      ...following,
    })
    if (sweep !== undefined) swept = await runSweep(base, load, sweep, runIo, following)
  } finally {
    line.end()
  }
  const after = measurement.baseline
  if (measurement.unsteady.length > 0)
    throw new Error(`two rounds of one run had different traces: ${measurement.unsteady.join('; ')}`)
  const spoiled = spoiledRuns(measurement)
  const compared =
    before === undefined || spoiled.length > 0 ? undefined : compare(before, after, tolerance, hostTolerance)
  const style = styleFor(io.stdout, io.env)
  const lines = args.flag('quiet') ? [] : measurementText(measurement, style)
  if (sweep !== undefined) lines.push('', ...sweepText(sweep, swept, style))
  if (compared !== undefined && !args.flag('quiet')) lines.push('', ...comparisonText(compared, before!, label!, style))
  const failures = measurement.runs.flatMap(({ name, report }) => report.reasons.map(reason => `${name}: ${reason}`))
  if (target !== undefined && spoiled.length === 0) writeBaseline(target, after)
  lines.push('', ...verdict({ measurement, compared, failures, spoiled, update, label, before }, style))
  for (const { file, text } of exports) if (file !== undefined) writeOutput(file, text(measurement))
  const toStdout = exports.find(e => e.file === undefined)
  if (toStdout !== undefined) io.stdout.write(toStdout.text(measurement))
  else io.stdout.write(`${lines.join('\n').replace(/^\n+/, '')}\n`)
  if (measurement.runs.some(r => r.exitCode === EXIT.stopped)) return EXIT.stopped
  if (failures.length > 0 || spoiled.length > 0) return EXIT.failed
  return compared?.failed && !update ? EXIT.failed : EXIT.pass
}

interface Export {
  /** undefined: standard output. */
  file: OutputFile | undefined
  text(measurement: Measurement): string
}

/** @throws UsageError before anything is run */
function exportsOf(args: Arguments, { cwd }: CliIo): Export[] {
  const forms: Record<string, Export['text']> = {
    json: ({ baseline }) => baselineText(baseline),
    hlog: ({ values, baseline: { driver, setup } }) =>
      hdrLog(values, `wasm-hba: ${driver.name} on ${setup.adapter}`, deflateSync),
    openmetrics: ({ baseline }) => openMetrics(baseline),
  }
  return Object.entries(forms).flatMap(([name, text]): Export[] => {
    const label = args.value(name)
    if (label === undefined) return []
    if (label === '-' && name === 'json') return [{ file: undefined, text }]
    const file = { label, path: resolve(cwd, label) }
    checkOutput(file)
    return [{ file, text }]
  })
}

/** Runs whose figures say nothing: the driver was stopped, requests failed or never came back. */
const spoiledRuns = ({ runs }: Measurement): string[] =>
  runs
    .filter(
      ({ report, exitCode }) =>
        exitCode === EXIT.stopped || report.verdict === 'no-data' || report.io.failed > 0 || report.io.miscompares > 0,
    )
    .map(({ name }) => name)

interface Outcome {
  measurement: Measurement
  compared: Comparison | undefined
  failures: readonly string[]
  spoiled: readonly string[]
  update: boolean
  label: string | undefined
  before: Baseline | undefined
}

function verdict({ measurement, compared, failures, spoiled, update, label, before }: Outcome, style: Style): string[] {
  const { driver, setup } = measurement.baseline
  const bad = failures.length > 0 || spoiled.length > 0 || (compared?.failed === true && !update)
  const word = bad ? style('bad', 'FAIL') : style('good', 'PASS')
  const lines = [
    `${word}  ${driver.name} on ${setup.adapter}  seed ${setup.seed}, cost model '${setup.costModel.preset}', metering ${measurement.baseline.metering.version}`,
  ]
  lines.push(...failures.map(reason => `  ${plain(reason)}`))
  if (compared !== undefined) lines.push(...[...worseLines(compared), countsText(compared)].map(text => `  ${text}`))
  if (spoiled.length > 0 && label !== undefined)
    lines.push(
      `  not compared with ${label}, and nothing written: there is nothing to compare in ${spoiled.join('; ')}`,
    )
  else if (update) lines.push(`  ${label} is ${before === undefined ? 'made' : 'written anew'}`)
  return lines
}

export const BENCH: Command = {
  name: 'bench',
  summary: 'what each entry point costs, on both clocks, and what changed since the baseline',
  usage: ['hba bench DRIVER.wasm [options]'],
  text: [
    'Runs a driver under a load for each depth and size, with interrupts without a cause and with bus resets, and shows what',
    'each entry point cost: in virtual time, exactly, and beside it on the clock of the host, with the noise stated.',
    'With --baseline every virtual figure is held against an earlier measurement: what changed, in which routine, and which',
    'register access is new. The same driver gives the same figures on every machine, however busy.',
  ],
  options: OPTIONS,
  examples: [
    'hba bench dist/drivers/reference-queued.wasm',
    'hba bench driver.wasm --depth 1,8,64 --bs 4KiB --cost isa',
    'hba bench driver.wasm --baseline bench.json --update-baseline',
    'hba bench driver.wasm --baseline bench.json --tolerance 2%',
  ],
  run,
}
