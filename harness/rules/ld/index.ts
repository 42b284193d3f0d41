// The rules LD-…, in order of their numbers.

import type { Rule } from '../rule.ts'
import { LD_1 } from './ld-1.ts'
import { LD_8 } from './ld-8.ts'

export const LD: readonly Rule[] = [LD_1, LD_8]
