// The rules INT-…, in order of their numbers.

import type { Rule } from '../rule.ts'
import { INT_2 } from './int-2.ts'
import { INT_3 } from './int-3.ts'
import { INT_4 } from './int-4.ts'
import { INT_5 } from './int-5.ts'
import { INT_8 } from './int-8.ts'
import { INT_10 } from './int-10.ts'
import { INT_11 } from './int-11.ts'

export const INT: readonly Rule[] = [INT_2, INT_3, INT_4, INT_5, INT_8, INT_10, INT_11]
