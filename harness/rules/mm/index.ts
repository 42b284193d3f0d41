// The rules MM-…, in order of their numbers.

import type { Rule } from '../rule.ts'
import { MM_1 } from './mm-1.ts'
import { MM_2 } from './mm-2.ts'
import { MM_3 } from './mm-3.ts'
import { MM_4 } from './mm-4.ts'
import { MM_5 } from './mm-5.ts'
import { MM_6 } from './mm-6.ts'
import { MM_7 } from './mm-7.ts'
import { MM_8 } from './mm-8.ts'
import { MM_9 } from './mm-9.ts'
import { MM_10 } from './mm-10.ts'
import { MM_11 } from './mm-11.ts'

export const MM: readonly Rule[] = [MM_1, MM_2, MM_3, MM_4, MM_5, MM_6, MM_7, MM_8, MM_9, MM_10, MM_11]
