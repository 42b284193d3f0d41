// The device extension: all the driver knows about one adapter. There are no globals, so one driver can run any number
// of adapters. The port driver zeroes it before HwFindAdapter.
import { MiniportExtension, ScsiRequestBlock } from '../assembly'
import * as hw from '../assembly/whba'

/** Commands at once. The adapter's tags are the driver's own: the port driver's queue tags run from 1 to 254 and have no room here. */
export const MAX_TAGS: u32 = 64
/** Elements a scatter/gather list: 16 pages, and one more because a buffer may begin in mid-page. */
export const LIST_ELEMENTS: u32 = 17
export const MAX_TRANSFER_BYTES: u32 = 64 * 1024
/** More than there are tags, so that the ring never fills. */
export const RING_ENTRIES: u32 = 128
/** Room for sense data a tag: fixed format needs 18. */
export const SENSE_BYTES: u32 = 32

// Common buffer memory. 26 KiB in all: below the 32 KiB a driver on the crash dump path may have.
export const BLOCKS: u32 = 0
export const RING: u32 = BLOCKS + MAX_TAGS * hw.WHBA_COMMAND_BLOCK_SIZE
export const LISTS: u32 = RING + RING_ENTRIES * hw.WHBA_RING_ENTRY_SIZE
export const LIST_BYTES: u32 = LIST_ELEMENTS * hw.WHBA_SG_SIZE
export const SENSE: u32 = LISTS + MAX_TAGS * LIST_BYTES
export const TABLES_BYTES: u32 = SENSE + MAX_TAGS * SENSE_BYTES
/** The adapter wants its command table aligned to this many bytes. */
export const TABLES_ALIGNMENT: u32 = 64

// Where the adapter stands: values of DeviceExtension.state.
/** Not initialized yet, or stopped. */
export const STOPPED: u8 = 0
export const RUNNING: u8 = 1
/** The chip was reset; HwTimer will program it again. */
export const RECOVERING: u8 = 2
/** It did not come back. */
export const DEAD: u8 = 3

@unmanaged
export class DeviceExtension extends MiniportExtension {
  /** Physical address of the tables. */
  tablesAddress: u64
  /** Where the CPU sees them. */
  tables: usize
  /** Logical base address of the registers. */
  registers: usize
  /** INT_ENABLE as written last. A pending cause that is not enabled does not drive the line: it is not our interrupt. */
  enabledCauses: u32
  state: u8
  autosense: bool
  /** The next BUS_RESET cause is the echo of our own reset. */
  ownReset: bool
  /** Of the SRB started last: says which Next notification answers its HwStartIo. */
  nextPath: u8
  nextTarget: u8
  nextLun: u8
  nextQueueTag: u8
  targets: u8
  /** HwStartIo was called, and not answered yet with NextRequest or NextLuRequest. */
  nextOwed: bool
  private pad0: u8
  private pad1: u8
  private pad2: u8
  ringHead: u32
  /** Phase bit of entries not seen yet in this pass through the ring. */
  ringPhase: u32
  tags: u32
  freeTags: u32
  recoveryTries: u32
}

/** What the driver remembers a tag. */
@unmanaged
export class Slot {
  /** Null: the tag is free. */
  srb: ScsiRequestBlock | null
  /** The ABORT_COMMAND that waits for this one to end. */
  abortSrb: ScsiRequestBlock | null
}

// The slots lie behind the members of the extension, and behind them the stack of free tags, one byte each.
const SLOTS: usize = offsetof<DeviceExtension>()
const FREE: usize = SLOTS + MAX_TAGS * offsetof<Slot>()
export const EXTENSION_BYTES: u32 = <u32>FREE + MAX_TAGS

@inline
export function slotOf(ext: DeviceExtension, tag: u32): Slot {
  return changetype<Slot>(changetype<usize>(ext) + SLOTS + tag * offsetof<Slot>())
}

/** Only while freeTags is not 0. */
@inline
export function takeTag(ext: DeviceExtension): u32 {
  const left = ext.freeTags - 1
  ext.freeTags = left
  return load<u8>(changetype<usize>(ext) + FREE + left)
}

@inline
export function freeTag(ext: DeviceExtension, tag: u32): void {
  const count = ext.freeTags
  store<u8>(changetype<usize>(ext) + FREE + count, <u8>tag)
  ext.freeTags = count + 1
}

/** Forgets every command. */
export function freeAllTags(ext: DeviceExtension): void {
  memory.fill(changetype<usize>(ext) + SLOTS, 0, MAX_TAGS * offsetof<Slot>())
  ext.freeTags = 0
  for (let tag = ext.tags; tag > 0; tag--) freeTag(ext, tag - 1)
}
