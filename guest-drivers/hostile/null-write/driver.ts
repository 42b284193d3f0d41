// Hostile: the status of an SRB that is not there is set. Address 0 is ordinary memory to wasm.
import { SRB_STATUS_SUCCESS, ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo } from '../../reference-queued/start-io'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  changetype<ScsiRequestBlock>(srb.NextSrb).SrbStatus = SRB_STATUS_SUCCESS
  return startIo(ext, srb)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
