// The rules DM-…, in order of their numbers.
import type { Rule } from '../rule.ts'

export const DM: readonly Rule[] = []
