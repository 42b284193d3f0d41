// Breaks IO-1: HwStartIo returns TRUE, whatever becomes of the SRB.
//
// The mistake: FALSE is taken to mean "I do not know this function". The SRB was completed all the same; a port driver that
// fails the request after FALSE completes it a second time.
// Cure: the status of the SRB says it. Return TRUE.
import { SRB_FUNCTION_EXECUTE_SCSI, ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo } from '../../reference-queued/start-io'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  const known = srb.Function == SRB_FUNCTION_EXECUTE_SCSI
  startIo(ext, srb)
  return known
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
