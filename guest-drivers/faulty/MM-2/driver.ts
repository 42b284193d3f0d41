// Breaks MM-2: only what an SRB or the common buffer holds can be translated.
//
// The mistake: the data buffer of every request is translated first thing, also when there is no data. TEST UNIT READY has none: what
// DataBuffer holds then is not an address.
// Cure: look at DataTransferLength first.
import { SRB_FUNCTION_EXECUTE_SCSI, ScsiPortInitialize, ScsiRequestBlock, getPhysicalAddress } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo } from '../../reference-queued/start-io'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  if (srb.Function == SRB_FUNCTION_EXECUTE_SCSI) getPhysicalAddress(ext, srb, srb.DataBuffer)
  return startIo(ext, srb)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
