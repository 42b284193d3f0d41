// Durations and sizes as people write them: '25us', '1.5ms', '64MiB'. A number without a unit is refused, so that nobody
// has to guess what 25 means.
import { z } from 'zod'

/** Picoseconds in each unit of time. */
export const TIME_UNITS = {
  ps: 1,
  ns: 1_000,
  us: 1_000_000,
  µs: 1_000_000,
  ms: 1_000_000_000,
  s: 1_000_000_000_000,
} as const

/** Bytes in each unit of size. KiB, MiB, … are powers of 1024; kB, MB, … powers of 1000; K, M, … are QEMU's, powers of 1024. */
export const SIZE_UNITS = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
  kB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  TB: 1000 ** 4,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  T: 1024 ** 4,
} as const

/** Spellings that are taken for a unit without being offered. */
const ALIASES: Readonly<Record<string, string>> = { μs: 'us', KB: 'kB', k: 'K', m: 'M', g: 'G', t: 'T' }

export class UnitError extends Error {
  override name = 'UnitError'
}

interface Quantity {
  /** For messages: 'a duration'. */
  what: string
  units: Readonly<Record<string, number>>
  offered: readonly string[]
  example: string
  /** The smallest step, in words. */
  step: string
  /** Why there is an upper limit. */
  limit: string
}

const DURATION: Quantity = {
  what: 'a duration',
  units: TIME_UNITS,
  offered: ['ps', 'ns', 'us', 'ms', 's'],
  example: "'25us'",
  step: '1ps',
  limit: 'virtual time is exact to 2^53 ps, about 2.5 hours',
}

const SIZE: Quantity = {
  what: 'a size',
  units: SIZE_UNITS,
  offered: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'kB', 'MB', 'GB', 'TB'],
  example: "'64MiB'",
  step: '1 byte',
  limit: 'sizes are exact to 2^53 bytes',
}

const expected = (q: Quantity): string =>
  `expected ${q.what} with a unit (${q.offered.join(', ')}), for example ${q.example}`

/** What is wrong with a unit, with the spelling that was probably meant. */
function unknownUnit(text: string, unit: string, q: Quantity): UnitError {
  const lower = unit.toLowerCase()
  const near = q.offered.filter(name => [lower, `${lower}b`, lower.replace(/b$/, 'ib')].includes(name.toLowerCase()))
  const other = q === SIZE ? TIME_UNITS : SIZE_UNITS
  const hint = Object.hasOwn(other, unit)
    ? `; '${unit}' is no unit of ${q === SIZE ? 'size' : 'time'}`
    : near.length > 0
      ? `; did you mean '${near.join("' or '")}'?`
      : ''
  return new UnitError(`found '${text}', ${expected(q)}${hint}`)
}

function parse(text: string, q: Quantity): number {
  if (text.length > 40) throw new UnitError(`found '${text.slice(0, 37)}…', ${expected(q)}`)
  const match = /^([+-]?)(\d+)(?:\.(\d+))?\s*([A-Za-zµμ]*)$/.exec(text.trim())
  if (match === null) throw new UnitError(`found '${text}', ${expected(q)}`)
  const [, sign, whole, fraction = '', spelled] = match
  if (sign === '-') throw new UnitError(`found '${text}', ${q.what} cannot be negative`)
  if (spelled === '') throw new UnitError(`found '${text}' without a unit, ${expected(q)}`)
  const unit = Object.hasOwn(ALIASES, spelled!) ? ALIASES[spelled!]! : spelled!
  if (!Object.hasOwn(q.units, unit)) throw unknownUnit(text, spelled!, q)
  // BigInt, because 0.1 is not exact in a double and this must be.
  const scaled = BigInt(whole! + fraction) * BigInt(q.units[unit]!)
  const divisor = 10n ** BigInt(fraction.length)
  if (scaled % divisor !== 0n) throw new UnitError(`found '${text}', which is no whole multiple of ${q.step}`)
  const value = scaled / divisor
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new UnitError(`found '${text}', which is too large: ${q.limit}`)
  return Number(value)
}

/** @returns picoseconds, an exact integer. @throws UnitError */
export const parseDurationPs = (text: string): number => parse(text, DURATION)

/** @returns bytes, an exact integer. @throws UnitError */
export const parseSizeBytes = (text: string): number => parse(text, SIZE)

function format(value: number, units: Readonly<Record<string, number>>, names: readonly string[]): string {
  for (const name of names) {
    const per = units[name]!
    if (value >= per && value % per === 0) return `${value / per}${name}`
  }
  return `0${names.at(-1)}`
}

/** The shortest exact spelling with a whole number: 25000000 → '25us'. Reads back as the same value. */
export const formatDuration = (ps: number): string => format(ps, TIME_UNITS, ['s', 'ms', 'us', 'ns', 'ps'])

/** The shortest exact spelling: 67108864 → '64MiB'. Reads back as the same value. */
export const formatSize = (bytes: number): string => format(bytes, SIZE_UNITS, ['TiB', 'GiB', 'MiB', 'KiB', 'B'])

function quantity(q: Quantity, read: (text: string) => number, pattern: string, minimum: number, tooSmall: string) {
  const spell = q === DURATION ? formatDuration : formatSize
  return z
    .string({
      error: issue =>
        `found ${typeof issue.input === 'string' ? `'${issue.input}'` : (JSON.stringify(issue.input) ?? 'nothing')}, ${expected(q)}`,
    })
    .meta({ pattern, examples: [q.example.slice(1, -1)] })
    .transform((text, context) => {
      try {
        const value = read(text)
        if (value >= minimum) return value
        context.addIssue({ code: 'custom', message: `found '${text}', ${tooSmall} ${spell(minimum)}`, input: text })
      } catch (error) {
        if (!(error instanceof UnitError)) throw error
        context.addIssue({ code: 'custom', message: error.message, input: text })
      }
      return z.NEVER
    })
}

const DURATION_PATTERN = '^\\d+(\\.\\d+)?\\s*(ps|ns|us|µs|ms|s)$'
const SIZE_PATTERN = '^\\d+(\\.\\d+)?\\s*(B|[KMGT]iB|[kKMGT]B|[KMGTkmgt])$'

/** A duration with a unit, in picoseconds after parsing. */
export const Duration = quantity(DURATION, parseDurationPs, DURATION_PATTERN, 0, 'expected at least')

/** A duration of at least `minimum` picoseconds. */
export const durationFrom = (minimum: number) =>
  quantity(DURATION, parseDurationPs, DURATION_PATTERN, minimum, 'expected at least')

/** A size of at least 1 byte with a unit, in bytes after parsing. */
export const Size = quantity(SIZE, parseSizeBytes, SIZE_PATTERN, 1, 'expected at least')

/** A size that may be 0 (an offset). */
export const Offset = quantity(SIZE, parseSizeBytes, SIZE_PATTERN, 0, 'expected at least')

const wordsOf =
  (schema: typeof Duration) =>
  (value: unknown): string | undefined =>
    schema.safeParse(value).error?.issues[0]?.message

/** What is wrong with a value as a limit (a duration of at least 1 ps), for unions that would otherwise only say 'invalid'. */
export const whyNoDuration = wordsOf(durationFrom(1))

/** What is wrong with a value as a size. */
export const whyNoSize = wordsOf(Size)
