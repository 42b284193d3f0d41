// The data phase. The order is the port driver's: IoMapTransfer, HwDmaStarted, FlushDma; and no second transfer, no
// completion before FlushDma.
//
//   DMA_READY interrupt   the target waits. ScsiPortIoMapTransfer: the channel will be programmed after we have returned
//   HwDmaStarted          it is: let the adapter move the bytes
//   DMA_READY again       the target has more: flush, and once more
//   COMMAND_COMPLETE      flush, complete
import {
  SP_INVALID_RESELECTION, SRB_FLAGS_DATA_IN, SRB_FLAGS_DATA_OUT, SRB_FLAGS_UNSPECIFIED_DIRECTION, ScsiPortFlushDma,
  ScsiPortIoMapTransfer, ScsiPortLogError, ScsiRequestBlock,
} from '../assembly'
import * as hw from '../assembly/whba'
import { read, write } from './chip'
import { DeviceExtension } from './extension'
import { Site } from './log'

/** DMA_READY is pending: a target is ready for data. */
export function dataReady(ext: DeviceExtension): void {
  const ready = read(ext, hw.WHBA_DMA_READY)
  // Whoever it was has gone again: the command was aborted or reset in the meantime.
  if (!(ready & hw.WHBA_DMA_READY_VALID)) return
  const srb = ext.active
  if (srb === null || (ready & hw.WHBA_DMA_READY_TAG_MASK) >> hw.WHBA_DMA_READY_TAG_SHIFT != ext.tag) {
    const target = <u8>((ready & hw.WHBA_DMA_READY_TARGET_MASK) >> hw.WHBA_DMA_READY_TARGET_SHIFT)
    const lun = <u8>((ready & hw.WHBA_DMA_READY_LUN_MASK) >> hw.WHBA_DMA_READY_LUN_SHIFT)
    ScsiPortLogError(ext, null, 0, target, lun, SP_INVALID_RESELECTION, Site.UnknownTag)
    write(ext, hw.WHBA_DMA_CONTROL, hw.WHBA_DMA_CONTROL_END)
    return
  }
  // Ordered already, and the channel is not programmed yet: this interrupt has nothing to do with it.
  if (ext.mappedBytes != 0 && !ext.dmaStarted) return
  flush(ext)
  const bytes = agreeDirection(srb, (ready & hw.WHBA_DMA_READY_TO_MEMORY) != 0)
    ? min(read(ext, hw.WHBA_DMA_READY_COUNT), srb.DataTransferLength - ext.movedBytes)
    : 0
  if (bytes == 0) {
    // More than the buffer holds, or the wrong way: the adapter will report an overrun.
    write(ext, hw.WHBA_DMA_CONTROL, hw.WHBA_DMA_CONTROL_END)
    return
  }
  ext.mappedBytes = bytes
  ext.dmaStarted = false
  ScsiPortIoMapTransfer(ext, srb, srb.DataBuffer + ext.movedBytes, bytes)
}

/** With an open direction the target decides, and the port driver must know before it programs the channel. */
function agreeDirection(srb: ScsiRequestBlock, toMemory: bool): bool {
  const flags = srb.SrbFlags
  const wanted = toMemory ? SRB_FLAGS_DATA_IN : SRB_FLAGS_DATA_OUT
  if ((flags & SRB_FLAGS_UNSPECIFIED_DIRECTION) == SRB_FLAGS_UNSPECIFIED_DIRECTION) {
    srb.SrbFlags = flags & ~SRB_FLAGS_UNSPECIFIED_DIRECTION | wanted
    return true
  }
  return (flags & wanted) != 0
}

/** The channel is programmed. The command may have ended between the order and now: then it was flushed. */
export function HwDmaStarted(ext: DeviceExtension): void {
  if (ext.mappedBytes == 0) return
  ext.dmaStarted = true
  write(ext, hw.WHBA_DMA_COUNT, ext.mappedBytes)
  write(ext, hw.WHBA_DMA_CONTROL, hw.WHBA_DMA_CONTROL_START)
}

/** Ends the transfer, if there is one, whether it ran or not. One that never started has moved nothing. */
export function flush(ext: DeviceExtension): void {
  if (ext.mappedBytes == 0) return
  ScsiPortFlushDma(ext)
  if (ext.dmaStarted) ext.movedBytes += ext.mappedBytes
  ext.mappedBytes = 0
}
