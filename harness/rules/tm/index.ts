// The rules TM-…, in order of their numbers.
import type { Rule } from '../rule.ts'

export const TM: readonly Rule[] = []
