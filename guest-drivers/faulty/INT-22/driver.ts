// Breaks INT-22: a reselection with an unknown tag must be logged.
//
// The mistake: SCSI errors that belong to no command are dismissed and forgotten. A target that speaks of commands nobody has is broken, and
// nobody is told.
// Cure: ScsiPortLogError(SP_INVALID_RESELECTION), see rareCauses in reference-queued/interrupt.ts.
import { ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  dismiss(ext, causes)
  drainRing(ext)
  serveRest(ext, causes & ~hw.WHBA_INT_STATUS_SCSI_ERROR)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
