// Breaks RB-6: the pause after a bus reset is the port driver's.
//
// The mistake: after the reset the driver gives the devices time, with stalls, while the whole machine waits with them. The port
// driver holds requests back for seconds anyhow.
// Cure: return.
import { ScsiPortInitialize, ScsiPortStallExecution } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwResetBus as resetBus } from '../../reference-queued/reset'

function HwResetBus(ext: DeviceExtension, path: u32): bool {
  const done = resetBus(ext, path)
  for (let n = 0; n < 25; n++) ScsiPortStallExecution(900)
  return done
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwResetBus = HwResetBus.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
