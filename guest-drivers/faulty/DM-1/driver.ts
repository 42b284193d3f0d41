// Breaks DM-1: a bus master has no use for system DMA.
//
// The mistake: the driver was made from one for a subordinate adapter, and ScsiPortFlushDma was left in, to be on the safe side. It works
// on a DMA channel that belongs to nobody, or to another driver.
// Cure: leave it out. A bus master's transfer is over when the adapter says so.
import { ScsiPortFlushDma, ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo } from '../../reference-queued/start-io'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  ScsiPortFlushDma(ext)
  return startIo(ext, srb)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
