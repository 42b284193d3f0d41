// The rules IN-…, in order of their numbers.

import type { Rule } from '../rule.ts'
import { IN_1 } from './in-1.ts'
import { IN_2 } from './in-2.ts'
import { IN_3 } from './in-3.ts'
import { IN_4 } from './in-4.ts'
import { IN_5 } from './in-5.ts'

export const IN: readonly Rule[] = [IN_1, IN_2, IN_3, IN_4, IN_5]
