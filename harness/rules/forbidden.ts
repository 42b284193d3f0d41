// Who owns a forbidden call. The port driver reports every ScsiPort routine that is called from a miniport routine that must not call it
// (`Finding.ForbiddenCall`; the matrix stands in harness/port/abi.ts). Each of these findings is exactly one rule's:
//
// | called | from | rule |
// |---|---|---|
// | ScsiPortInitialize | anywhere but DriverEntry | LD-11 |
// | anything | DriverEntry | LD-11 |
// | ScsiPortFreeDeviceBase | HwAdapterControl | MM-11 |
// | anything else | HwAdapterControl | AC-4 |
// | anything | the disable callback | INT-17 |
// | ScsiPortGetUncachedExtension | any other routine but HwInterrupt | FA-19 |
// | ScsiPortGetBusData | any other routine but HwInterrupt | FA-21 |
// | anything else | HwInterrupt, and all other routines | INT-20 |
import { Finding, Routine } from '../trace/events.ts'
import type { Subscription } from '../trace/trace.ts'
import { onFinding, textAt } from './finding.ts'
import type { RuleContext } from './rule.ts'

export type ForbiddenOwner = 'LD-11' | 'MM-11' | 'AC-4' | 'INT-17' | 'FA-19' | 'FA-21' | 'INT-20'

/** @param routine it was called from @param name of what was called */
export function forbiddenOwner(routine: number, name: string): ForbiddenOwner {
  if (name === 'ScsiPortInitialize' || routine === Routine.DriverEntry) return 'LD-11'
  if (routine === Routine.AdapterControl) return name === 'ScsiPortFreeDeviceBase' ? 'MM-11' : 'AC-4'
  if (routine === Routine.DisableInterrupts) return 'INT-17'
  if (routine === Routine.Interrupt) return 'INT-20'
  if (name === 'ScsiPortGetUncachedExtension') return 'FA-19'
  return name === 'ScsiPortGetBusData' ? 'FA-21' : 'INT-20'
}

/** Listens to the forbidden calls that are one rule's. */
export const onForbiddenCall = (
  context: RuleContext,
  owner: ForbiddenOwner,
  take: (index: number, guest: number, name: string, routine: number) => void,
): Subscription =>
  onFinding(context, Finding.ForbiddenCall, (index, guest) => {
    const { trace } = context
    const name = textAt(context, trace.c[index]!, 'a ScsiPort routine')
    const routine = trace.d[index]!
    if (forbiddenOwner(routine, name) === owner) take(index, guest, name, routine)
  })
