// Breaks IO-11: the SRB extension is initialised before it is used.
//
// The mistake: a count of bytes is kept in the SRB extension and only ever added to. It begins with what the request before
// left there.
// Cure: zero the SRB extension in HwStartIo.
//
// The length that comes out of it is also no true one: IO-7.
import { SRB_STATUS_DATA_OVERRUN, ScsiPortInitialize } from '../../assembly'
import { RingEntry, finishCommand, returnEntries, srbOf, srbStatus, takeEntry } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

function completeEntry(ext: DeviceExtension, entry: RingEntry): void {
  const srb = srbOf(ext, entry)
  if (srb === null) return
  const status = srbStatus(ext, srb, entry)
  const moved = load<u32>(srb.SrbExtension) + entry.bytes
  store<u32>(srb.SrbExtension, moved)
  if (status == SRB_STATUS_DATA_OVERRUN) srb.DataTransferLength = moved
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
  data.SrbExtensionSize = 8
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
