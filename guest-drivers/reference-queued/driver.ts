// A miniport for the reference adapter in queued mode: bus master, 64 tags, scatter/gather lists, several logical units,
// sense data fetched by the adapter. Read it in this order:
//
//   initialization-data.ts  what the port driver is told before it has seen an adapter
//   extension.ts            all state: one device extension an adapter, tables in common buffer memory
//   find-adapter.ts         HwFindAdapter
//   legacy.ts               what it does when the port driver supplied nothing
//   chip.ts                 register access; reset, program and quiet the chip; HwInitialize, HwAdapterControl
//   start-io.ts             HwStartIo: an SRB becomes a command block
//   interrupt.ts            HwInterrupt: short, and why it reads the status register twice
//   completion.ts           a ring entry becomes an SRB status
//   reset.ts                HwResetBus, resets from outside, HwTimer
import { ScsiPortInitialize } from '../assembly'
import { initializationData } from './initialization-data'

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  return ScsiPortInitialize(argument1, argument2, initializationData(), 0)
}
