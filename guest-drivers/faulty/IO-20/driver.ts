// Breaks IO-20: FLUSH and SHUTDOWN are held until everything cached is on the medium.
//
// The mistake: this driver completes a small write as soon as it has copied the data, and lets the adapter write behind. It says so
// (CachesData), but answers FLUSH as if it cached nothing. The system switches the power off, and the data is lost.
// Cure: keep the FLUSH, and complete it when the last write has ended.
import {
  PortConfigurationInformation, SCSIOP_WRITE, SRB_FUNCTION_EXECUTE_SCSI, SRB_STATUS_SUCCESS, ScsiPortInitialize, ScsiRequestBlock,
} from '../../assembly'
import * as hw from '../../assembly/whba'
import { write } from '../../reference-queued/chip'
import { RingEntry, completeEntry, returnEntries, takeEntry } from '../../reference-queued/completion'
import { BLOCKS, DeviceExtension, LISTS, LIST_BYTES, MAX_TAGS, freeTag, slotOf } from '../../reference-queued/extension'
import { HwFindAdapter as findAdapter } from '../../reference-queued/find-adapter'
import { initializationData } from '../../reference-queued/initialization-data'
import { dismiss, pendingCauses, serveRest } from '../../reference-queued/interrupt'
import { HwStartIo as startIo, NO_TAG, askForNext, finish, noteStart, prepareCommand } from '../../reference-queued/start-io'

// Half of the tags do without their lists: there is room for one cached write.
const TAGS: u32 = MAX_TAGS / 2
const CACHE: u32 = LISTS + TAGS * LIST_BYTES
const CACHE_BYTES: u32 = 4096

/** The tag that writes the cache out, plus 1; 0: the cache is empty. Kept in a slot that no tag uses. */
function cacheTag(ext: DeviceExtension): u32 {
  return load<u32>(changetype<usize>(slotOf(ext, TAGS)))
}

function setCacheTag(ext: DeviceExtension, value: u32): void {
  store<u32>(changetype<usize>(slotOf(ext, TAGS)), value)
}

function HwFindAdapter(
  ext: DeviceExtension, hwContext: usize, busInformation: usize, argumentString: usize,
  config: PortConfigurationInformation, again: usize): u32 {
  const result = findAdapter(ext, hwContext, busInformation, argumentString, config, again)
  ext.tags = min(ext.tags, TAGS)
  config.CachesData = true
  return result
}

function HwStartIo(ext: DeviceExtension, srb: ScsiRequestBlock): bool {
  const bytes = srb.DataTransferLength
  if (srb.Function != SRB_FUNCTION_EXECUTE_SCSI || load<u8>(srb.Cdb) != SCSIOP_WRITE) return startIo(ext, srb)
  if (bytes == 0 || bytes > CACHE_BYTES || cacheTag(ext) != 0) return startIo(ext, srb)
  noteStart(ext, srb)
  const tag = prepareCommand(ext, srb)
  if (tag != NO_TAG) {
    memory.copy(ext.tables + CACHE, srb.DataBuffer, bytes)
    const element = ext.tables + LISTS + tag * LIST_BYTES
    store<u64>(element, ext.tablesAddress + CACHE, hw.WHBA_SG_ADDRESS)
    store<u32>(element, bytes, hw.WHBA_SG_LENGTH)
    store<u32>(ext.tables + BLOCKS + tag * hw.WHBA_COMMAND_BLOCK_SIZE, 1, hw.WHBA_BLOCK_SG_COUNT)
    slotOf(ext, tag).srb = null
    setCacheTag(ext, tag + 1)
    write(ext, hw.WHBA_DOORBELL, tag)
    finish(ext, srb, SRB_STATUS_SUCCESS)
  }
  askForNext(ext)
  return true
}

function takeBack(ext: DeviceExtension, entry: RingEntry): void {
  if (<u32>entry.tag + 1 != cacheTag(ext)) {
    completeEntry(ext, entry)
    return
  }
  setCacheTag(ext, 0)
  freeTag(ext, entry.tag)
}

function HwInterrupt(ext: DeviceExtension): bool {
  const causes = pendingCauses(ext)
  if (causes == 0) return false
  dismiss(ext, causes)
  const from = ext.ringHead
  for (let entry = takeEntry(ext); entry !== null; entry = takeEntry(ext)) takeBack(ext, entry)
  returnEntries(ext, from)
  serveRest(ext, causes)
  return true
}

export function DriverEntry(argument1: usize, argument2: usize): u32 {
  const data = initializationData()
  data.HwFindAdapter = HwFindAdapter.index
  data.HwStartIo = HwStartIo.index
  data.HwInterrupt = HwInterrupt.index
  data.MapBuffers = true
  return ScsiPortInitialize(argument1, argument2, data, 0)
}
