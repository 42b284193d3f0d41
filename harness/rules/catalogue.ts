// The rules there are, in the order in which they are listed: loading and start, requests, interrupts, then the rest.

import { unknownWord } from '../../schemas/errors.ts'
import { AC } from './ac/index.ts'
import { BC } from './bc/index.ts'
import { DM } from './dm/index.ts'
import { ER } from './er/index.ts'
import { FA } from './fa/index.ts'
import { GN } from './gn/index.ts'
import { IN } from './in/index.ts'
import { INT } from './int/index.ts'
import { IO } from './io/index.ts'
import { LD } from './ld/index.ts'
import { LG } from './lg/index.ts'
import { MM } from './mm/index.ts'
import { RB } from './rb/index.ts'
import type { Rule } from './rule.ts'
import { ST } from './st/index.ts'
import { TM } from './tm/index.ts'

export const RULES: readonly Rule[] = [
  ...LD,
  ...FA,
  ...IN,
  ...IO,
  ...INT,
  ...RB,
  ...TM,
  ...ST,
  ...DM,
  ...MM,
  ...LG,
  ...ER,
  ...AC,
  ...BC,
  ...GN,
]

export class UnknownRuleError extends Error {
  override name = 'UnknownRuleError'
}

/** The rule with an id, in any case. @throws UnknownRuleError naming the nearest one */
export function findRule(id: string, rules: readonly Rule[] = RULES): Rule {
  const rule = rules.find(r => r.id === id.toUpperCase())
  if (rule !== undefined) return rule
  throw new UnknownRuleError(
    unknownWord(
      'rule',
      id,
      rules.map(r => r.id),
    ),
  )
}
