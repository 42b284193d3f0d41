// Breaks ER-3: SRB_STATUS_INTERNAL_ERROR is the port driver's. (It cannot but break IO-5, too: it is no status a miniport may give.)
//
// The mistake: a failed command comes back with SRB_STATUS_INTERNAL_ERROR, which sounds right. The port driver takes it as "look into
// InternalStatus", and there it finds what happens to be there.
// Cure: SRB_STATUS_ERROR.
import {
  SRB_STATUS_ERROR, SRB_STATUS_INTERNAL_ERROR, ScsiPortInitialize,
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
  if (status == SRB_STATUS_ERROR) status = SRB_STATUS_INTERNAL_ERROR
  finishCommand(ext, entry.tag, srb, status)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
