// Breaks IO-15: NextLuRequest comes only from a miniport whose adapter queues requests of one unit.
//
// The mistake: NextLuRequest, because the unit is known and free again. The adapter takes one command at a time and says so
// (TaggedQueuing and MultipleRequestPerLu are FALSE): it asks for a second request of a unit that cannot have one.
// Cure: NextRequest.
import { ScsiPortInitialize, nextLuRequest } from '../../assembly'
import * as hw from '../../assembly/whba'
import { write } from '../../reference-dma/chip'
import { DeviceExtension, RECOVERING } from '../../reference-dma/extension'
import { initializationData } from '../../reference-dma/initialization-data'
import { pendingCauses, serve } from '../../reference-dma/interrupt'

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  write(ext, hw.WHBA_INT_ACK, causes)
  const srb = ext.active
  const target: u8 = srb === null ? 0 : srb.TargetId
  const lun: u8 = srb === null ? 0 : srb.Lun
  const owed = ext.nextOwed
  ext.nextOwed = false // serve would ask with NextRequest
  serve(ext, causes)
  ext.nextOwed = owed
  if (!owed || ext.active !== null || ext.state == RECOVERING) return true
  ext.nextOwed = false
  nextLuRequest(ext, 0, target, lun)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
