// What was measured of one miniport: exact distributions and totals per routine, and the records worth showing.
import { Event, ROUTINE_NAMES, Routine } from '../trace/events.ts'
import { Capture } from './capture.ts'
import { Distribution } from './distribution.ts'

/** Totals over all calls of one routine. Durations are virtual and the routine's own: without other miniports' ISRs. */
export class RoutineLatency {
  readonly ps = new Distribution()
  instructions = 0
  reads = 0
  writes = 0
  stalls = 0
  stallUs = 0
}

/** The event kinds that appear in the anatomy of an invocation. */
const SHOWN = new Uint8Array(256)
for (const kind of [
  Event.Read,
  Event.Write,
  Event.BadAccess,
  Event.Stall,
  Event.Notify,
  Event.CompleteRequest,
  Event.LogError,
])
  SHOWN[kind] = 1

export class GuestLatency {
  readonly guest: number
  /** Every routine by number; HwInterrupt holds claimed and unclaimed calls together. */
  readonly routines: readonly RoutineLatency[] = ROUTINE_NAMES.map(() => new RoutineLatency())
  readonly claimed = new Distribution()
  readonly unclaimed = new Distribution()
  /** From the adapter's own output going high to HwInterrupt being entered. */
  readonly raiseToEnter = new Distribution()
  /** Calls that never returned, because the guest was stopped in them. */
  unfinished = 0
  /** The longest call of each routine. HwInterrupt's place holds the claimed ones. */
  readonly worst: readonly Capture[] = ROUTINE_NAMES.map(() => new Capture(SHOWN))
  readonly worstUnclaimed = new Capture(SHOWN)
  /** Every single stall in HwInterrupt, in ps. */
  readonly isrStalls = new Distribution()
  /** The stalls of one call together, in ps; calls without a stall and initialisation are left out. */
  readonly routineStalls = new Distribution()
  /** ISR with the longest single stall. */
  readonly worstIsrStall = new Capture(SHOWN)
  /** Call (initialisation excepted) with the longest stalls together. */
  readonly worstRoutineStall = new Capture(SHOWN)

  constructor(guest: number) {
    this.guest = guest
  }
}

/** Initialising routines: they may stall at length (WDK: ScsiPortStallExecution). */
export const isInitialisation = (routine: number): boolean =>
  routine === Routine.DriverEntry || routine === Routine.FindAdapter || routine === Routine.Initialize
