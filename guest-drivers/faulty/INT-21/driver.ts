// Breaks INT-21: a bus reset by somebody else must be reported.
//
// The mistake: the requests are completed with SRB_STATUS_BUS_RESET, as they should be, but ResetDetected is missing. The port driver sends the next
// requests at once, into targets that are still busy with the reset.
// Cure: ScsiPortNotification(ResetDetected), see busWasReset in reference-queued/reset.ts.
import { SRB_STATUS_BUS_RESET, ScsiPortCompleteRequest, ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension, freeAllTags } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  dismiss(ext, causes)
  drainRing(ext)
  if (causes & hw.WHBA_INT_STATUS_BUS_RESET && !ext.ownReset) {
    freeAllTags(ext)
    ScsiPortCompleteRequest(ext, 0, 0xff, 0xff, SRB_STATUS_BUS_RESET)
    serveRest(ext, causes & ~hw.WHBA_INT_STATUS_BUS_RESET)
  } else {
    serveRest(ext, causes)
  }
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
