// Breaks IO-16: NextLuRequest is not notified for a unit with an untagged request.
//
// The mistake: the adapter queues, so NextLuRequest follows every request. Behind an untagged one a tagged command would be an
// overlapped command: the target aborts both.
// Cure: NextRequest when Srb->QueueTag is SP_UNTAGGED.
import { SRB_FUNCTION_EXECUTE_SCSI, ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import * as hw from '../../assembly/whba'
import { write } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo, NO_TAG, askForNext, noteStart, prepareCommand } from '../../reference-queued/start-io'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  if (srb.Function != SRB_FUNCTION_EXECUTE_SCSI) return startIo(ext, srb)
  noteStart(ext, srb)
  ext.nextQueueTag = 0 // any tag will do
  const tag = prepareCommand(ext, srb)
  if (tag != NO_TAG) {
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
