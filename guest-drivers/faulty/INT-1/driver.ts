// Breaks INT-1: first look, then act.
//
// The mistake: HwInterrupt shuts the adapter off before it knows whether the interrupt is its own, "so that nothing gets in between". On a
// shared line that is two register writes for every interrupt of every neighbour, and a window in which the own adapter is mute.
// Cure: read the status register first, and do nothing more when it shows no cause of one's own.
import { ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { write } from '../../reference-queued/chip'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  write(ext, hw.WHBA_INT_ENABLE, 0)
  const causes = pendingCauses(ext)
  if (causes != 0) {
    dismiss(ext, causes)
    drainRing(ext)
    serveRest(ext, causes)
  }
  write(ext, hw.WHBA_INT_ENABLE, ext.enabledCauses)
  return causes != 0
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
