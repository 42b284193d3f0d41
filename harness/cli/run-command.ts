// `hba run`: one scenario, one report.
import { resolve } from 'node:path'
import { COST_PRESETS } from '../../schemas/cost.ts'
import type { Percentiles } from '../../schemas/report.ts'
import { GuestLoadError } from '../guest/guest.ts'
import type { EntryMeter } from '../measure/entry-meter.ts'
import { runChecks } from '../report/checks.ts'
import { annotations, jobSummary } from '../report/github.ts'
import type { HtmlOptions } from '../report/html/run-page.ts'
import { jsonReport } from '../report/json.ts'
import { junitReport } from '../report/junit.ts'
import { tapReport } from '../report/tap.ts'
import { shortReport, textReport } from '../report/text.ts'
import { refusedReport } from '../run/refused.ts'
import type { RunIo, RunResult } from '../run-io.ts'
import { Routine } from '../trace/events.ts'
import { type Arguments, commandLine, HELP_OPTION, type Options } from './arguments.ts'
import type { Command } from './command.ts'
import { fileSupply, withImages } from './files.ts'
import { type CliIo, UsageError } from './io.ts'
import { checkOutput, type OutputFile, writeOutput } from './output-file.ts'
import { deliver, OUTPUT_OPTIONS, outputsOf, type Renderers, wants } from './outputs.ts'
import { OFF_OPTION, scenarioOf } from './scenario-of.ts'
import { ProgressLine } from './terminal.ts'

const OPTIONS = {
  adapter: {
    type: 'string',
    multiple: true,
    alias: 'device',
    value: 'KIND[,KEY=VALUE…]',
    help: 'adapter for the drivers, once for all or once for each; by default what each driver asks for. Keys: name, line, irq, slot, arguments; reference: autosense, base; buslogic: isa, port; nvme: base',
  },
  drive: {
    type: 'string',
    multiple: true,
    value: 'KEY=VALUE[,…]',
    help: 'a disk: file=disk.img,format=raw,readonly=on, or size=64MiB for one in memory; also target, lun, blocksize, name',
  },
  line: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'interrupt line, once for all drivers or once for each; they share one by default',
  },
  workload: {
    type: 'string',
    value: 'KEY=VALUE[,…]|FILE',
    help: "a generator in fio's words, rw=randrw:70,bs=4k-64k,iodepth=32,size=64m; a log of fio, iolog=FILE,iodepth=32; or a job file, job.fio: see docs/guide.md",
  },
  cost: {
    type: 'string',
    value: 'PRESET',
    help: `what things cost in virtual time: ${Object.keys(COST_PRESETS).join(', ')}`,
  },
  seed: { type: 'string', value: 'N', help: 'of everything that is drawn' },
  budget: {
    type: 'string',
    multiple: true,
    value: '[DRIVER:]NAME=LIMIT',
    help: 'for example isr.p99=25us, isr.max=off; also isr.unclaimed, isr.stall, routine.stall, dpc, startio, resetbus',
  },
  coverage: {
    type: 'boolean',
    help: "what of the drivers' own code was reached: functions, basic blocks, source lines",
  },
  scenario: {
    type: 'string',
    value: 'NAME',
    help: "a scenario of the conformance campaign with the driver in it, as 'hba verify' runs it",
  },
  neighbour: { type: 'string', value: 'FILE.wasm', help: 'with --scenario: the other driver on a shared line' },
  'neighbour-adapter': {
    type: 'string',
    value: 'KIND',
    help: "what the other driver drives, the driver's own by default",
  },
  'verify-level': {
    type: 'string',
    value: 'BITS',
    help: "checks as in Driver Verifier's VerifyLevel, for example 0xD0000001; all checks by default",
  },
  off: OFF_OPTION,
  strict: { type: 'boolean', help: 'warnings fail the run too' },
  trace: {
    type: 'string',
    value: 'FILE',
    help: 'the last events of the run in the Chrome trace event format, for ui.perfetto.dev and chrome://tracing',
    output: true,
  },
  'trace-events': {
    type: 'string',
    value: 'N',
    help: "with --trace: how many, rounded up to a power of two; by default the scenario's trace.ring, 65,536",
    output: true,
  },
  trend: {
    type: 'string',
    multiple: true,
    value: 'FILE.json',
    help: "with --html: an earlier report, or a baseline of 'hba bench', oldest first, for a trend of the ISR figures",
    output: true,
  },
  ...OUTPUT_OPTIONS,
  ...HELP_OPTION,
} as const satisfies Options

