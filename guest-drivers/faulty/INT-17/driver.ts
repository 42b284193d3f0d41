// Breaks INT-17: the disable callback enables the adapter's interrupts, and does nothing else.
//
// The mistake: the ring is drained in HwDisableInterrupts, "because nobody can interfere there". It runs at device IRQL with everybody shut
// out, which is just what the work was put off to avoid, and the port driver expects no completions from it.
// Cure: complete in the enable callback, see reference-deferred/interrupt.ts.
import { ScsiPortInitialize, callDisableInterrupts, callEnableInterrupts } from '../../assembly'
import * as hw from '../../assembly/whba'
import { mask } from '../../reference-deferred/interrupt'
import { write } from '../../reference-queued/chip'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension, RUNNING } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  if (pendingCauses(ext) == 0) return false
  mask(ext)
  callEnableInterrupts(ext, HwEnableInterrupts.index)
  return true
}

function HwEnableInterrupts(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  dismiss(ext, causes)
  serveRest(ext, causes)
  callDisableInterrupts(ext, HwDisableInterrupts.index)
  return true
}

function HwDisableInterrupts(ext: DeviceExtension): bool {
  drainRing(ext)
  if (ext.state == RUNNING) write(ext, hw.WHBA_INT_ENABLE, ext.enabledCauses)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
