// Breaks INT-9: the channel must be programmed for every transfer.
//
// The mistake: ScsiPortIoMapTransfer is left out for short writes, because the channel "still has the right setting" from the last time. It has
// not: the port driver gave it back with ScsiPortFlushDma, and the buffer is another one.
// Cure: ScsiPortIoMapTransfer for every transfer, and the adapter is started in HwDmaStarted.
import { SRB_FLAGS_DATA_OUT, ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { read, write } from '../../reference-dma/chip'
import { DeviceExtension } from '../../reference-dma/extension'
import { initializationData } from '../../reference-dma/initialization-data'
import { pendingCauses, serve } from '../../reference-dma/interrupt'

const SHORT: u32 = 512

function HwInterrupt(ext: DeviceExtension): bool {
  let causes = pendingCauses(ext)
  if (causes == 0) return false
  write(ext, hw.WHBA_INT_ACK, causes)
  const srb = ext.active
  if (causes & hw.WHBA_INT_STATUS_DMA_READY && srb !== null && srb.SrbFlags & SRB_FLAGS_DATA_OUT) {
    const bytes = read(ext, hw.WHBA_DMA_READY_COUNT)
    if (bytes <= SHORT) {
      write(ext, hw.WHBA_DMA_COUNT, bytes)
      write(ext, hw.WHBA_DMA_CONTROL, hw.WHBA_DMA_CONTROL_START)
      causes &= ~hw.WHBA_INT_STATUS_DMA_READY
    }
  }
  serve(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
