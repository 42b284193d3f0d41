// Breaks DM-2: what is mapped must lie in the data buffer.
//
// The mistake: the chip is said to read ahead, so large transfers are mapped with one sector more than the buffer has. What lies there
// belongs to somebody else.
// Cure: map what is left of the buffer, never more.
import { ScsiPortInitialize, ScsiPortIoMapTransfer } from '../../assembly'
import * as hw from '../../assembly/whba'
import { write } from '../../reference-dma/chip'
import { dataReady } from '../../reference-dma/data-phase'
import { DeviceExtension } from '../../reference-dma/extension'
import { initializationData } from '../../reference-dma/initialization-data'
import { pendingCauses, serve } from '../../reference-dma/interrupt'

const SECTOR: u32 = 512
const LARGE: u32 = 4096

function mapAhead(ext: DeviceExtension): void {
  const srb = ext.active
  if (srb === null || ext.mappedBytes != 0 || srb.DataTransferLength < LARGE) {
    dataReady(ext)
    return
  }
  ext.mappedBytes = srb.DataTransferLength
  ext.dmaStarted = false
  ScsiPortIoMapTransfer(ext, srb, srb.DataBuffer, srb.DataTransferLength + SECTOR)
}

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  write(ext, hw.WHBA_INT_ACK, causes)
  if (causes & hw.WHBA_INT_STATUS_DMA_READY) mapAhead(ext)
  serve(ext, causes & ~hw.WHBA_INT_STATUS_DMA_READY)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
