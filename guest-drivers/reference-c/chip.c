/* The chip as a whole: register access, reset, programming, quieting. HwInitialize and HwAdapterControl. */
#include "driver.h"

#define CAUSES \
  (WHBA_INT_ENABLE_COMMAND_COMPLETE | WHBA_INT_ENABLE_DMA_ERROR | WHBA_INT_ENABLE_SCSI_ERROR | \
   WHBA_INT_ENABLE_BUS_RESET | WHBA_INT_ENABLE_DEVICE_CHANGE)
#define RESET_POLL_US 10
#define RESET_POLLS 50

/* Brings a chip that comes out of reset to work: tables, mode, interrupts. */
void StartChip(DEVICE_EXTENSION *ext) {
  ULONGLONG ring = ext->tablesAddress + RING;
  ULONGLONG blocks = ext->tablesAddress + BLOCKS;
  RtlZeroMemory(ext->tables + RING, RING_ENTRIES * WHBA_RING_ENTRY_SIZE);
  ext->ringHead = 0;
  ext->ringPhase = 1;
  ext->ownReset = FALSE;
  Write(ext, WHBA_COMMAND_TABLE_LOW, (ULONG)blocks);
  Write(ext, WHBA_COMMAND_TABLE_HIGH, (ULONG)(blocks >> 32));
  Write(ext, WHBA_RING_BASE_LOW, (ULONG)ring);
  Write(ext, WHBA_RING_BASE_HIGH, (ULONG)(ring >> 32));
  Write(ext, WHBA_RING_SIZE, RING_ENTRIES);
  Write(ext, WHBA_CONTROL, RUN);
  ext->state = RUNNING;
  ext->enabledCauses = CAUSES;
  Write(ext, WHBA_INT_ENABLE, CAUSES);
}

/* Resets the chip, not the bus. Interrupts may come before and while this runs: with nothing enabled they are not ours. */
BOOLEAN HwInitialize(PVOID extension) {
  DEVICE_EXTENSION *ext = extension;
  ext->enabledCauses = 0;
  Write(ext, WHBA_CONTROL, WHBA_CONTROL_ADAPTER_RESET);
  for (ULONG polls = 0; polls < RESET_POLLS; polls++) {
    ScsiPortStallExecution(RESET_POLL_US);
    ULONG status = Read(ext, WHBA_STATUS);
    if (status == GONE) break;
    if (status & WHBA_STATUS_READY) {
      FreeAllTags(ext);
      StartChip(ext);
      return TRUE;
    }
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
  /* The queue is empty. The chip may be gone already: write, and wait for nothing. */
  case ScsiStopAdapter:
    ext->enabledCauses = 0;
    Write(ext, WHBA_INT_ENABLE, 0);
    Write(ext, WHBA_CONTROL, 0);
    ext->state = STOPPED;
    return ScsiAdapterControlSuccess;
  case ScsiRestartAdapter:
    return HwInitialize(ext) ? ScsiAdapterControlSuccess : ScsiAdapterControlUnsuccessful;
  default:
    return ScsiAdapterControlUnsuccessful;
  }
}
