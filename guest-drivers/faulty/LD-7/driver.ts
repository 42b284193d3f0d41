// Breaks LD-7: HwDmaStarted is for system DMA.
//
// The mistake: every routine of the header got a body, HwDmaStarted too, although this adapter is a bus master and nobody will ever call
// it. The port driver is told two things that cannot both be true.
// Cure: leave HwDmaStarted NULL.
import { ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

function HwDmaStarted(ext: DeviceExtension): void {}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwDmaStarted = HwDmaStarted.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
