// Breaks ER-1: every error of the bus has an SRB status of its own.
//
// The mistake: everything that is not a success is lumped together as SRB_STATUS_ERROR, even that nobody answered the selection. The class driver
// cannot tell an empty place on the bus from a broken disk, and tries each of them again and again.
// Cure: one status for each code of the adapter, see reference-queued/completion.ts.
import {
  SRB_STATUS_ERROR, SRB_STATUS_SELECTION_TIMEOUT, ScsiPortInitialize,
} from '../../assembly'
import { RingEntry, finishCommand, returnEntries, srbOf, srbStatus, takeEntry } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

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

function completeEntry(ext: DeviceExtension, entry: RingEntry): void {
  const srb = srbOf(ext, entry)
  if (srb === null) return
  let status = srbStatus(ext, srb, entry)
  if (status == SRB_STATUS_SELECTION_TIMEOUT) status = SRB_STATUS_ERROR
  finishCommand(ext, entry.tag, srb, status)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
