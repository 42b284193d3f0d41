// Breaks RB-1: a bus reset must give every SRB of the bus back.
//
// The mistake: the bus is reset and the driver's own record cleared, but nobody tells the port driver. The devices have forgotten
// their commands, the driver has, too; whoever waits for the requests waits for good.
// Cure: ScsiPortCompleteRequest with SRB_STATUS_BUS_RESET for the whole path. (An SRB that never comes back breaks IO-2 as well.)
import { ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { RUN, read, write } from '../../reference-queued/chip'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension, freeAllTags } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { askForNext } from '../../reference-queued/start-io'

function HwResetBus(ext: DeviceExtension, path: u32): bool {
  if (path != 0) return false
  ext.ownReset = true
  write(ext, hw.WHBA_CONTROL, RUN | hw.WHBA_CONTROL_BUS_RESET)
  read(ext, hw.WHBA_STATUS)
  drainRing(ext)
  freeAllTags(ext)
  askForNext(ext)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwResetBus = HwResetBus.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
