// Breaks IO-6: a ScsiStatus other than GOOD goes with SRB_STATUS_ERROR.
//
// The mistake: the adapter says that the command ran, and that is taken for success. The target's own verdict, CHECK CONDITION,
// stands in ScsiStatus, where nobody looks when SrbStatus is SUCCESS.
// Cure: SUCCESS only with SCSISTAT_GOOD.
import { SRB_STATUS_SUCCESS, ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { RingEntry, finishCommand, returnEntries, srbOf, srbStatus, takeEntry } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function completeEntry(ext: DeviceExtension, entry: RingEntry): void {
  const srb = srbOf(ext, entry)
  if (srb === null) return
  let status = srbStatus(ext, srb, entry)
  if (entry.hostStatus == hw.WHBA_HOST_OK) status = SRB_STATUS_SUCCESS
  finishCommand(ext, entry.tag, srb, status)
}

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  dismiss(ext, causes)
  const from = ext.ringHead
  for (let entry = takeEntry(ext); entry !== null; entry = takeEntry(ext)) completeEntry(ext, entry)
  returnEntries(ext, from)
  serveRest(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
