// Breaks IN-3: HwInterrupt works before HwInitialize has run.
//
// The mistake: the address of the registers goes into the member that HwInterrupt uses only in HwInitialize. The interrupt is connected
// before that, and its first call reads at address 0. That is a register access outside every mapping, so MM-7 breaks with it.
// Cure: everything HwInterrupt needs is set in HwFindAdapter.
import { PortConfigurationInformation, SP_RETURN_FOUND, ScsiPortInitialize } from '../../assembly'
import { HwInitialize as initialize } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { HwFindAdapter as findAdapter } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  const result = findAdapter(ext, hwContext, busInformation, argumentString, config, again)
  if (result != SP_RETURN_FOUND) return result
  ext.recoveryTries = <u32>ext.registers
  ext.registers = 0
  return SP_RETURN_FOUND
}

function HwInitialize(ext: DeviceExtension): bool {
  ext.registers = ext.recoveryTries
  return initialize(ext)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  data.HwInitialize = HwInitialize.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
