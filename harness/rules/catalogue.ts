// The rules there are, in the order in which they are listed.

import { unknownWord } from '../../schemas/errors.ts'
import { INT_2 } from './int-2.ts'
import { INT_3 } from './int-3.ts'
import { INT_4 } from './int-4.ts'
import { INT_5 } from './int-5.ts'
import { INT_8 } from './int-8.ts'
import { INT_10 } from './int-10.ts'
import { INT_11 } from './int-11.ts'
import { IO_2 } from './io-2.ts'
import { IO_3 } from './io-3.ts'
import { IO_5 } from './io-5.ts'
import { LD_1 } from './ld-1.ts'
import { LD_8 } from './ld-8.ts'
import { MM_1 } from './mm-1.ts'
import { MM_7 } from './mm-7.ts'
import { MM_8 } from './mm-8.ts'
import { MM_10 } from './mm-10.ts'
import type { Rule } from './rule.ts'

export const RULES: readonly Rule[] = [
  LD_1,
  LD_8,
  IO_2,
  IO_3,
  IO_5,
  INT_2,
  INT_3,
  INT_4,
  INT_5,
  INT_8,
  INT_10,
  INT_11,
  MM_1,
  MM_7,
  MM_8,
  MM_10,
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
