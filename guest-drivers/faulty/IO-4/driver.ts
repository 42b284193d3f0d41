// Breaks IO-4: after RequestComplete an SRB is not the miniport's any more.
//
// The mistake: the SRB is tidied up after it was completed, "so that nobody finds it by its tag". By then it may carry
// another request, on another processor, and this one gets a tag that is not its own.
// Cure: RequestComplete is the last thing that is done with an SRB.
import { SP_UNTAGGED, ScsiPortInitialize } from '../../assembly'
import { RingEntry, finishCommand, returnEntries, srbOf, srbStatus, takeEntry } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function completeEntry(ext: DeviceExtension, entry: RingEntry): void {
  const srb = srbOf(ext, entry)
  if (srb === null) return
  finishCommand(ext, entry.tag, srb, srbStatus(ext, srb, entry))
  srb.QueueTag = SP_UNTAGGED
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
