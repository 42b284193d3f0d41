// The rules ST-…, in order of their numbers.
import type { Rule } from '../rule.ts'

export const ST: readonly Rule[] = []
