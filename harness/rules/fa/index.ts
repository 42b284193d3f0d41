// The rules FA-…, in order of their numbers.

import type { Rule } from '../rule.ts'
import { FA_1 } from './fa-1.ts'
import { FA_2 } from './fa-2.ts'
import { FA_3 } from './fa-3.ts'
import { FA_4 } from './fa-4.ts'
import { FA_5 } from './fa-5.ts'
import { FA_6 } from './fa-6.ts'
import { FA_7 } from './fa-7.ts'
import { FA_8 } from './fa-8.ts'
import { FA_9 } from './fa-9.ts'
import { FA_10 } from './fa-10.ts'
import { FA_11 } from './fa-11.ts'
import { FA_12 } from './fa-12.ts'
import { FA_13 } from './fa-13.ts'
import { FA_14 } from './fa-14.ts'
import { FA_15 } from './fa-15.ts'
import { FA_16 } from './fa-16.ts'
import { FA_17 } from './fa-17.ts'
import { FA_18 } from './fa-18.ts'
import { FA_19 } from './fa-19.ts'
import { FA_20 } from './fa-20.ts'
import { FA_21 } from './fa-21.ts'

export const FA: readonly Rule[] = [
  FA_1,
  FA_2,
  FA_3,
  FA_4,
  FA_5,
  FA_6,
  FA_7,
  FA_8,
  FA_9,
  FA_10,
  FA_11,
  FA_12,
  FA_13,
  FA_14,
  FA_15,
  FA_16,
  FA_17,
  FA_18,
  FA_19,
  FA_20,
  FA_21,
]
