// The rules IO-…, in order of their numbers.

import type { Rule } from '../rule.ts'
import { IO_2 } from './io-2.ts'
import { IO_3 } from './io-3.ts'
import { IO_5 } from './io-5.ts'

export const IO: readonly Rule[] = [IO_2, IO_3, IO_5]
