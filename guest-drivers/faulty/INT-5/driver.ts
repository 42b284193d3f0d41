// Breaks INT-5: the cause must be dismissed on the adapter before TRUE is returned.
//
// The mistake: the acknowledge is saved for the call that finds nothing left to do. The line is level-triggered: it stays
// asserted after each call with work, so every interrupt is taken twice. With a cause that this routine did not expect
// the second call would never find the end, and the machine would hang in an interrupt storm.
// Cure: acknowledge what was read, at once.
import { ScsiPortInitialize } from '../../assembly'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  const head = ext.ringHead
  drainRing(ext)
  if (ext.ringHead != head) return true
  dismiss(ext, causes)
  serveRest(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
