// Breaks LG-4: ScsiPortLogError takes an SP_ code.
//
// The mistake: error codes of the driver's own numbering are handed over. The log knows the SP_ codes only: an administrator reads that a
// message with an unknown number was logged, and nothing else.
// Cure: one of the SP_ codes says what happened, UniqueId says where in the driver.
import {
  SRB_STATUS_SELECTION_TIMEOUT, ScsiPortInitialize, ScsiPortLogError,
} from '../../assembly'
import { RingEntry, finishCommand, returnEntries, srbOf, srbStatus, takeEntry } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

const ERROR_SELECTION: u32 = 0x1001

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
  const status = srbStatus(ext, srb, entry)
  if (status == SRB_STATUS_SELECTION_TIMEOUT) {
    ScsiPortLogError(ext, srb, srb.PathId, srb.TargetId, srb.Lun, ERROR_SELECTION, 0)
  }
  finishCommand(ext, entry.tag, srb, status)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
