// Breaks DM-4: an interrupt may come between ScsiPortIoMapTransfer and HwDmaStarted.
//
// The mistake: when a transfer is mapped, the next interrupt is taken for its end. It came before the channel was even programmed: the
// transfer is flushed before it has begun, HwDmaStarted finds nothing to start, and the target waits until the request times out.
// Cure: remember whether HwDmaStarted has run, and ask the adapter what its interrupt means.
import { ScsiPortFlushDma, ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { write } from '../../reference-dma/chip'
import { DeviceExtension } from '../../reference-dma/extension'
import { initializationData } from '../../reference-dma/initialization-data'
import { pendingCauses, serve } from '../../reference-dma/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  let causes = pendingCauses(ext)
  if (causes == 0) return false
  write(ext, hw.WHBA_INT_ACK, causes)
  if (ext.mappedBytes != 0) {
    ScsiPortFlushDma(ext)
    ext.movedBytes += ext.mappedBytes
    ext.mappedBytes = 0
    if (!ext.dmaStarted) causes &= ~hw.WHBA_INT_STATUS_DMA_READY
  }
  serve(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
