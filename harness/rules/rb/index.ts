// The rules RB-…, in order of their numbers.
import type { Rule } from '../rule.ts'

export const RB: readonly Rule[] = []
