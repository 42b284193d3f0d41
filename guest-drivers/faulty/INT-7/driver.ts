// Breaks INT-7: a command that ended with an error is no success.
//
// The mistake: a parity error is logged, and then the request is completed with SRB_STATUS_SUCCESS, since "the data was transferred, after all".
// Whether it is the right data nobody knows: it is handed on as if it were.
// Cure: SRB_STATUS_PARITY_ERROR; the class driver tries again.
import {
  SRB_STATUS_PARITY_ERROR, SRB_STATUS_SUCCESS, ScsiPortInitialize,
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
  if (status == SRB_STATUS_PARITY_ERROR) status = SRB_STATUS_SUCCESS
  finishCommand(ext, entry.tag, srb, status)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
