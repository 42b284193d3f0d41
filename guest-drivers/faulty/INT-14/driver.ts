// Breaks INT-14: the adapter must be masked before CallEnableInterrupts.
//
// The mistake: HwInterrupt acknowledges and puts the work off, but leaves the adapter's interrupts enabled. When the next command ends before
// the callbacks have run, the line goes up and nobody is called for it: whoever shares the line hangs.
// Cure: write INT_ENABLE = 0 first, see reference-deferred/interrupt.ts.
import { ScsiPortInitialize, callDisableInterrupts, callEnableInterrupts } from '../../assembly'
import { HwDisableInterrupts } from '../../reference-deferred/interrupt'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  dismiss(ext, causes)
  ext.argument3 = causes
  callEnableInterrupts(ext, HwEnableInterrupts.index)
  return true
}

function HwEnableInterrupts(ext: DeviceExtension): bool {
  drainRing(ext)
  serveRest(ext, ext.argument3)
  callDisableInterrupts(ext, HwDisableInterrupts.index)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
