// A miniport for the reference adapter in data-phase mode: no bus master, one command at a time. The adapter says when a
// target is ready for data, the miniport has the port driver program the system DMA channel, and only then lets the
// adapter move it. Read it in this order:
//
//   initialization-data.ts  what the port driver is told before it has seen an adapter
//   extension.ts            all state: one device extension an adapter
//   find-adapter.ts         HwFindAdapter
//   legacy.ts               what it does when the port driver supplied nothing
//   chip.ts                 register access; reset, start and quiet the chip; HwInitialize, HwAdapterControl
//   start-io.ts             HwStartIo: an SRB becomes register writes
//   interrupt.ts            HwInterrupt: which cause, and what to do about it
//   data-phase.ts           ScsiPortIoMapTransfer, HwDmaStarted, ScsiPortFlushDma: the order that must be kept
//   completion.ts           a command status becomes an SRB status
//   unit.ts                 what is counted for each logical unit
//   reset.ts                HwResetBus, resets from outside, HwTimer
import { ScsiPortInitialize } from '../assembly'
import { initializationData } from './initialization-data'

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  return ScsiPortInitialize(argument1, argument2, initializationData(), 0)
}
