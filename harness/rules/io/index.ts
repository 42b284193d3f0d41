// The rules IO-…, in order of their numbers.

import type { Rule } from '../rule.ts'
import { IO_1 } from './io-1.ts'
import { IO_2 } from './io-2.ts'
import { IO_3 } from './io-3.ts'
import { IO_4 } from './io-4.ts'
import { IO_5 } from './io-5.ts'
import { IO_6 } from './io-6.ts'
import { IO_7 } from './io-7.ts'
import { IO_8 } from './io-8.ts'
import { IO_9 } from './io-9.ts'
import { IO_10 } from './io-10.ts'
import { IO_11 } from './io-11.ts'
import { IO_12 } from './io-12.ts'
import { IO_13 } from './io-13.ts'
import { IO_14 } from './io-14.ts'
import { IO_15 } from './io-15.ts'
import { IO_16 } from './io-16.ts'
import { IO_18 } from './io-18.ts'
import { IO_19 } from './io-19.ts'
import { IO_20 } from './io-20.ts'
import { IO_21 } from './io-21.ts'
import { IO_22 } from './io-22.ts'
import { IO_23 } from './io-23.ts'
import { IO_25 } from './io-25.ts'
import { IO_26 } from './io-26.ts'
import { IO_27 } from './io-27.ts'

export const IO: readonly Rule[] = [
  IO_1,
  IO_2,
  IO_3,
  IO_4,
  IO_5,
  IO_6,
  IO_7,
  IO_8,
  IO_9,
  IO_10,
  IO_11,
  IO_12,
  IO_13,
  IO_14,
  IO_15,
  IO_16,
  IO_18,
  IO_19,
  IO_20,
  IO_21,
  IO_22,
  IO_23,
  IO_25,
  IO_26,
  IO_27,
]
