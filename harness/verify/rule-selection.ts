// Which rules are on, from words somebody typed: ids of rules, `*` for anything.
import { unknownWord } from '../../schemas/errors.ts'
import { RULES, UnknownRuleError } from '../rules/catalogue.ts'

/** @param words each of one or more, separated by commas; none: every rule @returns ids, in the order of the catalogue @throws UnknownRuleError */
export function rulesNamed(words: readonly string[]): string[] {
  const rules = RULES.map(rule => rule.id)
  const ids = words.flatMap(word => word.split(',').map(part => part.trim().toUpperCase()))
  const named = select(ids, rules, word => new UnknownRuleError(unknownWord('rule', word, rules)))
  return rules.filter(id => named.has(id))
}

/** @param unknown makes the error for a word that selects nothing */
export function select(
  words: readonly string[],
  from: readonly string[],
  unknown: (word: string) => Error,
): Set<string> {
  if (words.length === 0) return new Set(from)
  return new Set(
    words.flatMap(word => {
      const pattern = new RegExp(`^${word.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`)
      const found = from.filter(name => pattern.test(name))
      if (found.length === 0) throw unknown(word)
      return found
    }),
  )
}
