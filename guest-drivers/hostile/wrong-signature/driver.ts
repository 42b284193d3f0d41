// Hostile: declares ScsiPortStallExecution with a parameter too many.
import { ScsiPortInitialize } from '../../assembly'
import { initializationData } from '../../reference-queued/initialization-data'

@external("env", "ScsiPortStallExecution")
declare function ScsiPortStallExecution(microseconds: u32, spin: u32): void

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  ScsiPortStallExecution(1, 1)
  return ScsiPortInitialize(argument1, argument2, initializationData(), 0)
}
