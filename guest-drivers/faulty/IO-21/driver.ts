// Breaks IO-21: SRB_STATUS_AUTOSENSE_VALID stands for sense data in the buffer.
//
// The mistake: the adapter fetches sense data itself, so the flag is set with every CHECK CONDITION; but the data lies in the
// driver's own tables, and nobody copies it. The class driver reads what lay in the buffer.
// Cure: copy it, set SenseInfoBufferLength to what was copied, then the flag.
import {
  SCSISTAT_CHECK_CONDITION, SRB_STATUS_AUTOSENSE_VALID, SRB_STATUS_ERROR, ScsiPortInitialize,
} from '../../assembly'
import { RingEntry, finishCommand, returnEntries, srbOf, srbStatus, takeEntry } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function completeEntry(ext: DeviceExtension, entry: RingEntry): void {
  const srb = srbOf(ext, entry)
  if (srb === null) return
  if (entry.scsiStatus != SCSISTAT_CHECK_CONDITION) {
    finishCommand(ext, entry.tag, srb, srbStatus(ext, srb, entry))
    return
  }
  srb.ScsiStatus = SCSISTAT_CHECK_CONDITION
  finishCommand(ext, entry.tag, srb, SRB_STATUS_ERROR | SRB_STATUS_AUTOSENSE_VALID)
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
