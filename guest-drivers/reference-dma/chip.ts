// The chip as a whole: register access, reset, start, quieting. HwInitialize and HwAdapterControl.
import {
  SP_INTERNAL_ADAPTER_ERROR, ScsiAdapterControlSuccess, ScsiAdapterControlUnsuccessful, ScsiPortReadRegisterUlong,
  ScsiPortStallExecution, ScsiPortWriteRegisterUlong, ScsiQuerySupportedControlTypes, ScsiRestartAdapter,
  ScsiStopAdapter, SupportedControlTypeList,
} from '../assembly'
import * as hw from '../assembly/whba'
import { DeviceExtension, RUNNING, STOPPED } from './extension'
import { Site, logAdapterError } from './log'

/** What every register of an adapter reads that is not there any more. */
export const GONE: u32 = 0xffffffff
const CAUSES: u32 =
  hw.WHBA_INT_ENABLE_COMMAND_COMPLETE | hw.WHBA_INT_ENABLE_DMA_READY | hw.WHBA_INT_ENABLE_DMA_ERROR |
  hw.WHBA_INT_ENABLE_SCSI_ERROR | hw.WHBA_INT_ENABLE_BUS_RESET | hw.WHBA_INT_ENABLE_DEVICE_CHANGE
const RESET_POLL_US: u32 = 10
const RESET_POLLS: u32 = 50

@inline
export function read(ext: DeviceExtension, register: u32): u32 {
  return ScsiPortReadRegisterUlong(ext.registers + register)
}

@inline
export function write(ext: DeviceExtension, register: u32, value: u32): void {
  ScsiPortWriteRegisterUlong(ext.registers + register, value)
}

/** Brings a chip that comes out of reset to work. Its reset mode is the data-phase mode. */
export function startChip(ext: DeviceExtension): void {
  ext.ownReset = false
  write(ext, hw.WHBA_CONTROL, hw.WHBA_CONTROL_ENABLE)
  ext.state = RUNNING
  ext.enabledCauses = CAUSES
  write(ext, hw.WHBA_INT_ENABLE, CAUSES)
}

/** Resets the chip, not the bus. Interrupts may come before and while this runs: with nothing enabled they are not ours. */
export function HwInitialize(ext: DeviceExtension): bool {
  ext.enabledCauses = 0
  write(ext, hw.WHBA_CONTROL, hw.WHBA_CONTROL_ADAPTER_RESET)
  for (let polls: u32 = 0; polls < RESET_POLLS; polls++) {
    ScsiPortStallExecution(RESET_POLL_US)
    const status = read(ext, hw.WHBA_STATUS)
    if (status == GONE) break
    if (status & hw.WHBA_STATUS_READY) {
      startChip(ext)
      return true
    }
  }
  logAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, Site.ResetTimeout)
  return false
}

export function HwAdapterControl(ext: DeviceExtension, type: u32, parameters: usize): u32 {
  switch (type) {
    case ScsiQuerySupportedControlTypes: {
      const list = changetype<SupportedControlTypeList>(parameters)
      list.support(ScsiQuerySupportedControlTypes)
      list.support(ScsiStopAdapter)
      list.support(ScsiRestartAdapter)
      return ScsiAdapterControlSuccess
    }
    // The queue is empty. The chip may be gone already: write, and wait for nothing.
    case ScsiStopAdapter:
      ext.enabledCauses = 0
      write(ext, hw.WHBA_INT_ENABLE, 0)
      write(ext, hw.WHBA_CONTROL, 0)
      ext.state = STOPPED
      return ScsiAdapterControlSuccess
    case ScsiRestartAdapter:
      return HwInitialize(ext) ? ScsiAdapterControlSuccess : ScsiAdapterControlUnsuccessful
    default:
      return ScsiAdapterControlUnsuccessful
  }
}
