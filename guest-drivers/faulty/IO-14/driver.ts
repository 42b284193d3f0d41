// Breaks IO-14: after SRB_STATUS_BUSY another request is asked for only when one for another unit can be taken.
//
// The mistake: NextRequest at the end of HwStartIo, always, by a driver whose adapter takes one command at a time. Every request
// that comes while it works is refused with BUSY, and waits for a second although the adapter is free long before.
// Cure: ask for the next request when the command has ended.
import { ScsiPortInitialize, ScsiRequestBlock, nextRequest } from '../../assembly'
import { DeviceExtension } from '../../reference-dma/extension'
import { initializationData } from '../../reference-dma/initialization-data'
import { HwStartIo as startIo } from '../../reference-dma/start-io'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  startIo(ext, srb)
  if (ext.nextOwed) {
    ext.nextOwed = false
    nextRequest(ext)
  }
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
