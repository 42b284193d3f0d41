// The rules ER-…, in order of their numbers.
import type { Rule } from '../rule.ts'

export const ER: readonly Rule[] = []
