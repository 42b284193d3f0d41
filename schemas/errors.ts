// Errors of configuration, for people: which file, which line, which JSON path, what was found, what is allowed, and
// the key that was probably meant. All problems of a file are reported at once.
import { z } from 'zod'
import { JsonError, type JsonText, parseJson } from './json-text.ts'

export interface ConfigProblem {
  /** JSON path, for example `$.machine.adapters[0].line`. */
  path: string
  message: string
  /** Where in the file, when it was read from text. */
  line?: number
  column?: number
}

export class ConfigError extends Error {
  override name = 'ConfigError'
  /** File as typed, or the name of the flag. */
  readonly file: string
  readonly problems: readonly ConfigProblem[]

  constructor(file: string, problems: readonly ConfigProblem[]) {
    const lines = problems.map(p => {
      const where = p.line === undefined ? '' : `:${p.line}:${p.column}`
      return `${file}${where}: ${p.path === '$' ? '' : `${p.path}: `}${p.message}`
    })
    super(lines.join('\n'))
    this.file = file
    this.problems = problems
  }
}

/** `['adapters', 0, 'line']` → `$.adapters[0].line`. */
export function jsonPath(path: readonly PropertyKey[]): string {
  let text = '$'
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else text += /^[A-Za-z_$][\w$]*$/.test(String(part)) ? `.${String(part)}` : `[${JSON.stringify(String(part))}]`
  }
  return text
}

/** Damerau-Levenshtein distance (optimal string alignment): edits and swaps of neighbours. */
export function editDistance(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let best = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1)
      row.push(best)
    }
    before = previous
    previous = row
  }
  return previous[b.length]!
}

/** The nearest of `allowed`, undefined when none is near enough to have been meant. */
export function nearest(found: string, allowed: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_ ]/g, '')
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(found.length / 3)) + 1
  for (const name of allowed) {
    const distance = editDistance(plain(found), plain(name))
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best
}

/** `unknown key 'lin': did you mean 'line'? Allowed: …` */
export const unknownWord = (
  what: string,
  word: string,
  allowed: readonly string[],
  list = allowed.join(', '),
): string => {
  const name = nearest(word, allowed)
  return `unknown ${what} '${word}'${name === undefined ? '.' : `: did you mean '${name}'?`} Allowed: ${list}`
}

const didYouMean = (found: string, allowed: readonly string[]): string => {
  const name = nearest(found, allowed)
  return name === undefined ? '' : `; did you mean '${name}'?`
}

/** What was found, short enough for a message. */
export function found(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = typeof value === 'string' ? `'${value}'` : String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}

const list = (names: readonly unknown[]): string =>
  names.map(name => (typeof name === 'string' ? `'${name}'` : String(name))).join(', ')

function bound(
  issue: { origin: string; input?: unknown },
  limit: number | bigint,
  inclusive: boolean | undefined,
  low: boolean,
): string {
  const side = low ? (inclusive === false ? 'more than' : 'at least') : inclusive === false ? 'less than' : 'at most'
  if (issue.origin === 'array')
    return `found ${found(issue.input)}, expected ${side} ${limit} ${Number(limit) === 1 ? 'element' : 'elements'}`
  if (issue.origin === 'string')
    return `found ${found(issue.input)}, expected ${side} ${limit} ${Number(limit) === 1 ? 'character' : 'characters'}`
  return `found ${found(issue.input)}, expected ${side} ${limit}`
}

/** A text of a given form, with words for what it should be. */
export const textLike = (pattern: RegExp, words: string) =>
  z.string().regex(pattern, { error: issue => `found ${found(issue.input)}, expected ${words}` })

/** The parts of an object schema that an unknown key needs. */
interface ObjectDefinition {
  _zod?: { def?: { shape?: Record<string, unknown>; keyType?: { _zod?: { values?: Set<unknown> } } } }
}

