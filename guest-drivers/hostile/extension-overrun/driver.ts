// Hostile: HwStartIo keeps a log behind the end of its device extension.
import { ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import { DeviceExtension, EXTENSION_BYTES } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo } from '../../reference-queued/start-io'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  const log = changetype<usize>(ext) + EXTENSION_BYTES
  store<u32>(log, changetype<u32>(srb))
  store<u32>(log, srb.DataTransferLength, 4)
  return startIo(ext, srb)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
