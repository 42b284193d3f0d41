// Breaks IO-7: on an underrun DataTransferLength says how much was moved.
//
// The mistake: a short answer is success. The target sent 36 bytes of the 255 that were asked for, and the rest of the buffer
// is taken for data: whatever lay there before.
// Cure: DataTransferLength becomes what was moved, SrbStatus SRB_STATUS_DATA_OVERRUN.
import { SCSISTAT_GOOD, SRB_STATUS_SUCCESS, ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { RingEntry, finishCommand, returnEntries, srbOf, srbStatus, takeEntry } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function completeEntry(ext: DeviceExtension, entry: RingEntry): void {
  const srb = srbOf(ext, entry)
  if (srb === null) return
  const short = entry.hostStatus == hw.WHBA_HOST_UNDERRUN && entry.scsiStatus == SCSISTAT_GOOD
  finishCommand(ext, entry.tag, srb, short ? SRB_STATUS_SUCCESS : srbStatus(ext, srb, entry))
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
