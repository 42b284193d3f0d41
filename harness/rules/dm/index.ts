// The rules DM-…, in order of their numbers.

import type { Rule } from '../rule.ts'
import { DM_1 } from './dm-1.ts'
import { DM_2 } from './dm-2.ts'
import { DM_3 } from './dm-3.ts'
import { DM_4 } from './dm-4.ts'

export const DM: readonly Rule[] = [DM_1, DM_2, DM_3, DM_4]
