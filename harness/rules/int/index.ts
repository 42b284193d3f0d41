// The rules INT-…, in order of their numbers.

import type { Rule } from '../rule.ts'
import { INT_1 } from './int-1.ts'
import { INT_2 } from './int-2.ts'
import { INT_3 } from './int-3.ts'
import { INT_4 } from './int-4.ts'
import { INT_5 } from './int-5.ts'
import { INT_7 } from './int-7.ts'
import { INT_8 } from './int-8.ts'
import { INT_9 } from './int-9.ts'
import { INT_10 } from './int-10.ts'
import { INT_11 } from './int-11.ts'
import { INT_12 } from './int-12.ts'
import { INT_13 } from './int-13.ts'
import { INT_14 } from './int-14.ts'
import { INT_16 } from './int-16.ts'
import { INT_17 } from './int-17.ts'
import { INT_19 } from './int-19.ts'
import { INT_20 } from './int-20.ts'
import { INT_21 } from './int-21.ts'
import { INT_22 } from './int-22.ts'
import { INT_23 } from './int-23.ts'
import { INT_25 } from './int-25.ts'

export const INT: readonly Rule[] = [
  INT_1,
  INT_2,
  INT_3,
  INT_4,
  INT_5,
  INT_7,
  INT_8,
  INT_9,
  INT_10,
  INT_11,
  INT_12,
  INT_13,
  INT_14,
  INT_16,
  INT_17,
  INT_19,
  INT_20,
  INT_21,
  INT_22,
  INT_23,
  INT_25,
]
