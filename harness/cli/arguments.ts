// Command-line arguments: node:util.parseArgs for the syntax, our own words for the mistakes.
import { parseArgs } from 'node:util'
import { unknownWord } from '../../schemas/errors.ts'
import { UsageError } from './io.ts'

export interface Option {
  type: 'boolean' | 'string'
  /** May be given more than once. */
  multiple?: boolean
  short?: string
  /** For help: what stands for the value. */
  value?: string
  help: string
  /** Says where results go, not what is run: left out of the `rerun` line. */
  output?: boolean
  /** Another name of this option. */
  alias?: string
}

export type Options = Readonly<Record<string, Option>>

export interface Arguments {
  positionals: string[]
  /** Was a switch given? */
  flag(name: string): boolean
  /** The last value given. */
  value(name: string): string | undefined
  /** Every value given, in order. */
  values(name: string): string[]
  /** The arguments that say what is run, as typed, in order. */
  withoutOutput: string[]
}

export const HELP_OPTION = { help: { type: 'boolean', short: 'h', help: 'this text', output: true } } as const

/** @throws UsageError naming the option, and the nearest one there is */
export function parseArguments(command: string, argv: readonly string[], options: Options): Arguments {
  const names = new Map<string, string>()
  for (const [name, { alias }] of Object.entries(options)) {
    names.set(name, name)
    if (alias !== undefined) names.set(alias, name)
  }
  const known = Object.fromEntries(
    [...names].map(([typed, name]) => {
      const { type, short } = options[name]!
      return [typed, { type, multiple: true, ...(short === undefined || typed !== name ? {} : { short }) }]
    }),
  )
  const { tokens } = parseArgs({ args: [...argv], options: known, strict: false, tokens: true })
  const given = new Map<string, string[]>()
  const positionals: string[] = []
  const withoutOutput: string[] = []
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      positionals.push(token.value)
      withoutOutput.push(token.value)
      continue
    }
    const name = names.get(token.name)
    if (name === undefined) {
      const offered = Object.keys(options).map(o => `--${o}`)
      throw new UsageError(unknownWord('option', token.rawName, offered), command)
    }
    const option = options[name]!
    const values = given.get(name) ?? []
    if (values.length > 0 && !option.multiple && option.type === 'string')
      throw new UsageError(`--${name} is given twice`, command)
    given.set(name, values)
    if (option.type === 'boolean') {
      if (token.value !== undefined) throw new UsageError(`--${name} takes no value, found '${token.value}'`, command)
      values.push('')
      if (!option.output) withoutOutput.push(`--${name}`)
      continue
    }
    const missing = token.value === undefined || (!token.inlineValue && /^-./.test(token.value))
    if (missing || token.value === '')
      throw new UsageError(`--${name} needs a value: --${name} ${option.value ?? 'VALUE'}`, command)
    values.push(token.value!)
    const value = token.value!
    if (!option.output) withoutOutput.push(...(value.startsWith('-') ? [`--${name}=${value}`] : [`--${name}`, value]))
  }
  return {
    positionals,
    flag: name => given.has(name),
    value: name => given.get(name)?.at(-1),
    values: name => given.get(name) ?? [],
    withoutOutput,
  }
}

/** A shell takes it as one word, unchanged. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

export const commandLine = (words: readonly string[]): string => words.map(shellWord).join(' ')
