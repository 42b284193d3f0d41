// Breaks MM-3: a physical address is good for the length that came with it.
//
// The mistake: the address of the first byte is asked for, and the whole transfer described with it. Behind the page it lies in comes the
// page of somebody else; as long as transfers fit into one page all is well.
// Cure: ask again behind every piece, until the transfer is covered.
import { SRB_FUNCTION_EXECUTE_SCSI, ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import * as hw from '../../assembly/whba'
import { write } from '../../reference-queued/chip'
import { BLOCKS, DeviceExtension, LISTS, LIST_BYTES } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo, NO_TAG, askForNext, noteStart, prepareCommand } from '../../reference-queued/start-io'

function oneElement(ext: DeviceExtension, srb: ScsiRequestBlock, tag: u32): void {
  const block = ext.tables + BLOCKS + tag * hw.WHBA_COMMAND_BLOCK_SIZE
  if (load<u32>(block, hw.WHBA_BLOCK_SG_COUNT) == 0) return
  store<u32>(ext.tables + LISTS + tag * LIST_BYTES, srb.DataTransferLength, hw.WHBA_SG_LENGTH)
  store<u32>(block, 1, hw.WHBA_BLOCK_SG_COUNT)
}

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  if (srb.Function != SRB_FUNCTION_EXECUTE_SCSI) return startIo(ext, srb)
  noteStart(ext, srb)
  const tag = prepareCommand(ext, srb)
  if (tag != NO_TAG) {
    oneElement(ext, srb, tag)
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
