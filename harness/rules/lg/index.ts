// The rules LG-…, in order of their numbers.
import type { Rule } from '../rule.ts'

export const LG: readonly Rule[] = []
