// What a subcommand is, and the help made from it.
import { wrap } from '../report/format.ts'
import type { Arguments, Options } from './arguments.ts'
import type { CliIo } from './io.ts'

export interface Command {
  name: string
  summary: string
  usage: readonly string[]
  text: readonly string[]
  options: Options
  examples: readonly string[]
  /** @returns the exit code */
  run(args: Arguments, io: CliIo): Promise<number> | number
}

const WIDTH = 100

function optionLines(options: Options): string[] {
  const left = Object.entries(options).map(([name, { short, value }]) => {
    const letter = short === undefined ? '    ' : `-${short}, `
    return `  ${letter}--${name}${value === undefined ? '' : ` ${value}`}`
  })
  const column = Math.min(Math.max(...left.map(text => text.length)) + 2, 34)
  return Object.values(options).flatMap(({ help, multiple, alias }, i) => {
    const notes = [...(multiple ? ['repeatable'] : []), ...(alias === undefined ? [] : [`also --${alias}`])]
    const lines = wrap(`${help}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`, WIDTH - column)
    const fits = left[i]!.length + 2 <= column
    const [first, ...more] = fits ? lines : ['', ...lines]
    return [`${left[i]!.padEnd(column)}${first}`.trimEnd(), ...more.map(line => ' '.repeat(column) + line)]
  })
}

export const helpOf = ({ usage, text, options, examples }: Command): string =>
  [
    ...usage.map((line, i) => `${i === 0 ? 'Usage: ' : '       '}${line}`),
    '',
    ...text,
    '',
    'Options:',
    ...optionLines(options),
    '',
    'Examples:',
    ...examples.map(line => `  ${line}`),
    '',
  ].join('\n')

export const EXIT_CODES = [
  'Exit codes:',
  '  0  pass',
  '  1  a budget or a rule failed, data was wrong, or there was nothing to judge',
  '  2  usage, configuration, or a driver that cannot be loaded',
  '  3  a driver was stopped (trap, limit, interrupt storm)',
  '  4  internal error',
]

export const overview = (commands: readonly Command[], version: string): string =>
  [
    `hba ${version}: boots a compiled SCSI miniport against an emulated adapter and times every interrupt.`,
    '',
    'Usage: hba COMMAND [options]',
    '',
    'Commands:',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`),
    `  ${'help'.padEnd(10)}this text, or 'hba help COMMAND'`,
    `  ${'version'.padEnd(10)}the version`,
    '',
    ...EXIT_CODES,
    '',
    'Standard output has the result, standard error the progress. NO_COLOR and FORCE_COLOR are honoured.',
    "Metered drivers are kept in the user's cache folder; HBA_NO_CACHE=1 does without.",
    '',
  ].join('\n')
