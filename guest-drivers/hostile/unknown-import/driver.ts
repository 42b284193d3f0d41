// Hostile: calls a routine of the kernel.
import { ScsiPortInitialize } from '../../assembly'
import { initializationData } from '../../reference-queued/initialization-data'

@external("env", "MmMapIoSpace")
declare function MmMapIoSpace(address: usize, bytes: u32, cacheType: u32): usize

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.Reserved = MmMapIoSpace(0xfebf0000, 4096, 0)
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
