// Breaks LD-9: a PCI driver gives the ids of its devices.
//
// The mistake: the device id is left out, because all adapters of this vendor are served. There are others: the driver is asked about a
// network card of the same vendor, too.
// Cure: one call of ScsiPortInitialize for every device id.
import { ScsiPortInitialize } from '../../assembly'
import { initializationData } from '../../reference-queued/initialization-data'

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.DeviceId = 0
  data.DeviceIdLength = 0
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
