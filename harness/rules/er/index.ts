// The rules ER-…, in order of their numbers.
import type { Rule } from '../rule.ts'
import { ER_1 } from './er-1.ts'
import { ER_2 } from './er-2.ts'
import { ER_3 } from './er-3.ts'

export const ER: readonly Rule[] = [ER_1, ER_2, ER_3]
