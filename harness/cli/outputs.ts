// Where the results of a command go: standard output, files, the job summary of GitHub.
import { appendFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { unknownWord } from '../../schemas/errors.ts'
import { plainStyle, type Style } from '../report/style.ts'
import type { Arguments, Options } from './arguments.ts'
import { type CliIo, UsageError } from './io.ts'
import { checkApart, checkOutput, makeDirectory, type OutputFile, writeOutput } from './output-file.ts'
import { styleFor } from './terminal.ts'

const REPORTERS = ['text', 'json', 'junit', 'github', 'html', 'tap'] as const
export type Reporter = (typeof REPORTERS)[number]

const FILE_NAMES: Record<Reporter, string> = {
  text: 'report.txt',
  json: 'report.json',
  junit: 'junit.xml',
  github: 'github.txt',
  html: 'report.html',
  tap: 'report.tap',
}

export const OUTPUT_OPTIONS = {
  json: { type: 'string', value: 'FILE|-', help: 'the report as JSON, - for standard output', output: true },
  junit: { type: 'string', value: 'FILE|-', help: 'the report as JUnit XML, - for standard output', output: true },
  html: {
    type: 'string',
    value: 'FILE|-',
    help: 'the report as one HTML page with pictures, - for standard output',
    output: true,
  },
  reporter: {
    type: 'string',
    value: 'LIST',
    help: 'text, json, junit, github, html, tap; text by default. github: annotations, on by themselves where GITHUB_ACTIONS=true',
    output: true,
  },
  output: {
    type: 'string',
    value: 'DIR',
    help: 'writes report.txt, report.json, junit.xml, report.html, report.tap there, as --reporter says',
    output: true,
  },
  quiet: { type: 'boolean', short: 'q', help: 'no progress, and only the verdict as text', output: true },
} as const satisfies Options

/** What each reporter makes of the result. */
export type Renderers = Record<Exclude<Reporter, 'text' | 'html'>, () => string> & {
  /** A promise where the page is loaded first. */
  html(): string | Promise<string>
  /** @param width columns of the terminal, when it is one */
  text(style: Style, width?: number): string
  /** Markdown for GitHub's job summary. */
  summary(): string
}

export interface Outputs {
  stdout: Reporter
  /** Annotations go beside the result. */
  annotations: boolean
  files: { reporter: Reporter; file: OutputFile }[]
}

/** Does a report go out in this form? */
export const wants = ({ stdout, files }: Outputs, reporter: Reporter): boolean =>
  stdout === reporter || files.some(file => file.reporter === reporter)

function reportersOf(command: string, text: string | undefined): Reporter[] {
  const names = text?.split(',').map(name => name.trim()) ?? ['text']
  for (const name of names)
    if (!(REPORTERS as readonly string[]).includes(name))
      throw new UsageError(`--reporter: ${unknownWord('reporter', name, REPORTERS)}`, command)
  return [...new Set(names)] as Reporter[]
}

/**
 * Decides and checks where results go, so that a long run does not end in nothing.
 * @param beside files that the command writes itself
 * @throws UsageError
 */
export function outputsOf(
  command: string,
  args: Arguments,
  { cwd, env }: Pick<CliIo, 'cwd' | 'env'>,
  beside: readonly OutputFile[] = [],
): Outputs {
  const reporters = reportersOf(command, args.value('reporter'))
  const directory = args.value('output')
  const files: Outputs['files'] = []
  const dashes: Reporter[] = []
  for (const reporter of ['json', 'junit', 'html'] as const) {
    const label = args.value(reporter)
    if (label === '-') dashes.push(reporter)
    else if (label !== undefined) files.push({ reporter, file: { label, path: resolve(cwd, label) } })
  }
  if (directory !== undefined) {
    makeDirectory({ label: directory, path: resolve(cwd, directory) })
    for (const reporter of reporters) {
      const label = join(directory, FILE_NAMES[reporter])
      files.push({ reporter, file: { label, path: resolve(cwd, label) } })
    }
  }
  for (const { file } of files) checkOutput(file)
  checkApart([...files.map(({ file }) => file), ...beside], args.positionals, cwd)
  // GitHub's annotations are lines of their own, so text bears them beside it.
  const annotations = reporters.includes('github') || env.GITHUB_ACTIONS === 'true'
  const named = reporters.filter(reporter => reporter !== 'github' && reporter !== 'text')
  const homeless = named.filter(r => !dashes.includes(r) && !files.some(file => file.reporter === r))
  const wanted = [...new Set([...dashes, ...homeless])]
  const withText = reporters.includes('text') && args.value('reporter') !== undefined
  if (wanted.length > 1 || (homeless.length > 0 && withText))
    throw new UsageError(
      `two reports cannot share standard output: add --output DIR or --${homeless[0] ?? wanted[0]} FILE`,
      command,
    )
  const [machine] = wanted
  const onlyGithub = reporters.length === 1 && reporters[0] === 'github'
  return { stdout: machine ?? (onlyGithub ? 'github' : 'text'), annotations: annotations && !onlyGithub, files }
}

/** @param forMachines nothing for people: they are told otherwise */
export async function deliver(
  outputs: Outputs,
  renderers: Renderers,
  io: CliIo,
  { forMachines = false } = {},
): Promise<void> {
  const { stdout, files, annotations } = outputs
  for (const { reporter, file } of files) writeOutput(file, await renderers[reporter](plainStyle))
  if (stdout === 'text') {
    if (!forMachines) io.stdout.write(renderers.text(styleFor(io.stdout, io.env), io.stdout.columns))
  } else io.stdout.write(await renderers[stdout]())
  // A result for machines stays what it is.
  if (annotations) (stdout === 'text' ? io.stdout : io.stderr).write(renderers.github())
  const summary = io.env.GITHUB_STEP_SUMMARY
  if (summary && (annotations || stdout === 'github')) appendSummary(summary, renderers.summary(), io)
}

/** A summary that cannot be written is no reason to lose a verdict. */
function appendSummary(path: string, text: string, io: CliIo): void {
  try {
    appendFileSync(path, text)
  } catch (error) {
    io.stderr.write(`hba: the job summary cannot be written: ${(error as NodeJS.ErrnoException).code ?? error}\n`)
  }
}
