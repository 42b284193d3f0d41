// How random I/Os spread over the places of a range, in fio's words: 'zipf:1.2', 'pareto:0.2', 'zoned:60/10:30/20:8/30:2/40', and of our
// own 'hot:90/10', 90 % of the I/Os on 10 % of the blocks. Meaning of the words: fio's HOWTO, random_distribution.
import { z } from 'zod'
import { found, unknownWord } from './errors.ts'

export type Distribution =
  | { kind: 'uniform' }
  /** The place of rank r is drawn in proportion to r^-theta. */
  | { kind: 'zipf'; theta: number }
  /** 1 − h of the I/Os go to h of the places, and so on inside them. */
  | { kind: 'pareto'; h: number }
  /** In this order over the range; percentages. */
  | { kind: 'zoned'; zones: { ios: number; blocks: number }[] }

const NAMES = ['uniform', 'random', 'zipf', 'pareto', 'zoned', 'hot']
const DECIMAL = /^\d{1,3}(\.\d{1,6})?$/
const MAX_ZONES = 256

/** @returns the distribution, or what is wrong with the text */
export function readDistribution(text: string): Distribution | string {
  const colon = text.indexOf(':')
  const name = colon < 0 ? text : text.slice(0, colon)
  const value = colon < 0 ? '' : text.slice(colon + 1)
  const decimal = DECIMAL.test(value) ? Number(value) : Number.NaN
  switch (name) {
    case 'uniform':
    case 'random':
      return value === '' ? { kind: 'uniform' } : `found ${found(text)}, '${name}' has no value`
    case 'zipf':
      return decimal > 0 && decimal <= 10
        ? { kind: 'zipf', theta: decimal }
        : `found ${found(text)}, expected theta from more than 0 to 10, for example 'zipf:1.2'`
    case 'pareto':
      return decimal >= 0.01 && decimal <= 0.99
        ? { kind: 'pareto', h: decimal }
        : `found ${found(text)}, expected a number from 0.01 to 0.99, for example 'pareto:0.2'`
    case 'zoned':
      return zoned(text, value)
    case 'hot': {
      const [ios, blocks] = percentages(value) ?? []
      if (ios === undefined || blocks === undefined || blocks === 0 || blocks === 100)
        return `found ${found(text)}, expected percent of I/Os / percent of blocks, for example 'hot:90/10'`
      const zones = [
        { ios, blocks },
        { ios: 100 - ios, blocks: 100 - blocks },
      ]
      return { kind: 'zoned', zones }
    }
    case 'normal':
    case 'zoned_abs':
    case 'sequence':
      return `'${name}' is fio's, but not supported here; supported: ${NAMES.join(', ')}`
    default:
      return unknownWord('distribution', name.slice(0, 60), NAMES)
  }
}

function zoned(text: string, value: string): Distribution | string {
  const zones: { ios: number; blocks: number }[] = []
  for (const part of value.split(':')) {
    const [ios, blocks] = percentages(part) ?? []
    if (ios === undefined || blocks === undefined)
      return `found ${found(part)} in ${found(text)}, expected percent of I/Os / percent of blocks, for example 'zoned:60/10:40/90'`
    zones.push({ ios, blocks })
    if (zones.length > MAX_ZONES) return `found more than ${MAX_ZONES} zones`
  }
  for (const what of ['ios', 'blocks'] as const) {
    const sum = zones.reduce((total, zone) => total + zone[what], 0)
    if (sum !== 100)
      return `found ${found(text)}, where the percentages of ${what === 'ios' ? 'I/Os' : 'blocks'} add up to ${sum}, expected 100`
  }
  return { kind: 'zoned', zones }
}

/** '60/10' → [60, 10]. */
function percentages(text: string): [number, number] | undefined {
  const match = /^(\d{1,3})\/(\d{1,3})$/.exec(text)
  if (match === null) return undefined
  const pair: [number, number] = [Number(match[1]), Number(match[2])]
  return pair[0] <= 100 && pair[1] <= 100 ? pair : undefined
}

export const DistributionText = z
  .string()
  .meta({
    pattern: '^(uniform|random|zipf:[\\d.]+|pareto:[\\d.]+|hot:\\d+/\\d+|zoned:\\d+/\\d+(:\\d+/\\d+)*)$',
    examples: ['zipf:1.2', 'hot:90/10', 'zoned:60/10:30/20:10/70'],
  })
  .transform((text, context) => {
    const result = readDistribution(text)
    if (typeof result !== 'string') return result
    context.addIssue({ code: 'custom', message: result, input: text })
    return z.NEVER
  })
