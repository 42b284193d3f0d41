// Breaks IO-5: an SRB must have a valid final status when it is completed.
//
// The mistake: one case of the switch forgets to set the status, so an SRB that found no target goes back as it came, with
// SRB_STATUS_PENDING. A port driver may take it for a request that is still running.
// Cure: let the function that decides about the status return it on every path, and set it in one place.
import { SRB_STATUS_PENDING, ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { RingEntry, finishCommand, returnEntries, srbOf, srbStatus, takeEntry } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function completeEntry(ext: DeviceExtension, entry: RingEntry): void {
  const srb = srbOf(ext, entry)
  if (srb === null) return
  let status = SRB_STATUS_PENDING
  if (entry.hostStatus != hw.WHBA_HOST_SELECTION_TIMEOUT) status = srbStatus(ext, srb, entry)
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
