// Breaks LD-3: HW_INITIALIZATION_DATA is zeroed before it is filled.
//
// The mistake: only the members the author knows are set. The structure begins as what earlier calls left on the stack, here 0xCC, and
// Reserved and HwAdapterState keep it.
// Cure: zero all of it first.
import { HwInitializationData, PCIBus, ScsiPortInitialize } from '../../assembly'
import { EXTENSION_BYTES } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

// A local variable of DriverEntry, in C.
const STACK: usize = memory.data(80, 8)

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const known = initializationData()
  memory.fill(STACK, 0xcc, offsetof<HwInitializationData>())
  const data = changetype<HwInitializationData>(STACK)
  data.HwInitializationDataSize = offsetof<HwInitializationData>()
  data.AdapterInterfaceType = PCIBus
  data.HwInitialize = known.HwInitialize
  data.HwStartIo = known.HwStartIo
  data.HwInterrupt = known.HwInterrupt
  data.HwFindAdapter = known.HwFindAdapter
  data.HwResetBus = known.HwResetBus
  data.HwDmaStarted = 0
  data.HwAdapterControl = known.HwAdapterControl
  data.DeviceExtensionSize = EXTENSION_BYTES
  data.SpecificLuExtensionSize = 0
  data.SrbExtensionSize = 0
  data.NumberOfAccessRanges = 1
  data.MapBuffers = false
  data.NeedPhysicalAddresses = true
  data.TaggedQueuing = true
  data.AutoRequestSense = true
  data.MultipleRequestPerLu = true
  data.ReceiveEvent = false
  data.VendorId = known.VendorId
  data.VendorIdLength = 4
  data.ReservedUshort = 0
  data.DeviceId = known.DeviceId
  data.DeviceIdLength = 4
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
