// Breaks RB-5: a bus reset must leave the other buses alone.
//
// The mistake: a board with two connectors to the same drives, and a reset that completes the requests of both. Those of the other bus
// go on there, and move data into buffers that have another owner by then.
// Cure: give PathId to ScsiPortCompleteRequest, and keep a record for each bus.
import {
  PortConfigurationInformation, SRB_FUNCTION_EXECUTE_SCSI, SRB_STATUS_BUS_RESET, ScsiPortCompleteRequest, ScsiPortInitialize,
  ScsiRequestBlock,
} from '../../assembly'
import * as hw from '../../assembly/whba'
import { RUN, read, write } from '../../reference-queued/chip'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension, freeAllTags, slotOf, takeTag } from '../../reference-queued/extension'
import { HwFindAdapter as findAdapter } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as startIo, askForNext, buildBlock, noteStart } from '../../reference-queued/start-io'

const ALL: u8 = 0xff

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  const result = findAdapter(ext, hwContext, busInformation, argumentString, config, again)
  config.NumberOfBuses = 2
  config.InitiatorBusId1 = config.InitiatorBusId
  return result
}

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  if (srb.PathId == 0 || srb.Function != SRB_FUNCTION_EXECUTE_SCSI) return startIo(ext, srb)
  // The second connector leads to the same drives.
  noteStart(ext, srb)
  const tag = takeTag(ext)
  buildBlock(ext, srb, tag)
  slotOf(ext, tag).srb = srb
  write(ext, hw.WHBA_DOORBELL, tag)
  askForNext(ext)
  return true
}

function HwResetBus(ext: DeviceExtension, path: u32): bool {
  ext.ownReset = true
  write(ext, hw.WHBA_CONTROL, RUN | hw.WHBA_CONTROL_BUS_RESET)
  read(ext, hw.WHBA_STATUS)
  drainRing(ext)
  freeAllTags(ext)
  ScsiPortCompleteRequest(ext, ALL, ALL, ALL, SRB_STATUS_BUS_RESET)
  askForNext(ext)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  data.HwStartIo = HwStartIo.index
  data.HwResetBus = HwResetBus.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
