// Breaks INT-12: no polling in HwInterrupt.
//
// The mistake: after the acknowledge HwInterrupt watches the status register for a while, "in case another command ends". Each look is an
// uncached read of a microsecond with interrupts shut out, and most of them are in vain.
// Cure: return. What ends later raises the cause again.
import { ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { read } from '../../reference-queued/chip'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

const LOOKS: u32 = 10

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  dismiss(ext, causes)
  for (let n: u32 = 0; n < LOOKS; n++) {
    if (read(ext, hw.WHBA_INT_STATUS) & hw.WHBA_INT_STATUS_COMMAND_COMPLETE) break
  }
  drainRing(ext)
  serveRest(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
