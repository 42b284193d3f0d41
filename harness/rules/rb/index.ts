// The rules RB-…, in order of their numbers.

import type { Rule } from '../rule.ts'
import { RB_1 } from './rb-1.ts'
import { RB_2 } from './rb-2.ts'
import { RB_3 } from './rb-3.ts'
import { RB_4 } from './rb-4.ts'
import { RB_5 } from './rb-5.ts'
import { RB_6 } from './rb-6.ts'
import { RB_7 } from './rb-7.ts'

export const RB: readonly Rule[] = [RB_1, RB_2, RB_3, RB_4, RB_5, RB_6, RB_7]
