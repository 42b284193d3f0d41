// The rules GN-…, in order of their numbers.
import type { Rule } from '../rule.ts'
import { GN_1 } from './gn-1.ts'
import { GN_3 } from './gn-3.ts'

export const GN: readonly Rule[] = [GN_1, GN_3]
