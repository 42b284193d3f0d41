// The entry points of a driver as they are measured: its routines, HwInterrupt apart by what it returned.
import { ROUTINE_NAMES, Routine } from '../trace/events.ts'

/** HwInterrupt that returned FALSE: spurious, or another adapter on the line. Follows the routines. */
export const UNCLAIMED = ROUTINE_NAMES.length

export const ENTRY_NAMES: readonly string[] = [
  ...ROUTINE_NAMES.map((name, routine) => (routine === Routine.Interrupt ? `${name}, claimed` : name)),
  'HwInterrupt, not claimed',
]

/** Called while the driver starts, before there is a workload. */
export const START: ReadonlySet<number> = new Set([Routine.DriverEntry, Routine.FindAdapter, Routine.Initialize])

export const entryOf = (routine: number, result: boolean): number =>
  routine === Routine.Interrupt && !result ? UNCLAIMED : routine
