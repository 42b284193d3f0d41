// The device extension: all the driver knows about one adapter. There are no globals, so one driver can run any number
// of adapters. The port driver zeroes it before HwFindAdapter.
import { MiniportExtension, ScsiRequestBlock } from '../assembly'

// Where the adapter stands: values of DeviceExtension.state.
/** Not initialized yet, or stopped. */
export const STOPPED: u8 = 0
export const RUNNING: u8 = 1
/** The chip was reset; HwTimer will start it again. */
export const RECOVERING: u8 = 2
/** It did not come back. */
export const DEAD: u8 = 3

@unmanaged
export class DeviceExtension extends MiniportExtension {
  /** Logical base address of the registers. */
  registers: usize
  /** INT_ENABLE as written last. A pending cause that is not enabled does not drive the line: it is not our interrupt. */
  enabledCauses: u32
  /** The command with the adapter; null: none. */
  active: ScsiRequestBlock | null
  /** Bytes asked of ScsiPortIoMapTransfer and not flushed yet; 0: the DMA channel is not ours. */
  mappedBytes: u32
  /** Bytes moved before those. */
  movedBytes: u32
  recoveryTries: u32
  /** Comes back with everything the adapter says about the active command. Counts up, so that an echo of an older command is told apart. */
  tag: u8
  state: u8
  targets: u8
  autosense: bool
  /** HwDmaStarted was called for `mappedBytes`: the adapter moves them. */
  dmaStarted: bool
  /** The next BUS_RESET cause is the echo of our own reset. */
  ownReset: bool
  /** HwStartIo was called, and not answered yet with NextRequest. */
  nextOwed: bool
}
