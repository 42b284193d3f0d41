// Breaks ER-2: whoever does not fetch sense data cannot fail to.
//
// The mistake: a CHECK CONDITION without sense data is reported as SRB_STATUS_REQUEST_SENSE_FAILED, although AutoRequestSense is FALSE and
// nobody has tried. The port driver is about to send REQUEST SENSE itself.
// Cure: SRB_STATUS_ERROR with the target's status byte; the port driver does the rest.
import {
  SCSISTAT_CHECK_CONDITION, SRB_STATUS_ERROR, SRB_STATUS_REQUEST_SENSE_FAILED, ScsiPortInitialize,
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
  if (status == SRB_STATUS_ERROR && entry.scsiStatus == SCSISTAT_CHECK_CONDITION) status = SRB_STATUS_REQUEST_SENSE_FAILED
  finishCommand(ext, entry.tag, srb, status)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
