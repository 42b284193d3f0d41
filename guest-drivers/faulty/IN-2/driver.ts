// Breaks IN-2: a bus reset at the start is made known.
//
// The mistake: HwInitialize resets the bus, to be on the safe side, and tells nobody. The scan begins while the targets are still recovering.
// Also breaks IO-18: the first command comes while the bus is still in reset, and the adapter does not take it.
// Cure: no reset, or ScsiPortNotification(ResetDetected).
import { ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { HwInitialize as initialize, RUN, write } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

function HwInitialize(ext: DeviceExtension): bool {
  const ready = initialize(ext)
  ext.ownReset = true
  write(ext, hw.WHBA_CONTROL, RUN | hw.WHBA_CONTROL_BUS_RESET)
  return ready
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInitialize = HwInitialize.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
