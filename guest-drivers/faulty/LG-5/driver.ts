// Breaks LG-5: first the log, then the completion.
//
// The mistake: the SRB is given back first and logged afterwards. By then it may belong to another request: the entry in the log names a device that
// had no error, or is read from freed memory.
// Cure: ScsiPortLogError before RequestComplete.
import {
  SP_BUS_TIME_OUT, SRB_STATUS_SELECTION_TIMEOUT, ScsiPortInitialize, ScsiPortLogError,
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
  const target = srb.TargetId
  const lun = srb.Lun
  const status = srbStatus(ext, srb, entry)
  finishCommand(ext, entry.tag, srb, status)
  if (status == SRB_STATUS_SELECTION_TIMEOUT) ScsiPortLogError(ext, srb, 0, target, lun, SP_BUS_TIME_OUT, 0x301)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
