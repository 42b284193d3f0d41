// Breaks MM-9: ScsiPortGetLogicalUnit may return NULL.
//
// The mistake: the requests of each unit are counted in its extension, and the result is not tested. The port driver has none for a unit
// it does not know, or not any more.
// Cure: test the result.
import { ScsiPortGetLogicalUnit, ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import { DeviceExtension } from '../../reference-dma/extension'
import { initializationData } from '../../reference-dma/initialization-data'
import { HwStartIo as startIo } from '../../reference-dma/start-io'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  const unit = ScsiPortGetLogicalUnit(ext, srb.PathId, srb.TargetId, srb.Lun)
  store<u32>(unit, load<u32>(unit) + 1)
  return startIo(ext, srb)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
