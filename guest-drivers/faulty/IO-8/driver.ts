// Breaks IO-8: a command that moved all of its data does not come back with DataTransferLength 0.
//
// The mistake: DataTransferLength is taken for what is left to be moved, as in many adapters' own status. After a command that
// went well nothing is left: the caller believes that nothing was read.
// Cure: it is what was moved, and it stays as it is unless that is less than was asked for.
import { SRB_STATUS_SUCCESS, ScsiPortInitialize } from '../../assembly'
import { RingEntry, finishCommand, returnEntries, srbOf, srbStatus, takeEntry } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function completeEntry(ext: DeviceExtension, entry: RingEntry): void {
  const srb = srbOf(ext, entry)
  if (srb === null) return
  const status = srbStatus(ext, srb, entry)
  if (status == SRB_STATUS_SUCCESS) srb.DataTransferLength -= entry.bytes
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
