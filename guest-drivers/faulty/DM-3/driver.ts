// Breaks DM-3: ScsiPortFlushDma must end every transfer.
//
// The mistake: the adapter has moved every byte, so the driver completes the SRB. The last bytes may be in a bounce buffer still, and the
// channel stays programmed for memory that has another owner.
// Cure: ScsiPortFlushDma before RequestComplete.
import { ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { write } from '../../reference-dma/chip'
import { DeviceExtension } from '../../reference-dma/extension'
import { initializationData } from '../../reference-dma/initialization-data'
import { pendingCauses, serve } from '../../reference-dma/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  write(ext, hw.WHBA_INT_ACK, causes)
  if (causes & hw.WHBA_INT_STATUS_COMMAND_COMPLETE && ext.dmaStarted) {
    ext.movedBytes += ext.mappedBytes
    ext.mappedBytes = 0
  }
  serve(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
