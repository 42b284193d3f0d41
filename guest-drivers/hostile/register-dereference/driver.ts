// Hostile: HwInterrupt reads the status register through a pointer.
import { ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

function HwInterrupt(ext: DeviceExtension): bool {
  return (load<u32>(ext.registers + hw.WHBA_INT_STATUS) & ext.enabledCauses) != 0
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
