// Breaks MM-10: a miniport writes only into what it was given.
//
// The mistake: HwStartIo counts its calls in a field that was added to the extension after DeviceExtensionSize was written
// down. The counter lies behind the end, in memory of the port driver or of another driver.
// Cure: take DeviceExtensionSize from the structure itself, or keep the counter inside it.
import { ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import { DeviceExtension, EXTENSION_BYTES } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo } from '../../reference-queued/start-io'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  const counter = changetype<usize>(ext) + EXTENSION_BYTES
  store<u32>(counter, load<u32>(counter) + 1)
  return startIo(ext, srb)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
