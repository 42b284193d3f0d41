// The rules BC-…, in order of their numbers.
import type { Rule } from '../rule.ts'
import { BC_1 } from './bc-1.ts'

export const BC: readonly Rule[] = [BC_1]
