// Breaks RB-4: a bus reset must not wait until the miniport is ready for it.
//
// The mistake: while a request is under way the reset is put off to the timer, so as not to disturb it. It is put off because of
// the very request that hangs; meanwhile the port driver believes the bus to be clean.
// Cure: reset at once, whatever is under way.
import { SP_INTERNAL_ADAPTER_ERROR, ScsiPortInitialize, requestTimerCall } from '../../assembly'
import { DeviceExtension } from '../../reference-dma/extension'
import { initializationData } from '../../reference-dma/initialization-data'
import { Site, logAdapterError } from '../../reference-dma/log'
import { HwResetBus as resetBus } from '../../reference-dma/reset'

function HwLateReset(ext: DeviceExtension): void {
  resetBus(ext, 0)
}

function HwResetBus(ext: DeviceExtension, path: u32): bool {
  if (ext.active === null) return resetBus(ext, path)
  logAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, Site.BusResetFailed)
  requestTimerCall(ext, HwLateReset.index, 100000)
  return false
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwResetBus = HwResetBus.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
