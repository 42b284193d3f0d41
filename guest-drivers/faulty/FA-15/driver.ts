// Breaks FA-15: the supplied interrupt is used.
//
// The mistake: the interrupt level is a constant, as jumpers once set it. The port driver connects the routine to a line on which this
// adapter never interrupts.
// Cure: leave BusInterruptLevel and BusInterruptVector as supplied.
import { PortConfigurationInformation, ScsiPortInitialize } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { HwFindAdapter as findAdapter } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'

const JUMPERED_LEVEL: u32 = 11

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  const result = findAdapter(ext, hwContext, busInformation, argumentString, config, again)
  config.BusInterruptLevel = JUMPERED_LEVEL
  config.BusInterruptVector = JUMPERED_LEVEL
  return result
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
