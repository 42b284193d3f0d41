// Breaks IO-23: QueueAction is obeyed.
//
// The mistake: every tagged command goes out as SIMPLE. A file system that asked for an ORDERED write relies on it to be behind those
// before; the target may turn the order around.
// Cure: the tag message in Srb->QueueAction when SRB_FLAGS_QUEUE_ACTION_ENABLE is set.
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
    const block = ext.tables + BLOCKS + tag * hw.WHBA_COMMAND_BLOCK_SIZE
    const flags: u32 = load<u8>(block, hw.WHBA_BLOCK_FLAGS)
    if (flags & hw.WHBA_BLOCK_FLAG_ORDERED) {
      store<u8>(block, <u8>(flags & ~hw.WHBA_BLOCK_FLAG_ORDERED | hw.WHBA_BLOCK_FLAG_SIMPLE), hw.WHBA_BLOCK_FLAGS)
    }
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
