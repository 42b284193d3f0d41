// Breaks RB-2: after a bus reset the port driver must be asked for more.
//
// The mistake: HwResetBus clears everything the driver remembers, and with it that the last HwStartIo has not been answered. The
// request comes back, but NextRequest never does: the adapter stands still behind a bus that is free again.
// Cure: complete what was under way, then NextRequest if it is owed still.
import { ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-dma/extension'
import { initializationData } from '../../reference-dma/initialization-data'
import { HwResetBus as resetBus } from '../../reference-dma/reset'

function HwResetBus(ext: DeviceExtension, path: u32): bool {
  ext.nextOwed = false
  return resetBus(ext, path)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwResetBus = HwResetBus.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
