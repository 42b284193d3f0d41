// The rules MM-…, in order of their numbers.

import type { Rule } from '../rule.ts'
import { MM_1 } from './mm-1.ts'
import { MM_7 } from './mm-7.ts'
import { MM_8 } from './mm-8.ts'
import { MM_10 } from './mm-10.ts'

export const MM: readonly Rule[] = [MM_1, MM_7, MM_8, MM_10]
