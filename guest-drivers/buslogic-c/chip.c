/* The adapter as a whole: reset, start, quiet it. HwInitialize and HwAdapterControl. */
#include "driver.h"

#define RESET_US 10000

/* Until the next reset. */
BOOLEAN SwitchInterruptsOff(DEVICE_EXTENSION *ext) {
  UCHAR off = 0;
  ext->interrupts = FALSE;
  return Command(ext, BL_CMD_DISABLE_INTERRUPT, &off, 1, NULL, 0);
}

/* The first of two steps that bring an adapter that comes out of reset to work: where the mailboxes are. */
BOOLEAN SetMailboxes(DEVICE_EXTENSION *ext) {
  ULONG address = ext->mailboxesAddress;
  UCHAR mailboxes[] = {MAILBOXES, (UCHAR)address, (UCHAR)(address >> 8), (UCHAR)(address >> 16), (UCHAR)(address >> 24)};
  ClearMailboxes(ext);
  return Command(ext, BL_CMD_INITIALIZE_EXTENDED_MAILBOX, mailboxes, sizeof(mailboxes), NULL, 0);
}

/* The second: outgoing mailboxes are taken strictly in turn, so in the order in which they were filled. */
BOOLEAN SetOrder(DEVICE_EXTENSION *ext) {
  UCHAR strict = 1;
  return Command(ext, BL_CMD_ENABLE_STRICT_ROUND_ROBIN, &strict, 1, NULL, 0);
}

/* Resets the adapter, not the bus. Interrupts may come before and while this runs. */
BOOLEAN HwInitialize(PVOID extension) {
  DEVICE_EXTENSION *ext = extension;
  ext->state = STOPPED;
  FreeAllSlots(ext);
  ext->interrupts = TRUE;
  Write(ext, BL_CONTROL, BL_CONTROL_SOFT_RESET);
  if (AwaitReady(ext, RESET_US) && SetMailboxes(ext) && SetOrder(ext)) {
    ext->state = RUNNING;
    return TRUE;
  }
  LogAdapterError(ext, SP_INTERNAL_ADAPTER_ERROR, SITE_RESET_TIMEOUT);
  return FALSE;
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
  /* The queue is empty. The adapter may be gone already: Command gives up at the first look. */
  case ScsiStopAdapter:
    ext->state = STOPPED;
    SwitchInterruptsOff(ext);
    return ScsiAdapterControlSuccess;
  case ScsiRestartAdapter:
    return HwInitialize(ext) ? ScsiAdapterControlSuccess : ScsiAdapterControlUnsuccessful;
  default:
    return ScsiAdapterControlUnsuccessful;
  }
}
