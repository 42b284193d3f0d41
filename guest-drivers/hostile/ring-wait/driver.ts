// Not hostile, though it looks like it: HwInitialize sends one command and waits for its completion in memory, without a
// register access, a stall or any other call that would let the bench in. Its wait must end as it would on real hardware.
import { SP_INTERNAL_ADAPTER_ERROR, ScsiPortInitialize } from '../../assembly'
import * as hw from '../../assembly/whba'
import { HwInitialize as initialize, read, write } from '../../reference-queued/chip'
import { takeEntry } from '../../reference-queued/completion'
import { BLOCKS, DeviceExtension } from '../../reference-queued/extension'
import { initializationData } from '../../reference-queued/initialization-data'
import { logAdapterError } from '../../reference-queued/log'

const SITE: u32 = 0x500
const TAG: u32 = 0
/** More turns than a selection timeout takes. */
const PATIENCE: u32 = 0x7fffffff

function HwInitialize(ext: DeviceExtension): bool {
  if (!initialize(ext)) return false
  // TEST UNIT READY, target 0: a CDB of six zero bytes.
  const block = ext.tables + BLOCKS + TAG * hw.WHBA_COMMAND_BLOCK_SIZE
  memory.fill(block, 0, hw.WHBA_COMMAND_BLOCK_SIZE)
  store<u8>(block, 6, hw.WHBA_BLOCK_CDB_LENGTH)
  // The interrupt is not wanted for this one.
  write(ext, hw.WHBA_INT_ENABLE, 0)
  write(ext, hw.WHBA_DOORBELL, TAG)
  let entry = takeEntry(ext)
  for (let turns: u32 = 0; entry === null && turns < PATIENCE; turns++) entry = takeEntry(ext)
  if (entry === null || entry.tag != TAG) {
    logAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE)
    return false
  }
  write(ext, hw.WHBA_RING_HEAD, ext.ringHead)
  write(ext, hw.WHBA_INT_ACK, read(ext, hw.WHBA_INT_STATUS))
  write(ext, hw.WHBA_INT_ENABLE, ext.enabledCauses)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwInitialize = HwInitialize.index
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
