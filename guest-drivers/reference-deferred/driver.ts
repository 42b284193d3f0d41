// A miniport that puts its interrupt work off: the queued sample driver (reference-queued/), with its HwInterrupt split in three. Worth the
// trouble when a driver has more than 50 µs of work with an interrupt; here it shows how it is done.
//
//   HwInterrupt             is it ours? mask the adapter, note the causes, CallEnableInterrupts
//   HwEnableInterrupts      as a DPC, all other interrupts on: acknowledge, drain the ring, complete; CallDisableInterrupts
//   HwDisableInterrupts     enable the adapter's interrupts again, nothing else
//
// Between the first and the last HwInterrupt is not called, so nobody else touches the ring, although the callback in the middle is
// not synchronized with HwStartIo by an interrupt lock: the port driver does not start a request while it runs.
import { ScsiPortInitialize } from '../assembly'
import { initializationData } from '../reference-queued/initialization-data'
import { HwInterrupt } from './interrupt'

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInterrupt = HwInterrupt.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
