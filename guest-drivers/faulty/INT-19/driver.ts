// Breaks INT-19: an interrupt may come when no request is active.
//
// The mistake: for its statistics HwInterrupt divides by the number of active commands, and takes for granted that there is one. A cause that
// comes up while the adapter is idle takes the machine down.
// Cure: expect every cause at any time; do nothing when there is nothing to do.
import { ScsiPortInitialize } from '../../assembly'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  dismiss(ext, causes)
  ext.argument3 = 100 * ext.tags / (ext.tags - ext.freeTags)
  drainRing(ext)
  serveRest(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
