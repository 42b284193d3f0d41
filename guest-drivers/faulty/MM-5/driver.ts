// Breaks MM-5: a driver must keep what ConfigInfo promises.
//
// The mistake: the driver promises four physical breaks, and then cuts every piece into kilobytes, because an older chip wanted it so.
// An adapter that takes four elements gets nine.
// Cure: take the pieces as they come, or promise a transfer length that fits.
import { SRB_FUNCTION_EXECUTE_SCSI, ScsiPortInitialize, ScsiRequestBlock, getPhysicalAddress,
  PortConfigurationInformation } from '../../assembly'
import * as hw from '../../assembly/whba'
import { write } from '../../reference-queued/chip'
import { BLOCKS, DeviceExtension, LISTS, LIST_BYTES } from '../../reference-queued/extension'
import { HwFindAdapter as findAdapter } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo, NO_TAG, askForNext, noteStart, prepareCommand } from '../../reference-queued/start-io'

const BREAKS: u32 = 4
const PIECE: u32 = 1024

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  config.NumberOfPhysicalBreaks = min(config.NumberOfPhysicalBreaks, BREAKS)
  return findAdapter(ext, hwContext, busInformation, argumentString, config, again)
}

function cutSmall(ext: DeviceExtension, srb: ScsiRequestBlock, tag: u32): void {
  const block = ext.tables + BLOCKS + tag * hw.WHBA_COMMAND_BLOCK_SIZE
  if (load<u32>(block, hw.WHBA_BLOCK_SG_COUNT) == 0) return
  let element = ext.tables + LISTS + tag * LIST_BYTES
  let elements: u32 = 0
  let piece: u32 = 0
  for (let done: u32 = 0; done < srb.DataTransferLength; done += piece) {
    const address = getPhysicalAddress(ext, srb, srb.DataBuffer + done)
    piece = min(min(ext.addressLength, PIECE), srb.DataTransferLength - done)
    store<u64>(element, address, hw.WHBA_SG_ADDRESS)
    store<u32>(element, piece, hw.WHBA_SG_LENGTH)
    store<u32>(element, 0, hw.WHBA_SG_RESERVED)
    element += hw.WHBA_SG_SIZE
    elements += 1
  }
  store<u32>(block, elements, hw.WHBA_BLOCK_SG_COUNT)
}

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  if (srb.Function != SRB_FUNCTION_EXECUTE_SCSI) return startIo(ext, srb)
  noteStart(ext, srb)
  const tag = prepareCommand(ext, srb)
  if (tag != NO_TAG) {
    cutSmall(ext, srb, tag)
    write(ext, hw.WHBA_DOORBELL, tag)
  }
  askForNext(ext)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
