// Breaks MM-1: the adapter must be given addresses from ScsiPortGetPhysicalAddress only.
//
// The mistake: the adapter is told where the CPU sees the sense buffer. On a machine whose bus and CPU count alike nobody
// notices; everywhere else the adapter writes sense data over whatever lies at that bus address, and since it does so after
// errors only, it may take years to be found. Needs an adapter that fetches sense data itself.
// Cure: keep the bus address of the tables beside their address, and never compute one from the other.
import { SRB_FUNCTION_EXECUTE_SCSI, ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import * as hw from '../../assembly/whba'
import { write } from '../../reference-queued/chip'
import { BLOCKS, DeviceExtension, SENSE, SENSE_BYTES } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo, NO_TAG, askForNext, noteStart, prepareCommand } from '../../reference-queued/start-io'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  if (srb.Function != SRB_FUNCTION_EXECUTE_SCSI) return startIo(ext, srb)
  noteStart(ext, srb)
  const tag = prepareCommand(ext, srb)
  if (tag != NO_TAG) {
    const sense: u64 = ext.tables + SENSE + tag * SENSE_BYTES
    store<u64>(ext.tables + BLOCKS + tag * hw.WHBA_COMMAND_BLOCK_SIZE, sense, hw.WHBA_BLOCK_SENSE_ADDRESS)
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
