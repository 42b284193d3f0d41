// Breaks INT-3: an interrupt of somebody else must not be claimed.
//
// The mistake: "commands are outstanding, so the interrupt must be for them". TRUE ends the walk along the shared line, so
// while this driver has work its neighbours are not called: their interrupts wait until it happens to be idle.
// Cure: claim what the status register shows, nothing else.
import { ScsiPortInitialize } from '../../assembly'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return ext.freeTags != ext.tags
  dismiss(ext, causes)
  drainRing(ext)
  serveRest(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
