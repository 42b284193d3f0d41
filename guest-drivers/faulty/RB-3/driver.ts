// Breaks RB-3: a bus reset that fails must be logged.
//
// The mistake: HwResetBus sees that the adapter does not answer, gives the requests back, and returns FALSE without a word. In the
// error log of the system nothing says why all disks are gone.
// Cure: ScsiPortLogError first.
import { SRB_STATUS_BUS_RESET, ScsiPortCompleteRequest, ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { GONE, read } from '../../reference-dma/chip'
import { flush } from '../../reference-dma/data-phase'
import { DeviceExtension } from '../../reference-dma/extension'
import { initializationData } from '../../reference-dma/initialization-data'
import { HwResetBus as resetBus } from '../../reference-dma/reset'
import { askForNext } from '../../reference-dma/start-io'

function HwResetBus(ext: DeviceExtension, path: u32): bool {
  if (read(ext, hw.WHBA_STATUS) != GONE) return resetBus(ext, path)
  flush(ext)
  ext.active = null
  ScsiPortCompleteRequest(ext, <u8>path, 0xff, 0xff, SRB_STATUS_BUS_RESET)
  askForNext(ext)
  return false
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwResetBus = HwResetBus.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
