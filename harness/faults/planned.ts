// One fault of the scenario, compiled.
import type { Fault, FaultAction } from '../../schemas/faults.ts'
import type { Occasion } from './kinds.ts'
import type { Matcher } from './matcher.ts'

export interface Planned {
  readonly index: number
  readonly fault: Fault
  readonly occasion: Occasion
  readonly matcher: Matcher
  readonly command: FaultAction | undefined
  readonly unit: FaultAction | undefined
  /** What starts from an alarm. */
  readonly device: readonly FaultAction[]
  /** What waits for the run loop. */
  readonly bench: readonly FaultAction[]
  readonly port: readonly FaultAction[]
  /** What the miniport must do then. */
  readonly checks: readonly FaultAction[]
  /** Number of the routine in `when`, −1: any. */
  readonly routine: number
  /** By guest: the adapter is meant. */
  readonly guests: readonly boolean[]
  /** An access has come, the command that suffers has not. */
  armed: number
  fired: number
}
