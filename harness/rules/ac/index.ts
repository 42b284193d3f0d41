// The rules AC-…, in order of their numbers.
import type { Rule } from '../rule.ts'

export const AC: readonly Rule[] = []
