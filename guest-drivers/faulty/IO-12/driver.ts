// Breaks IO-12: Srb->DataBuffer is dereferenced only with MapBuffers.
//
// The mistake: the driver mends the INQUIRY data of old disks, and looks into the data buffer to do it. Without MapBuffers that is an
// address in the process that asked, and another process runs now.
// Cure: set MapBuffers in HW_INITIALIZATION_DATA, or leave the data alone.
import { SCSIOP_INQUIRY, SRB_STATUS_SUCCESS, ScsiPortInitialize } from '../../assembly'
import { RingEntry, finishCommand, returnEntries, srbOf, srbStatus, takeEntry } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

const COMMAND_QUEUE: u8 = 2

function completeEntry(ext: DeviceExtension, entry: RingEntry): void {
  const srb = srbOf(ext, entry)
  if (srb === null) return
  const status = srbStatus(ext, srb, entry)
  if (status == SRB_STATUS_SUCCESS && load<u8>(srb.Cdb) == SCSIOP_INQUIRY) {
    store<u8>(srb.DataBuffer, load<u8>(srb.DataBuffer, 7) | COMMAND_QUEUE, 7)
  }
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
