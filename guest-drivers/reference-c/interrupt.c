/* HwInterrupt. The line is shared, so most of its calls may be for others: those cost one register read.

   Ours cost two reads, two writes, and no more however many commands have ended:

     read  INT_STATUS   ours?
     write INT_ACK      dismiss what was seen, before looking at the ring: what comes later raises the cause again
     read  INT_STATUS   push the acknowledge out
     write RING_HEAD    room in the ring

   The second read is the price of being right. A write may be posted: it leaves the CPU at once and reaches the chip when
   the bus pleases. Were it still on its way when the ring has been drained, it would also wipe out the cause of a
   completion that came in between, and that request would hang until the next interrupt; and the line would still be
   asserted when we return, for a second interrupt that finds nothing. A read from the same device cannot pass the write.
   Entries posted until then are drained below, although their cause is pending again: that costs an interrupt which finds
   an empty ring, which is harmless, while looping here until nothing is pending would have no bound. */
#include "driver.h"

static ULONG PendingCauses(DEVICE_EXTENSION *ext);
static void Dismiss(DEVICE_EXTENSION *ext, ULONG causes);
static void ServeRest(DEVICE_EXTENSION *ext, ULONG causes);
static void RareCauses(DEVICE_EXTENSION *ext, ULONG causes);

BOOLEAN HwInterrupt(PVOID extension) {
  DEVICE_EXTENSION *ext = extension;
  ULONG causes = PendingCauses(ext);
  if (causes == 0) return FALSE;
  Dismiss(ext, causes);
  DrainRing(ext);
  ServeRest(ext, causes);
  return TRUE;
}

/* The causes with which this adapter interrupts; 0: it does not. */
static ULONG PendingCauses(DEVICE_EXTENSION *ext) {
  ULONG status = Read(ext, WHBA_INT_STATUS);
  /* All ones: the adapter is gone, and so is its interrupt. */
  return status == GONE ? 0 : status & ext->enabledCauses;
}

static void Dismiss(DEVICE_EXTENSION *ext, ULONG causes) {
  Write(ext, WHBA_INT_ACK, causes);
  Read(ext, WHBA_INT_STATUS);
}

/* What remains to be done when the ring is empty. */
static void ServeRest(DEVICE_EXTENSION *ext, ULONG causes) {
  if (causes & ~(WHBA_INT_STATUS_COMMAND_COMPLETE | WHBA_INT_STATUS_DMA_ERROR)) RareCauses(ext, causes);
  if (ext->nextOwed) AskForNext(ext);
}

static void RareCauses(DEVICE_EXTENSION *ext, ULONG causes) {
  /* Errors of a command stand in its ring entry. Here only those no command can be blamed for. */
  if (causes & WHBA_INT_STATUS_SCSI_ERROR) {
    ULONG info = Read(ext, WHBA_ERROR_INFO);
    ULONG code = info & WHBA_ERROR_INFO_CODE_MASK;
    UCHAR target = (UCHAR)((info & WHBA_ERROR_INFO_TARGET_MASK) >> WHBA_ERROR_INFO_TARGET_SHIFT);
    UCHAR lun = (UCHAR)((info & WHBA_ERROR_INFO_LUN_MASK) >> WHBA_ERROR_INFO_LUN_SHIFT);
    if (code == WHBA_HOST_BAD_RESELECTION) {
      ScsiPortLogError(ext, NULL, 0, target, lun, SP_INVALID_RESELECTION, SITE_RESELECTION);
    } else if (code == WHBA_HOST_BAD_TAG) {
      ScsiPortLogError(ext, NULL, 0, target, lun, SP_INTERNAL_ADAPTER_ERROR, SITE_REFUSED);
    }
  }
  if (causes & WHBA_INT_STATUS_BUS_RESET) BusWasReset(ext);
  if (causes & WHBA_INT_STATUS_DEVICE_CHANGE) ScsiPortNotification(BusChangeDetected, ext, 0);
}
