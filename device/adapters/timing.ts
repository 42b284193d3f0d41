// How an adapter's times are changed: checked against its own table, one way for all adapters.
import { PS } from '../clock.ts'

/** Longest of these times: an hour. The clock ends at 2.5 hours. */
const LONGEST_PS = 3600 * PS.s

/**
 * @param adapter for the message @param defaults times in ps, by name
 * @throws RangeError naming the entry that is unknown, negative, not whole or longer than an hour
 */
export function checkedTiming<T extends object>(adapter: string, defaults: T, changes: Partial<T>): Readonly<T> {
  for (const [name, ps] of Object.entries(changes as Readonly<Record<string, number>>)) {
    if (!Object.hasOwn(defaults, name))
      throw new RangeError(`${adapter}: no timing '${name}', there are ${Object.keys(defaults).join(', ')}`)
    if (!Number.isInteger(ps) || ps < 0 || ps > LONGEST_PS)
      throw new RangeError(`${adapter}: ${name} is ${ps}: a whole number of ps from 0 to one hour is wanted`)
  }
  return Object.freeze({ ...defaults, ...changes })
}
