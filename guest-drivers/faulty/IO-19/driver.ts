// Breaks IO-19: an abort says truly what became of its victim.
//
// The mistake: ABORT_COMMAND is answered with SUCCESS and nothing else. The port driver takes the victim for gone and gives its memory
// away, while the adapter may still write there.
// Cure: look for the victim; ABORT_FAILED when it is not there, otherwise abort it and complete both.
import { SRB_FUNCTION_ABORT_COMMAND, SRB_STATUS_SUCCESS, ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo, askForNext, finish, noteStart } from '../../reference-queued/start-io'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  if (srb.Function != SRB_FUNCTION_ABORT_COMMAND) return startIo(ext, srb)
  noteStart(ext, srb)
  finish(ext, srb, SRB_STATUS_SUCCESS)
  askForNext(ext)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
