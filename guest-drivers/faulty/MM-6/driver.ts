// Breaks MM-6: both halves of a 64-bit address must reach the adapter.
//
// The mistake: the driver says that it takes 64-bit addresses, and stores their lower halves into its lists. On a machine with less than
// 4 GiB the upper half is 0 and nobody notices.
// Cure: store the whole address.
import { SRB_FUNCTION_EXECUTE_SCSI, ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import * as hw from '../../assembly/whba'
import { write } from '../../reference-queued/chip'
import { BLOCKS, DeviceExtension, LISTS, LIST_BYTES } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo, NO_TAG, askForNext, noteStart, prepareCommand } from '../../reference-queued/start-io'

function storeLowHalves(ext: DeviceExtension, tag: u32): void {
  const block = ext.tables + BLOCKS + tag * hw.WHBA_COMMAND_BLOCK_SIZE
  let element = ext.tables + LISTS + tag * LIST_BYTES
  for (let left = load<u32>(block, hw.WHBA_BLOCK_SG_COUNT); left != 0; left--) {
    const low = <u32>load<u64>(element, hw.WHBA_SG_ADDRESS)
    store<u64>(element, low, hw.WHBA_SG_ADDRESS)
    element += hw.WHBA_SG_SIZE
  }
}

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  if (srb.Function != SRB_FUNCTION_EXECUTE_SCSI) return startIo(ext, srb)
  noteStart(ext, srb)
  const tag = prepareCommand(ext, srb)
  if (tag != NO_TAG) {
    storeLowHalves(ext, tag)
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
