// Breaks IN-5: after HwInitialize the adapter works.
//
// The mistake: HwInitialize starts the reset of the chip and leaves the rest to HwTimer. The bus is scanned at once, and every INQUIRY comes
// back BUSY until the timer has run.
// Cure: wait for the reset in HwInitialize: it takes microseconds, and seconds are allowed.
import { ScsiPortInitialize, requestTimerCall } from '../../assembly'
import * as hw from '../../assembly/whba'
import { write } from '../../reference-queued/chip'
import { DeviceExtension, RECOVERING, freeAllTags } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwTimer } from '../../reference-queued/reset'

const TRIES: u32 = 10
const RESET_US: u32 = 1000

function HwInitialize(ext: DeviceExtension): bool {
  freeAllTags(ext)
  ext.state = RECOVERING
  ext.enabledCauses = 0
  ext.recoveryTries = TRIES
  write(ext, hw.WHBA_CONTROL, hw.WHBA_CONTROL_ADAPTER_RESET)
  requestTimerCall(ext, HwTimer.index, RESET_US)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInitialize = HwInitialize.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
