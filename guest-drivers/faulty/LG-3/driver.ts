// Breaks LG-3: a parity error is logged each time.
//
// The mistake: parity errors are reported with the right status, but not logged. The class driver tries again and succeeds; that a cable is
// going bad stands nowhere.
// Cure: ScsiPortLogError(SP_BUS_PARITY_ERROR) before the completion.
import {
  SRB_STATUS_PARITY_ERROR, ScsiPortInitialize,
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
  const parity = entry.hostStatus == <u8>hw.WHBA_HOST_PARITY
  finishCommand(ext, entry.tag, srb, parity ? SRB_STATUS_PARITY_ERROR : srbStatus(ext, srb, entry))
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
