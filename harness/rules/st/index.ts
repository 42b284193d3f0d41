// The rules ST-…, in order of their numbers.

import type { Rule } from '../rule.ts'
import { ST_1 } from './st-1.ts'
import { ST_2 } from './st-2.ts'

export const ST: readonly Rule[] = [ST_1, ST_2]
