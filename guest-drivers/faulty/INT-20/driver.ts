// Breaks INT-20: what is only for HwFindAdapter must not be called from HwInterrupt.
//
// The mistake: the routine asks PCI configuration space whether the function has an interrupt pending. ScsiPortGetBusData may allocate and
// wait; at device IRQL that is a bug check.
// Cure: the adapter's own status register says it, for the price of one read.
import { PCIConfiguration, ScsiPortGetBusData, ScsiPortInitialize } from '../../assembly'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension, EXTENSION_BYTES } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

// The common header of configuration space, behind the members of the device extension.
const HEADER: usize = EXTENSION_BYTES
const HEADER_BYTES: u32 = 64

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  ScsiPortGetBusData(ext, PCIConfiguration, 0, 3, changetype<usize>(ext) + HEADER, HEADER_BYTES)
  dismiss(ext, causes)
  drainRing(ext)
  serveRest(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  data.DeviceExtensionSize = EXTENSION_BYTES + HEADER_BYTES
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
