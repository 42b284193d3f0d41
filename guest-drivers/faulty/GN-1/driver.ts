// Breaks GN-1: no routine may take longer than half a second.
//
// The mistake: HwStartIo waits until the adapter is done with the command before it returns, without a bound. The adapter of this driver never
// shows the bit it waits for, and the machine stands still with all interrupts shut out.
// Cure: ring the doorbell and return; HwInterrupt does the rest.
import { ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import * as hw from '../../assembly/whba'
import { read } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as start } from '../../reference-queued/start-io'

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  start(ext, srb)
  while (!(read(ext, hw.WHBA_STATUS) & hw.WHBA_STATUS_RING_FULL)) {}
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
