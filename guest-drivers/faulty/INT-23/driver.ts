// Breaks INT-23: WMI events are for exceptional conditions.
//
// The mistake: an event is posted with every interrupt, for a graph of the load. The port driver has few places for events, and delivers them at
// DISPATCH_LEVEL: most are lost, and the machine spends its time with the rest.
// Cure: count in the device extension; whoever wants to see the figure asks for it with a WMI query.
import { ScsiPortInitialize, ScsiPortNotification } from '../../assembly'
import { drainRing } from '../../reference-queued/completion'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'

/** SCSI_NOTIFICATION_TYPE. */
const WMIEvent: u32 = 8
const EVENT: usize = memory.data(64, 8)

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  dismiss(ext, causes)
  drainRing(ext)
  ext.argument0 = <u32>EVENT
  ext.argument1 = 0xff
  ScsiPortNotification(WMIEvent, ext, changetype<usize>(ext))
  serveRest(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
