// Breaks TM-5: a timer that fires when all is over must do no harm.
//
// The mistake: a command is watched with the timer, and nobody takes the watch off when it ends. The routine takes every call of it
// for a hang and resets a bus on which all is well, with other people's requests.
// Cure: cancel with interval 0 when the command ends, and look in the routine whether it is still the one that was watched.
import { ScsiPortInitialize, ScsiRequestBlock, requestTimerCall, resetDetected } from '../../assembly'
import { DeviceExtension } from '../../reference-dma/extension'
import { initializationData } from '../../reference-dma/initialization-data'
import { HwResetBus } from '../../reference-dma/reset'
import { HwStartIo as startIo } from '../../reference-dma/start-io'

const WATCH_US: u32 = 20000

function HwWatch(ext: DeviceExtension): void {
  ext.argument3 = 0
  HwResetBus(ext, 0)
  resetDetected(ext)
}

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  const done = startIo(ext, srb)
  if (ext.argument3 == 0) {
    ext.argument3 = 1
    requestTimerCall(ext, HwWatch.index, WATCH_US)
  }
  return done
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwStartIo = HwStartIo.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
