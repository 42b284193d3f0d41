// Breaks TM-2: a timer request must not push out another one.
//
// The mistake: two things are to be done later, and each has its own routine. An adapter has one timer: the second request replaces the
// first, whose routine is never called.
// Cure: one routine that looks what is due, and the timer armed for the next instant.
import { ScsiPortInitialize, requestTimerCall } from '../../assembly'
import { HwInitialize as initialize } from '../../reference-dma/chip'
import { DeviceExtension } from '../../reference-dma/extension'
import { initializationData } from '../../reference-dma/initialization-data'

function HwCheckLink(ext: DeviceExtension): void {
  ext.argument3 = 1
}

function HwCheckQueue(ext: DeviceExtension): void {
  ext.argument3 = 2
}

function HwInitialize(ext: DeviceExtension): bool {
  const done = initialize(ext)
  requestTimerCall(ext, HwCheckLink.index, 100000)
  requestTimerCall(ext, HwCheckQueue.index, 200000)
  return done
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInitialize = HwInitialize.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
