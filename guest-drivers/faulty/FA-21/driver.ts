// Breaks FA-21: bus data is for HwFindAdapter.
//
// The mistake: HwInitialize reads the revision of the chip from configuration space. It runs at device level, where the lock of
// configuration space must not be waited for.
// Cure: read it in HwFindAdapter and keep it in the device extension.
import { ScsiPortInitialize, readPciHeader } from '../../assembly'
import { HwInitialize as initialize } from '../../reference-queued/chip'
import { DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'

function HwInitialize(ext: DeviceExtension): bool {
  const header = readPciHeader(ext, 0, 0)
  ext.argument3 = header === null ? 0 : header.RevisionID
  return initialize(ext)
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInitialize = HwInitialize.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
