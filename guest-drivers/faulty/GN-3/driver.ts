// Breaks GN-3: HwStartIo must be short.
//
// The mistake: after the doorbell HwStartIo looks for a while whether the command has ended already, to spare an interrupt. It runs with the
// interrupts shut out, and every look is an uncached read.
// Cure: ring the doorbell and return.
import { ScsiPortInitialize, ScsiRequestBlock } from '../../assembly'
import * as hw from '../../assembly/whba'
import { read } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { HwStartIo as start } from '../../reference-queued/start-io'

const LOOKS: u32 = 60

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  start(ext, srb)
  for (let n: u32 = 0; n < LOOKS; n++) {
    if (read(ext, hw.WHBA_INT_STATUS) & hw.WHBA_INT_STATUS_COMMAND_COMPLETE) break
  }
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
