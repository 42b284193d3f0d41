// The rules BC-…, in order of their numbers.
import type { Rule } from '../rule.ts'

export const BC: readonly Rule[] = []
