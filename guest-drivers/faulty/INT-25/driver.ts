// Breaks INT-25: a removed adapter does not interrupt.
//
// The mistake: HwInterrupt believes what it reads. Every register of an adapter that was pulled out reads all ones, so all causes seem pending, and
// the driver claims every interrupt of its neighbours from then on.
// Cure: all ones in the status register means that there is no adapter, see pendingCauses in reference-queued/interrupt.ts.
import { ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { read } from '../../reference-queued/chip'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, serveRest } from '../../reference-queued/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = read(ext, hw.WHBA_INT_STATUS) & ext.enabledCauses
  if (causes == 0) return false
  dismiss(ext, causes)
  drainRing(ext)
  serveRest(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
