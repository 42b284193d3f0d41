// Breaks IO-27: an IO_CONTROL request is looked at before it is believed.
//
// The mistake: whatever comes as IO_CONTROL is taken for the driver's own, and answered in its header. Any program may send one, with
// a buffer smaller than the header, or lengths that lead out of it.
// Cure: check DataTransferLength, HeaderLength, Signature and Length, and refuse with SRB_STATUS_INVALID_REQUEST.
import {
  SRB_FUNCTION_IO_CONTROL, SRB_STATUS_SUCCESS, ScsiPortInitialize, ScsiRequestBlock, SrbIoControl,
} from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo, askForNext, finish, noteStart } from '../../reference-queued/start-io'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  if (srb.Function != SRB_FUNCTION_IO_CONTROL) return startIo(ext, srb)
  noteStart(ext, srb)
  changetype<SrbIoControl>(srb.DataBuffer).ReturnCode = 0
  finish(ext, srb, SRB_STATUS_SUCCESS)
  askForNext(ext)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
