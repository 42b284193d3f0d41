// Breaks INT-16: the enable callback must end with CallDisableInterrupts.
//
// The mistake: a way out that forgets it. When a cause came with the completions that is rare, the callback returns early. The adapter
// stays masked, HwInterrupt is not called any more, and every request from then on waits for its time-out.
// Cure: one way out, with CallDisableInterrupts on it.
import { ScsiPortInitialize, callDisableInterrupts, callEnableInterrupts } from '../../assembly'
import * as hw from '../../assembly/whba'
import { read } from '../../reference-queued/chip'
import { HwDisableInterrupts, mask, serve } from '../../reference-deferred/interrupt'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { pendingCauses } from '../../reference-queued/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  if (pendingCauses(ext) == 0) return false
  mask(ext)
  callEnableInterrupts(ext, HwEnableInterrupts.index)
  return true
}

function HwEnableInterrupts(ext: DeviceExtension): bool {
  const rare = read(ext, hw.WHBA_INT_STATUS) & ~hw.WHBA_INT_STATUS_COMMAND_COMPLETE
  serve(ext)
  if (rare) return true
  callDisableInterrupts(ext, HwDisableInterrupts.index)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
