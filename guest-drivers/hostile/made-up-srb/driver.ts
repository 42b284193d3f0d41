// Hostile: HwInterrupt completes a request that the driver made up.
import { SRB_STATUS_SUCCESS, ScsiPortInitialize, ScsiRequestBlock, requestComplete } from '../../assembly'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension, EXTENSION_BYTES } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

// Behind the members of the device extension.
const MADE_UP: usize = EXTENSION_BYTES
const SRB_BYTES: u32 = 64

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  dismiss(ext, causes)
  const srb = changetype<ScsiRequestBlock>(changetype<usize>(ext) + MADE_UP)
  srb.Length = <u16>offsetof<ScsiRequestBlock>()
  srb.SrbStatus = SRB_STATUS_SUCCESS
  requestComplete(ext, srb)
  drainRing(ext)
  serveRest(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  data.DeviceExtensionSize = EXTENSION_BYTES + SRB_BYTES
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
