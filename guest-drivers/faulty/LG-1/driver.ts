// Breaks LG-1: errors of the adapter itself are logged.
//
// The mistake: a transfer that the adapter could not carry out is reported, but not logged. The request is tried again and succeeds, and nobody
// ever learns that the adapter, or the driver, has a problem.
// Cure: ScsiPortLogError(SP_INTERNAL_ADAPTER_ERROR) before the completion.
import {
  SRB_STATUS_ERROR, ScsiPortInitialize,
} from '../../assembly'
import * as hw from '../../assembly/whba'
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
  const failed = entry.hostStatus == <u8>hw.WHBA_HOST_DMA_ERROR
  finishCommand(ext, entry.tag, srb, failed ? SRB_STATUS_ERROR : srbStatus(ext, srb, entry))
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
