// Breaks IO-3: every call of HwStartIo must be answered with one NextRequest.
//
// The mistake: an early return in the error path. The SRB is completed, but a command that ended with an error asks for no
// other, and the port driver starts nothing until it is asked to: the adapter stands still until a time-out resets the bus.
// Cure: ask for the next request at the one end that all paths share.
import { ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { write } from '../../reference-dma/chip'
import { completeCommand } from '../../reference-dma/completion'
import { DeviceExtension } from '../../reference-dma/extension'
import { initializationData } from '../../reference-dma/initialization-data'
import { pendingCauses, serve } from '../../reference-dma/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  write(ext, hw.WHBA_INT_ACK, causes)
  if (causes & hw.WHBA_INT_STATUS_SCSI_ERROR) {
    completeCommand(ext)
    return true
  }
  serve(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
