// Breaks IO-10: what a miniport keeps about a request lies in the SRB extension, not in the SRB.
//
// The mistake: no SRB extension was asked for, so its pointer looks like a free word to keep the tag in. The port driver finds
// its own memory behind the SRB by it, also for a miniport without an extension.
// Cure: ask for memory with SrbExtensionSize and write to where the pointer leads.
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
    srb.SrbExtension = 0x100 + tag
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
