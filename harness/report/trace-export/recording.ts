// A run's trace with the names that its numbers stand for: what can be exported.
import type { Trace } from '../../trace/trace.ts'
import type { AccessCosts, PictureNames, Wiring } from '../pictures/names.ts'

export interface Recording {
  readonly trace: Trace
  readonly names: PictureNames
  readonly wiring: Wiring
  readonly costs: AccessCosts
  readonly guests: readonly string[]
}
