// The rules TM-…, in order of their numbers.

import type { Rule } from '../rule.ts'
import { TM_1 } from './tm-1.ts'
import { TM_2 } from './tm-2.ts'
import { TM_3 } from './tm-3.ts'
import { TM_5 } from './tm-5.ts'

export const TM: readonly Rule[] = [TM_1, TM_2, TM_3, TM_5]