/** Said when a schema has no words of its own for the problem. */
function words(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return `is missing: expected ${TYPES[issue.expected] ?? issue.expected}`
      return `found ${found(issue.input)}, expected ${TYPES[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `found ${found(issue.input)}, expected ${issue.values.length === 1 ? '' : 'one of '}${list(issue.values)}${
        typeof issue.input === 'string'
          ? didYouMean(
              issue.input,
              issue.values.filter(v => typeof v === 'string'),
            )
          : ''
      }`
    case 'too_small':
      return bound(issue, issue.minimum, issue.inclusive, true)
    case 'too_big':
      return bound(issue, issue.maximum, issue.inclusive, false)
    case 'not_multiple_of':
      return `found ${found(issue.input)}, expected a multiple of ${issue.divisor}`
    case 'invalid_format':
      return `found ${found(issue.input)}, expected a text like ${issue.pattern ?? issue.format}`
    case 'invalid_union': {
      if (issue.errors.length > 0) return undefined
      const { discriminator, options } = issue as { discriminator?: string; options?: unknown[] }
      const value =
        discriminator === undefined
          ? issue.input
          : (issue.input as Record<string, unknown> | undefined)?.[discriminator]
      const names = (options ?? []).filter(option => option !== undefined && option !== null)
      return `${value === undefined ? 'is missing' : `found ${found(value)}`}, expected one of ${list(names)}${typeof value === 'string' ? didYouMean(value, names.map(String)) : ''}`
    }
    default:
      return undefined
  }
}

/** Keys an object schema knows. */
function knownKeys(issue: z.core.$ZodRawIssue): readonly string[] {
  const definition = (issue.inst as ObjectDefinition | undefined)?._zod?.def
  if (definition?.shape !== undefined) return Object.keys(definition.shape).filter(key => key !== '$schema')
  return [...(definition?.keyType?._zod?.values ?? [])].map(String)
}

/** Joins one message per unknown key into the issue's text; `problemsOf` takes them apart again. */
export const KEY_SEPARATOR = '\u0000'

const errorMap = (issue: z.core.$ZodRawIssue): string | undefined => {
  if (issue.code !== 'unrecognized_keys') return words(issue)
  const known = knownKeys(issue)
  return issue.keys.map(key => unknownWord('key', key, known)).join(KEY_SEPARATOR)
}

function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  base: readonly PropertyKey[],
  text: JsonText | undefined,
): ConfigProblem[] {
  const problems: ConfigProblem[] = []
  const add = (path: readonly PropertyKey[], message: string) => {
    problems.push({ path: jsonPath(path), message, ...text?.positionOf(path) })
  }
  for (const issue of issues) {
    const path = [...base, ...issue.path]
    if (issue.code === 'unrecognized_keys') {
      const messages = issue.message.split(KEY_SEPARATOR)
      issue.keys.forEach((key, i) => {
        add([...path, key], messages[i] ?? issue.message)
      })
    } else if (issue.code === 'invalid_union' && issue.errors.length > 0 && issue.message === 'Invalid input') {
      // Of the alternatives, the one that got farthest was probably meant.
      const depth = (branch: readonly z.core.$ZodIssue[]) => Math.max(...branch.map(i => i.path.length))
      const branch = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0]!
      problems.push(...problemsOf(branch, path, text))
    } else {
      add(path, issue.message)
    }
  }
  return problems
}

/**
 * Checks a value against a schema.
 * @param file shown in messages: the file as typed, or the name of the flag
 * @throws ConfigError with every problem
 */
export function parseConfig<S extends z.ZodType>(
  schema: S,
  value: unknown,
  file: string,
  text?: JsonText,
): z.output<S> {
  const result = schema.safeParse(value, { error: errorMap })
  if (result.success) return result.data
  throw new ConfigError(file, problemsOf(result.error.issues, [], text))
}

/** The same from the text of a JSON file. @throws ConfigError, also for text that is not JSON */
export function parseConfigText<S extends z.ZodType>(schema: S, text: string, file: string): z.output<S> {
  let json: JsonText
  try {
    json = parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new ConfigError(file, [
      { path: '$', message: `not JSON: ${error.message}`, line: error.line, column: error.column },
    ])
  }
  return parseConfig(schema, json.value, file, json)
}
