// For the bench of the bench: reads or writes one register as often as it is told, and nothing else in between. Otherwise it
// is reference-queued. The order comes as a control type of its own through HwAdapterControl.
import { ScsiPortInitialize, ScsiPortReadRegisterUlong, ScsiPortWriteRegisterUlong } from '../../assembly'
import { HwAdapterControl as control } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

const READS: u32 = 0x100
const WRITES: u32 = 0x101

/** @param parameters for READS and WRITES two words: logical address of the register, how often @returns for READS the exclusive or of the values */
function HwAdapterControl(ext: DeviceExtension, type: u32, parameters: usize): u32 {
  if (type != READS && type != WRITES) return control(ext, type, parameters)
  const register = load<u32>(parameters)
  const times = load<u32>(parameters, 4)
  let sum: u32 = 0
  if (type == READS) for (let n: u32 = 0; n < times; n++) sum ^= ScsiPortReadRegisterUlong(register)
  else for (let n: u32 = 0; n < times; n++) ScsiPortWriteRegisterUlong(register, 0)
  return sum
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwAdapterControl = HwAdapterControl.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