async function run(args: Arguments, io: CliIo): Promise<number> {
  const trace = traceOf(args, io)
  const outputs = outputsOf('run', args, io, trace === undefined ? [] : [trace.file])
  const { scenario: given, base } = await scenarioOf(args, io)
  const earlier = args.values('trend')
  if (earlier.length > 0 && !wants(outputs, 'html'))
    throw new UsageError('--trend is drawn in the page: add --html FILE', 'run')
  const trend =
    earlier.length === 0
      ? { points: [], ofLoad: false }
      : (await import('./trend-files.ts')).trendOf(earlier, io.cwd, given.workload)
  const scenario = trace?.events === undefined ? given : { ...given, trace: { ...given.trace, ring: trace.events } }
  const line = new ProgressLine(io.stderr, io.hostTimer.now)
  const runIo: RunIo = {
    ...fileSupply(base),
    ...(io.meterCache === undefined ? {} : { cache: io.meterCache }),
    hostTimer: io.hostTimer,
    coverage: args.flag('coverage'),
    rerun: commandLine(['hba', 'run', ...args.withoutOutput]),
    version: io.version,
    pictures: wants(outputs, 'html'),
    recording: trace !== undefined,
    ...(io.stderr.isTTY && !args.flag('quiet') ? { progress: progress => line.update(progress) } : {}),
  }
  const meter = trend.ofLoad ? new (await import('../measure/entry-meter.ts')).EntryMeter() : undefined
  if (meter !== undefined) runIo.listener = meter
  const options = (): HtmlOptions => ({
    trend: trend.points,
    ...(meter === undefined ? {} : { loadIsr: claimedOf(meter) }),
  })
  let result: RunResult
  try {
    result = withImages(await io.runScenario(scenario, runIo), base)
  } catch (error) {
    // A driver that cannot be loaded gets its report too, where one was asked for in a file or as JSON.
    if (error instanceof GuestLoadError)
      await deliver(outputs, renderers({ report: refusedReport(scenario, runIo, error) }, false, options()), io, {
        forMachines: true,
      })
    throw error
  } finally {
    line.end()
  }
  await deliver(outputs, renderers(result, args.flag('quiet'), options()), io)
  if (trace !== undefined && result.recording !== undefined) {
    const { chromeTrace } = await import('../report/trace-export/chrome-trace.ts')
    writeOutput(trace.file, chromeTrace(result.recording))
  }
  return result.exitCode
}

/** As `hba bench` measures them. */
const claimedOf = ({ entries }: EntryMeter): Percentiles | null => {
  const calls = entries[Routine.Interrupt]
  return calls === undefined || calls.ps.count === 0 ? null : calls.figures('').virtualNs
}

const MOST_EVENTS = 1 << 24

/** Where the trace goes, and how many events it has. @throws UsageError */
function traceOf(args: Arguments, { cwd }: CliIo): { file: OutputFile; events: number | undefined } | undefined {
  const label = args.value('trace')
  const number = args.value('trace-events')
  if (label === undefined) {
    if (number === undefined) return undefined
    throw new UsageError('--trace-events goes with --trace FILE', 'run')
  }
  const events = number === undefined ? undefined : Number(/^\d+$/.test(number) ? number : Number.NaN)
  if (events !== undefined && !(events >= 1 && events <= MOST_EVENTS))
    throw new UsageError(`--trace-events: found '${number}', expected a whole number from 1 to ${MOST_EVENTS}`, 'run')
  const file = { label, path: resolve(cwd, label) }
  checkOutput(file)
  return { file, events: events === undefined ? undefined : Math.max(1024, 2 ** Math.ceil(Math.log2(events))) }
}

const renderers = (
  { report, pictures }: Pick<RunResult, 'report' | 'pictures'>,
  quiet: boolean,
  options: HtmlOptions,
): Renderers => ({
  text: style => (quiet ? shortReport(report, style) : textReport(report, style)),
  json: () => jsonReport(report),
  junit: () => junitReport(runChecks(report)),
  github: () => annotations(runChecks(report)),
  html: async () => (await import('../report/html/run-page.ts')).htmlReport(report, { ...options, pictures }),
  tap: () => tapReport(runChecks(report)),
  summary: () => jobSummary(runChecks(report)),
})

export const RUN: Command = {
  name: 'run',
  summary: 'one scenario, one report',
  usage: [
    'hba run SCENARIO.json [options]',
    'hba run DRIVER.wasm [DRIVER.wasm …] [options]',
    'hba run DRIVER.wasm --scenario NAME [options]',
  ],
  text: [
    'Boots the drivers, runs I/O through them, times every interrupt service routine in virtual time, checks the rules.',
    'Without a scenario: one adapter a driver, all on one interrupt line, a RAM disk of 64 MiB each, 10,000 random I/Os of',
    '4 KiB at depth 32, 70 % of them reads; every byte written is read back.',
  ],
  options: OPTIONS,
  examples: [
    'hba run dist/drivers/reference-queued.wasm',
    'hba run reference-queued.wasm --budget isr.max=10us --json report.json',
    'hba run reference-dma.wasm reference-queued.wasm --workload rw=50,ios=20000',
    'hba run driver.wasm --scenario shared-line --seed 7',
    'hba run driver.wasm --drive file=disk.img,format=raw --seed 7',
    'hba run driver.wasm --html report.html --trace trace.json',
    'hba run driver.wasm --adapter buslogic,isa=0x330 --drive size=1GiB',
  ],
  run,
}
