// The rules IN-…, in order of their numbers.
import type { Rule } from '../rule.ts'

export const IN: readonly Rule[] = []
