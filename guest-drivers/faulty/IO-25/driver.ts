// Breaks IO-25: the command that is sent is the CDB of the SRB, all of it.
//
// The mistake: twelve bytes of the CDB are copied, MAXIMUM_CDB_SIZE of old headers. READ(16) and WRITE(16) have their length in
// the bytes behind: they move nothing.
// Cure: copy Srb->CdbLength bytes.
import { SRB_FUNCTION_EXECUTE_SCSI, ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import * as hw from '../../assembly/whba'
import { write } from '../../reference-queued/chip'
import { BLOCKS, DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo, NO_TAG, askForNext, noteStart, prepareCommand } from '../../reference-queued/start-io'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  if (srb.Function != SRB_FUNCTION_EXECUTE_SCSI) return startIo(ext, srb)
  noteStart(ext, srb)
  const tag = prepareCommand(ext, srb)
  if (tag != NO_TAG) {
    store<u32>(ext.tables + BLOCKS + tag * hw.WHBA_COMMAND_BLOCK_SIZE, 0, hw.WHBA_BLOCK_CDB + 12)
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
