/* What the files of the driver know of each other. */
#ifndef DRIVER_H
#define DRIVER_H

#include "extension.h"
#include "log.h"

/* What every register of an adapter reads that is not there any more. */
#define GONE 0xff

/* initialization-data.c */
void InitializationData(PHW_INITIALIZATION_DATA data);

/* find-adapter.c */
HW_FIND_ADAPTER HwFindAdapter;

/* legacy.c */
BOOLEAN DetectAdapter(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config);

/* command.c */
BOOLEAN AwaitReady(DEVICE_EXTENSION *ext, ULONG us);
BOOLEAN Command(DEVICE_EXTENSION *ext, UCHAR code, const UCHAR *parameters, ULONG parameterBytes, PUCHAR reply, ULONG replyBytes);

static inline UCHAR Read(DEVICE_EXTENSION *ext, ULONG reg) {
  return ScsiPortReadPortUchar(ext->registers + reg);
}

static inline void Write(DEVICE_EXTENSION *ext, ULONG reg, UCHAR value) {
  ScsiPortWritePortUchar(ext->registers + reg, value);
}

/* chip.c */
BOOLEAN SwitchInterruptsOff(DEVICE_EXTENSION *ext);
BOOLEAN SetMailboxes(DEVICE_EXTENSION *ext);
BOOLEAN SetOrder(DEVICE_EXTENSION *ext);
HW_INITIALIZE HwInitialize;
HW_ADAPTER_CONTROL HwAdapterControl;

/* start-io.c */
HW_STARTIO HwStartIo;
void AskForNext(DEVICE_EXTENSION *ext);

/* ccb.c */
BOOLEAN BuildCcb(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, REQUEST *request);

/* mailbox.c */
void ClearMailboxes(DEVICE_EXTENSION *ext);
BOOLEAN Post(DEVICE_EXTENSION *ext, REQUEST *request, UCHAR action);
void DrainMailboxes(DEVICE_EXTENSION *ext);

/* interrupt.c */
HW_INTERRUPT HwInterrupt;

/* completion.c */
void CompleteMailbox(DEVICE_EXTENSION *ext, ULONG ccb, UCHAR code, UCHAR hostStatus, UCHAR targetStatus);

/* reset.c */
HW_RESET_BUS HwResetBus;
HW_TIMER HwTimer;
void BusWasReset(DEVICE_EXTENSION *ext);

/* log.c */
void LogAdapterError(DEVICE_EXTENSION *ext, ULONG code, ULONG site);

#endif
