// Breaks IO-13: a function that the miniport does not know comes back with SRB_STATUS_INVALID_REQUEST.
//
// The mistake: the default case says SUCCESS, since there is nothing to do. Whoever sent the request believes that it was done.
// Cure: SRB_STATUS_INVALID_REQUEST for everything that is not carried out.
import {
  SRB_FUNCTION_ABORT_COMMAND, SRB_FUNCTION_EXECUTE_SCSI, SRB_FUNCTION_IO_CONTROL, SRB_FUNCTION_RESET_BUS, SRB_STATUS_SUCCESS,
  ScsiPortInitialize, ScsiRequestBlock,
} from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo, askForNext, finish, noteStart } from '../../reference-queued/start-io'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  switch (srb.Function) {
    case SRB_FUNCTION_EXECUTE_SCSI:
    case SRB_FUNCTION_IO_CONTROL:
    case SRB_FUNCTION_ABORT_COMMAND:
    case SRB_FUNCTION_RESET_BUS:
      return startIo(ext, srb)
    default:
      noteStart(ext, srb)
      finish(ext, srb, SRB_STATUS_SUCCESS)
      askForNext(ext)
      return true
  }
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
