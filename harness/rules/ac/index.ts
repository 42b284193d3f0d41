// The rules AC-…, in order of their numbers.

import type { Rule } from '../rule.ts'
import { AC_1 } from './ac-1.ts'
import { AC_2 } from './ac-2.ts'
import { AC_3 } from './ac-3.ts'
import { AC_4 } from './ac-4.ts'
import { AC_5 } from './ac-5.ts'
import { AC_6 } from './ac-6.ts'

export const AC: readonly Rule[] = [AC_1, AC_2, AC_3, AC_4, AC_5, AC_6]
