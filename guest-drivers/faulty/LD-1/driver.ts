// Breaks LD-1: a miniport must call ScsiPort routines only.
//
// The mistake: when the chip does not come up, the driver stops the whole system with a call into the kernel. It is hardly
// ever called, but a port driver on another system, or the one that writes a crash dump, cannot even load this driver.
// Cure: ScsiPortLogError, and FALSE.
import { ScsiPortInitialize } from '../../assembly'
import { HwInitialize as initialize } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

@external("env", "KeBugCheckEx")
declare function KeBugCheckEx(code: u32, parameter1: usize, parameter2: usize, parameter3: usize, parameter4: usize): void

const DRIVER_CORRUPTED: u32 = 0xdeadbeef

function HwInitialize(ext: DeviceExtension): bool {
  if (initialize(ext)) return true
  KeBugCheckEx(DRIVER_CORRUPTED, ext.registers, 0, 0, 0)
  return false
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInitialize = HwInitialize.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
