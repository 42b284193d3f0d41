// Breaks FA-3: supplied ranges are the only ones.
//
// The mistake: before it takes the range that the port driver supplied, HwFindAdapter looks whether there is an old ISA card at its usual
// port. Whatever answers there belongs to somebody else.
// Cure: look for ISA cards in a call with AdapterInterfaceType Isa, and only when no range was supplied.
import { Isa, PortConfigurationInformation, ScsiPortFreeDeviceBase, ScsiPortInitialize, getDeviceBase } from '../../assembly'
import { DeviceExtension } from '../../reference-queued/extension'
import { HwFindAdapter as findAdapter } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'

const ISA_PORT: u64 = 0x330
const ISA_PORTS: u32 = 4

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  const card = getDeviceBase(ext, Isa, 0, ISA_PORT, ISA_PORTS, true)
  if (card != 0) ScsiPortFreeDeviceBase(ext, card)
  return findAdapter(ext, hwContext, busInformation, argumentString, config, again)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
