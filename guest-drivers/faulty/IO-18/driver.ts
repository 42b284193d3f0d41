// Breaks IO-18: no command is given to an adapter that cannot take it.
//
// The mistake: the doorbell is rung twice, in case the first write was lost. The second finds the tag in use; had the command
// ended in between, it would run twice.
// Cure: a tag goes to the adapter once, and not again before it has come back.
import { SRB_FUNCTION_EXECUTE_SCSI, ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import * as hw from '../../assembly/whba'
import { write } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo, NO_TAG, askForNext, noteStart, prepareCommand } from '../../reference-queued/start-io'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  if (srb.Function != SRB_FUNCTION_EXECUTE_SCSI) return startIo(ext, srb)
  noteStart(ext, srb)
  const tag = prepareCommand(ext, srb)
  if (tag != NO_TAG) {
    write(ext, hw.WHBA_DOORBELL, tag)
    write(ext, hw.WHBA_DOORBELL, tag)
  }
  askForNext(ext)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
