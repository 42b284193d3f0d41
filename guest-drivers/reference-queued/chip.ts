// The chip as a whole: register access, reset, programming, quieting. HwInitialize and HwAdapterControl.
import {
  SP_INTERNAL_ADAPTER_ERROR, ScsiAdapterControlSuccess, ScsiAdapterControlUnsuccessful, ScsiPortReadRegisterUlong,
  ScsiPortStallExecution, ScsiPortWriteRegisterUlong, ScsiQuerySupportedControlTypes, ScsiRestartAdapter,
  ScsiStopAdapter, SupportedControlTypeList,
} from '../assembly'
import * as hw from '../assembly/whba'
import { BLOCKS, DeviceExtension, RING, RING_ENTRIES, RUNNING, STOPPED, freeAllTags } from './extension'
import { Site, logAdapterError } from './log'

/** What every register of an adapter reads that is not there any more. */
export const GONE: u32 = 0xffffffff
export const RUN: u32 = hw.WHBA_CONTROL_ENABLE | hw.WHBA_CONTROL_QUEUED
const CAUSES: u32 =
  hw.WHBA_INT_ENABLE_COMMAND_COMPLETE | hw.WHBA_INT_ENABLE_DMA_ERROR | hw.WHBA_INT_ENABLE_SCSI_ERROR |
  hw.WHBA_INT_ENABLE_BUS_RESET | hw.WHBA_INT_ENABLE_DEVICE_CHANGE
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

/** Brings a chip that comes out of reset to work: tables, mode, interrupts. */
export function startChip(ext: DeviceExtension): void {
  const ring = ext.tablesAddress + RING
  const blocks = ext.tablesAddress + BLOCKS
  memory.fill(ext.tables + RING, 0, RING_ENTRIES * hw.WHBA_RING_ENTRY_SIZE)
  ext.ringHead = 0
  ext.ringPhase = 1
  ext.ownReset = false
  write(ext, hw.WHBA_COMMAND_TABLE_LOW, <u32>blocks)
  write(ext, hw.WHBA_COMMAND_TABLE_HIGH, <u32>(blocks >> 32))
  write(ext, hw.WHBA_RING_BASE_LOW, <u32>ring)
  write(ext, hw.WHBA_RING_BASE_HIGH, <u32>(ring >> 32))
  write(ext, hw.WHBA_RING_SIZE, RING_ENTRIES)
  write(ext, hw.WHBA_CONTROL, RUN)
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
      freeAllTags(ext)
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
