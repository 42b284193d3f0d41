// The rules GN-…, in order of their numbers.
import type { Rule } from '../rule.ts'

export const GN: readonly Rule[] = []
