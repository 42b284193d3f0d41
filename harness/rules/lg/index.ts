// The rules LG-…, in order of their numbers.
import type { Rule } from '../rule.ts'
import { LG_1 } from './lg-1.ts'
import { LG_3 } from './lg-3.ts'
import { LG_4 } from './lg-4.ts'
import { LG_5 } from './lg-5.ts'

export const LG: readonly Rule[] = [LG_1, LG_3, LG_4, LG_5]
