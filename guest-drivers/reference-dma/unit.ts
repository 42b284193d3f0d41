// The logical unit extension: what is counted for each unit. The port driver zeroes it when it finds the unit.
import { ScsiPortGetLogicalUnit, ScsiRequestBlock, debugPrint } from '../assembly'
import { DeviceExtension } from './extension'

/** Failures after which a unit is worth a word, and then each time that they have doubled. */
const MANY_FAILURES: u32 = 16

@unmanaged
export class UnitExtension {
  /** Commands that did not end well. */
  failures: u32
}

/** Counts a failed command. The unit is asked for each time: the port driver need not know it, or not any more. */
export function noteFailure(ext: DeviceExtension, srb: ScsiRequestBlock): void {
  const at = ScsiPortGetLogicalUnit(ext, srb.PathId, srb.TargetId, srb.Lun)
  if (at == 0) return
  const unit = changetype<UnitExtension>(at)
  unit.failures += 1
  if (unit.failures >= MANY_FAILURES && (unit.failures & (unit.failures - 1)) == 0)
    debugPrint(ext, 1, 'a unit has failed %u commands', unit.failures)
}
