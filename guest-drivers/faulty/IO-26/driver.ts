// Breaks IO-26: ScsiPortCompleteRequest or RequestComplete, not both.
//
// The mistake: after the reset everything is completed at once, and then, to be sure, one SRB after the other from the driver's own list.
// Cure: one of the two. ScsiPortCompleteRequest has completed all of them.
import {
  SRB_STATUS_BUS_RESET, ScsiPortCompleteRequest, ScsiPortInitialize, requestComplete,
} from '../../assembly'
import { DeviceExtension, slotOf } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwResetBus as resetBus } from '../../reference-queued/reset'

const ALL: u8 = 0xff

function HwResetBus(ext: DeviceExtension, path: u32): bool {
  ScsiPortCompleteRequest(ext, <u8>path, ALL, ALL, SRB_STATUS_BUS_RESET)
  for (let tag: u32 = 0; tag < ext.tags; tag++) {
    const srb = slotOf(ext, tag).srb
    if (srb === null) continue
    srb.SrbStatus = SRB_STATUS_BUS_RESET
    requestComplete(ext, srb)
  }
  return resetBus(ext, path)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwResetBus = HwResetBus.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
