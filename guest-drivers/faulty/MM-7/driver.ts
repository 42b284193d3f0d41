// Breaks MM-7: registers must be accessed inside the mapped range.
//
// The mistake: some boards are said to have a serial number behind their registers, so HwInitialize reads it, beyond the
// length it had mapped. What answers there is another device, or nobody: on real hardware a machine check.
// Cure: map what you access, and access what you mapped.
import { ScsiPortInitialize, ScsiPortReadRegisterUlong } from '../../assembly'
import * as hw from '../../assembly/whba'
import { HwInitialize as initialize } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

function HwInitialize(ext: DeviceExtension): bool {
  ext.argument3 = ScsiPortReadRegisterUlong(ext.registers + hw.WHBA_WINDOW_BYTES)
  return initialize(ext)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInitialize = HwInitialize.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
