// The rules FA-…, in order of their numbers.
import type { Rule } from '../rule.ts'

export const FA: readonly Rule[] = []
