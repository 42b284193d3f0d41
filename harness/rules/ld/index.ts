// The rules LD-…, in order of their numbers.

import type { Rule } from '../rule.ts'
import { LD_1 } from './ld-1.ts'
import { LD_2 } from './ld-2.ts'
import { LD_3 } from './ld-3.ts'
import { LD_4 } from './ld-4.ts'
import { LD_5 } from './ld-5.ts'
import { LD_6 } from './ld-6.ts'
import { LD_7 } from './ld-7.ts'
import { LD_8 } from './ld-8.ts'
import { LD_9 } from './ld-9.ts'
import { LD_10 } from './ld-10.ts'
import { LD_11 } from './ld-11.ts'
import { LD_12 } from './ld-12.ts'
import { LD_13 } from './ld-13.ts'
import { LD_14 } from './ld-14.ts'

export const LD: readonly Rule[] = [
  LD_1,
  LD_2,
  LD_3,
  LD_4,
  LD_5,
  LD_6,
  LD_7,
  LD_8,
  LD_9,
  LD_10,
  LD_11,
  LD_12,
  LD_13,
  LD_14,
]
