// Breaks BC-1: BusChangeDetected is for changes.
//
// The mistake: BusChangeDetected is sent with every interrupt, "so that a new device is found soon". Each one has the port driver scan
// the whole bus again, with a selection time-out at every empty place.
// Cure: send it when the adapter reports DEVICE_CHANGE, and never else.
import { ScsiPortInitialize, busChangeDetected } from '../../assembly'
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
  busChangeDetected(ext, 0)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
