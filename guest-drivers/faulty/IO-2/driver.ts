// Breaks IO-2: every SRB must be completed exactly once.
//
// The mistake: the error path completes the SRB itself, and then goes on to the end that all paths share. The second time
// the SRB may be somebody else's: it is completed before its data has come.
// Cure: one place that completes, and an SRB is taken off the driver's books before.
import { SRB_STATUS_SELECTION_TIMEOUT, ScsiPortInitialize, requestComplete } from '../../assembly'
import * as hw from '../../assembly/whba'
import { RingEntry, finishCommand, returnEntries, srbOf, srbStatus, takeEntry } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function completeEntry(ext: DeviceExtension, entry: RingEntry): void {
  const srb = srbOf(ext, entry)
  if (srb === null) return
  if (entry.hostStatus == hw.WHBA_HOST_SELECTION_TIMEOUT) {
    srb.SrbStatus = SRB_STATUS_SELECTION_TIMEOUT
    requestComplete(ext, srb)
  }
  finishCommand(ext, entry.tag, srb, srbStatus(ext, srb, entry))
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
