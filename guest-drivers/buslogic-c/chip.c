/* The adapter as a whole: reset, start, quiet it. HwInitialize and HwAdapterControl. */
#include "driver.h"

#define RESET_US 10000

/* Brings an adapter that comes out of reset to work: it is told where the mailboxes are. */
BOOLEAN StartChip(DEVICE_EXTENSION *ext) {
  ULONG address = ext->mailboxesAddress;
  UCHAR mailboxes[] = {MAILBOXES, (UCHAR)address, (UCHAR)(address >> 8), (UCHAR)(address >> 16), (UCHAR)(address >> 24)};
  /* In turn, without skipping free ones: then mailboxes are taken in the order in which they were filled. */
  UCHAR strict = 1;
  ClearMailboxes(ext);
  if (!Command(ext, BL_CMD_INITIALIZE_EXTENDED_MAILBOX, mailboxes, sizeof(mailboxes), NULL, 0)) return FALSE;
  if (!Command(ext, BL_CMD_ENABLE_STRICT_ROUND_ROBIN, &strict, 1, NULL, 0)) return FALSE;
  ext->state = RUNNING;
  return TRUE;
}

/* Resets the adapter, not the bus. Interrupts may come before and while this runs. */
BOOLEAN HwInitialize(PVOID extension) {
  DEVICE_EXTENSION *ext = extension;
  ext->state = STOPPED;
  FreeAllSlots(ext);
  Write(ext, BL_CONTROL, BL_CONTROL_SOFT_RESET);
  if (AwaitReady(ext, RESET_US) && StartChip(ext)) return TRUE;
  LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_RESET_TIMEOUT);
  return FALSE;
}

/* The queue is empty. After a reset the adapter interrupts again. */
static void StopChip(DEVICE_EXTENSION *ext) {
  UCHAR never = 0;
  ext->state = STOPPED;
  Command(ext, BL_CMD_DISABLE_INTERRUPT, &never, 1, NULL, 0);
}

/* Marks a control type as supported, when the list has a place for it. */
static void Support(PSCSI_SUPPORTED_CONTROL_TYPE_LIST list, SCSI_ADAPTER_CONTROL_TYPE type) {
  if (type < list->MaxControlType) list->SupportedTypeList[type] = TRUE;
}

SCSI_ADAPTER_CONTROL_STATUS HwAdapterControl(PVOID extension, SCSI_ADAPTER_CONTROL_TYPE type, PVOID parameters) {
  DEVICE_EXTENSION *ext = extension;
  switch (type) {
  case ScsiQuerySupportedControlTypes: {
    PSCSI_SUPPORTED_CONTROL_TYPE_LIST list = parameters;
    Support(list, ScsiQuerySupportedControlTypes);
    Support(list, ScsiStopAdapter);
    Support(list, ScsiRestartAdapter);
    return ScsiAdapterControlSuccess;
  }
  /* The adapter may be gone already: Command gives up at the first look. */
  case ScsiStopAdapter:
    StopChip(ext);
    return ScsiAdapterControlSuccess;
  case ScsiRestartAdapter:
    return HwInitialize(ext) ? ScsiAdapterControlSuccess : ScsiAdapterControlUnsuccessful;
  default:
    return ScsiAdapterControlUnsuccessful;
  }
}
