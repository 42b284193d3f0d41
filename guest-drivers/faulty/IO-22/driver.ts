// Breaks IO-22: an open direction is settled in SrbFlags before ScsiPortIoMapTransfer.
//
// The mistake: the transfer is mapped as soon as the target is ready, whichever way the data goes. With both direction bits set the
// port driver cannot know how to program the channel.
// Cure: the phase on the bus says it: clear the other bit first.
import { ScsiPortInitialize, ScsiPortIoMapTransfer } from '../../assembly'
import * as hw from '../../assembly/whba'
import { read, write } from '../../reference-dma/chip'
import { flush } from '../../reference-dma/data-phase'
import { DeviceExtension } from '../../reference-dma/extension'
import { initializationData } from '../../reference-dma/initialization-data'
import { pendingCauses, serve } from '../../reference-dma/interrupt'

function dataReady(ext: DeviceExtension): void {
  const srb = ext.active
  if (srb === null || !(read(ext, hw.WHBA_DMA_READY) & hw.WHBA_DMA_READY_VALID)) return
  flush(ext)
  const bytes = min(read(ext, hw.WHBA_DMA_READY_COUNT), srb.DataTransferLength - ext.movedBytes)
  if (bytes == 0) {
    write(ext, hw.WHBA_DMA_CONTROL, hw.WHBA_DMA_CONTROL_END)
    return
  }
  ext.mappedBytes = bytes
  ScsiPortIoMapTransfer(ext, srb, srb.DataBuffer + ext.movedBytes, bytes)
}

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  write(ext, hw.WHBA_INT_ACK, causes)
  serve(ext, causes & ~hw.WHBA_INT_STATUS_DMA_READY)
  if (causes & hw.WHBA_INT_STATUS_DMA_READY) dataReady(ext)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
