// Hostile: DriverEntry never returns, and never even calls ScsiPortInitialize.
const COUNTER: usize = memory.data(4)

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  while (true) store<u32>(COUNTER, load<u32>(COUNTER) + 1)
}
