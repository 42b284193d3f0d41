// What `hba bench` is told: the load, the tolerances. Every mistake is a UsageError that says what was found and what is allowed.
import { parseSizeBytes, UnitError } from '../../schemas/units.ts'
import { DEFAULT_LOAD, type Load, MOST_DEPTH } from '../measure/cells.ts'
import { EXACT, type Tolerance } from '../measure/comparison.ts'
import type { Arguments } from './arguments.ts'
import { UsageError } from './io.ts'
import { isDriver } from './scenario-of.ts'

export const usage = (message: string): never => {
  throw new UsageError(message, 'bench')
}

export function driverOf({ positionals }: Arguments): string {
  const [driver, extra] = positionals
  if (driver === undefined) return usage('which driver? Give a compiled driver (.wasm)')
  if (extra !== undefined) return usage(`found '${extra}' after '${driver}': one driver at a time`)
  if (!isDriver(driver)) return usage(`found '${driver}', expected a compiled driver (.wasm)`)
  return driver
}

export function whole(args: Arguments, name: string, least: number, most: number): number | undefined {
  const text = args.value(name)
  return text === undefined ? undefined : wholeIn(text, name, least, most)
}

function wholeIn(text: string, name: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  return usage(`--${name}: found '${text}', expected a whole number from ${least} to ${most}`)
}

/** Numbers in the order given, each once. */
function list(args: Arguments, name: string, read: (text: string) => number): number[] | undefined {
  const text = args.value(name)
  if (text === undefined) return undefined
  const values = text.split(',').map(part => read(part.trim()))
  const twice = values.find((value, n) => values.indexOf(value) !== n)
  return twice === undefined ? values : usage(`--${name}: ${twice} is given twice in '${text}'`)
}

export function loadOf(args: Arguments): Load {
  const size = (text: string): number => {
    try {
      return parseSizeBytes(text)
    } catch (error) {
      if (error instanceof UnitError) return usage(`--bs: ${error.message}`)
      throw error
    }
  }
  const sizesBytes = list(args, 'bs', size) ?? DEFAULT_LOAD.sizesBytes
  const odd = sizesBytes.find(bytes => bytes === 0 || bytes % 512 !== 0 || bytes > MOST_BYTES)
  if (odd !== undefined) usage(`--bs: found ${odd} bytes, expected a multiple of 512 up to 1 MiB`)
  return {
    depths: list(args, 'depth', text => wholeIn(text, 'depth', 1, MOST_DEPTH)) ?? DEFAULT_LOAD.depths,
    sizesBytes,
    readPercent: whole(args, 'rw', 0, 100) ?? DEFAULT_LOAD.readPercent,
    ios: whole(args, 'ios', 1, 10_000_000) ?? DEFAULT_LOAD.ios,
  }
}

const MOST_BYTES = 1024 * 1024

const percentOf = (text: string): number | undefined => {
  const match = /^(\d{1,4}(?:\.\d{1,3})?)\s*%$/.exec(text)
  return match === null ? undefined : Number(match[1]) / 100
}

export function toleranceOf(args: Arguments): Tolerance {
  const text = args.value('tolerance')
  if (text === undefined || text === '0') return EXACT
  const part = percentOf(text)
  if (part !== undefined) return { part }
  const ns = /^(\d{1,12}(?:\.\d{1,3})?)\s*(ns|us|µs)$/.exec(text)
  if (ns === null) return usage(`--tolerance: found '${text}', expected a time or a percentage, for example 50ns or 2%`)
  return { ns: Number(ns[1]) * (ns[2] === 'ns' ? 1 : 1000) }
}

export function hostToleranceOf(args: Arguments): number | undefined {
  const text = args.value('host-tolerance')
  if (text === undefined) return undefined
  return percentOf(text) ?? usage(`--host-tolerance: found '${text}', expected a percentage, for example 20%`)
}
