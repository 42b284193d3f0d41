// Hostile: HwStartIo waits for a bit that no adapter sets, ten microseconds at a time. Each turn is cheap in instructions;
// only virtual time runs.
import { ScsiPortInitialize, ScsiPortStallExecution, ScsiRequestBlock } from '../../assembly'
import * as hw from '../../assembly/whba'
import { read } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

const NEVER: u32 = 0x80000000

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  while (!(read(ext, hw.WHBA_STATUS) & NEVER)) ScsiPortStallExecution(10)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
