// Breaks INT-4: an interrupt of one's own must be claimed.
//
// The mistake: HwInterrupt does all its work and then returns FALSE. The port driver takes the interrupt for another's and
// asks the next driver; nobody says yes, and an operating system that counts unclaimed interrupts shuts the line off.
// Cure: TRUE whenever one of the enabled causes was pending, also when there turned out to be nothing to do for it.
import { ScsiPortInitialize } from '../../assembly'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  dismiss(ext, causes)
  drainRing(ext)
  serveRest(ext, causes)
  return false
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
