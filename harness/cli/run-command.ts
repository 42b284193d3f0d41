// `hba run`: one scenario, one report.
import { join, resolve } from 'node:path'
import { unknownWord } from '../../schemas/errors.ts'
import type { Report } from '../../schemas/report.ts'
import { GuestLoadError } from '../guest/guest.ts'
import { jsonReport } from '../report/json.ts'
import type { Style } from '../report/style.ts'
import { plainStyle } from '../report/style.ts'
import { shortReport, textReport } from '../report/text.ts'
import { refusedReport } from '../run/refused.ts'
import type { RunIo, RunResult } from '../run-io.ts'
import { type Arguments, commandLine, HELP_OPTION, type Options } from './arguments.ts'
import type { Command } from './command.ts'
import { compareImageFile, fileSupply } from './files.ts'
import { type CliIo, EXIT, UsageError } from './io.ts'
import { checkOutput, makeDirectory, type OutputFile, writeOutput } from './output-file.ts'
import { scenarioOf } from './scenario-of.ts'
import { ProgressLine, styleFor } from './terminal.ts'

const OPTIONS = {
  adapter: {
    type: 'string',
    multiple: true,
    alias: 'device',
    value: 'KIND[,KEY=VALUE…]',
    help: "adapter for the drivers, 'reference' by default; keys: name, line, irq, autosense, base, slot, arguments",
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
    value: 'KEY=VALUE[,…]',
    help: 'pattern=random,rw=70,bs=4KiB-64KiB,iodepth=32,ios=100000; also align, offset, length, verify, flush',
  },
  cost: { type: 'string', value: 'PRESET', help: 'what things cost in virtual time: pcie, pci, isa, ideal' },
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
  strict: { type: 'boolean', help: 'warnings fail the run too' },
  json: { type: 'string', value: 'FILE|-', help: 'the report as JSON, - for standard output', output: true },
  reporter: { type: 'string', value: 'LIST', help: 'text, json, or both; text by default', output: true },
  output: {
    type: 'string',
    value: 'DIR',
    help: 'writes report.txt and report.json there, as --reporter says',
    output: true,
  },
  quiet: { type: 'boolean', short: 'q', help: 'no progress, and only the verdict as text', output: true },
  ...HELP_OPTION,
} as const satisfies Options

const REPORTERS = ['text', 'json'] as const
type Reporter = (typeof REPORTERS)[number]

const FILE_NAMES: Record<Reporter, string> = { text: 'report.txt', json: 'report.json' }

/** Where the results go. */
interface Outputs {
  stdout: Reporter
  files: { reporter: Reporter; file: OutputFile }[]
}

function reportersOf(text: string | undefined): Reporter[] {
  const names = text?.split(',').map(name => name.trim()) ?? ['text']
  for (const name of names)
    if (!(REPORTERS as readonly string[]).includes(name))
      throw new UsageError(`--reporter: ${unknownWord('reporter', name, REPORTERS)}`, 'run')
  return [...new Set(names)] as Reporter[]
}

/** Decides and checks where results go, so that a long run does not end in nothing. @throws UsageError */
function outputsOf(args: Arguments, cwd: string): Outputs {
  const reporters = reportersOf(args.value('reporter'))
  const json = args.value('json')
  const directory = args.value('output')
  const files: Outputs['files'] = []
  if (json !== undefined && json !== '-')
    files.push({ reporter: 'json', file: { label: json, path: resolve(cwd, json) } })
  if (directory !== undefined) {
    makeDirectory({ label: directory, path: resolve(cwd, directory) })
    for (const reporter of reporters) {
      const label = join(directory, FILE_NAMES[reporter])
      files.push({ reporter, file: { label, path: resolve(cwd, label) } })
    }
  }
  for (const { file } of files) checkOutput(file)
  if (json === '-') return { stdout: 'json', files }
  const inFile = files.some(({ reporter }) => reporter === 'json')
  if (reporters.includes('json') && reporters.length > 1 && !inFile)
    throw new UsageError('two reports cannot share standard output: add --output DIR or --json FILE', 'run')
  return { stdout: reporters.includes('text') || inFile ? 'text' : 'json', files }
}

const render = (reporter: Reporter, report: Report, style: Style): string =>
  reporter === 'json' ? jsonReport(report) : textReport(report, style)

async function run(args: Arguments, io: CliIo): Promise<number> {
  const outputs = outputsOf(args, io.cwd)
  const { scenario, base } = scenarioOf(args, io.cwd)
  const line = new ProgressLine(io.stderr, io.hostTimer.now)
  const runIo: RunIo = {
    ...fileSupply(base),
    ...(io.meterCache === undefined ? {} : { cache: io.meterCache }),
    hostTimer: io.hostTimer,
    coverage: args.flag('coverage'),
    rerun: commandLine(['hba', 'run', ...args.withoutOutput]),
    version: io.version,
    ...(io.stderr.isTTY && !args.flag('quiet') ? { progress: progress => line.update(progress) } : {}),
  }
  let result: RunResult
  try {
    result = withImages(await io.runScenario(scenario, runIo), base)
  } catch (error) {
    // A driver that cannot be loaded gets its report too, where one was asked for in a file or as JSON.
    if (error instanceof GuestLoadError) deliver(outputs, refusedReport(scenario, runIo, error), io)
    throw error
  } finally {
    line.end()
  }
  const { report, exitCode } = result
  for (const { reporter, file } of outputs.files) writeOutput(file, render(reporter, report, plainStyle))
  const style = styleFor(io.stdout, io.env)
  const short = args.flag('quiet') && outputs.stdout === 'text'
  io.stdout.write(short ? shortReport(report, style) : render(outputs.stdout, report, style))
  return exitCode
}

/** Files, and standard output when it is for a machine. */
function deliver({ files, stdout }: Outputs, report: Report, io: CliIo): void {
  for (const { reporter, file } of files) writeOutput(file, render(reporter, report, plainStyle))
  if (stdout === 'json') io.stdout.write(jsonReport(report))
}

/** Compares every image with the workload's model of it, now that nobody has it open any more. */
function withImages({ report, exitCode, images = [] }: RunResult, base: string): RunResult {
  if (images.length === 0) return { report, exitCode }
  const compared = images.map(image => ({ ...compareImageFile(image, base), drive: image.path }))
  const bad = compared.filter(image => image.miscompares > 0)
  const reasons = bad.map(image => `image ${image.drive}: ${image.miscompares} differences from what was written`)
  return {
    report: {
      ...report,
      images: [...report.images, ...compared],
      ...(bad.length === 0 ? {} : { verdict: 'fail', reasons: [...report.reasons, ...reasons] }),
    },
    exitCode: bad.length > 0 && exitCode === EXIT.pass ? EXIT.failed : exitCode,
  }
}

export const RUN: Command = {
  name: 'run',
  summary: 'one scenario, one report',
  usage: ['hba run SCENARIO.json [options]', 'hba run DRIVER.wasm [DRIVER.wasm …] [options]'],
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
    'hba run driver.wasm --drive file=disk.img,format=raw --seed 7',
  ],
  run,
}
