/* What the files of the driver know of each other. */
#ifndef DRIVER_H
#define DRIVER_H

#include "extension.h"
#include "log.h"

/* What every register of an adapter reads that is not there any more. */
#define GONE 0xffffffffu
#define RUN (WHBA_CONTROL_ENABLE | WHBA_CONTROL_QUEUED)

/* initialization-data.c */
void InitializationData(PHW_INITIALIZATION_DATA data);

/* find-adapter.c */
HW_FIND_ADAPTER HwFindAdapter;

/* legacy.c */
BOOLEAN DetectAdapter(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config);

/* chip.c */
void StartChip(DEVICE_EXTENSION *ext);
HW_INITIALIZE HwInitialize;
HW_ADAPTER_CONTROL HwAdapterControl;

static inline ULONG Read(DEVICE_EXTENSION *ext, ULONG reg) {
  return ScsiPortReadRegisterUlong((PULONG)(ext->registers + reg));
}

static inline void Write(DEVICE_EXTENSION *ext, ULONG reg, ULONG value) {
  ScsiPortWriteRegisterUlong((PULONG)(ext->registers + reg), value);
}

/* start-io.c */
HW_STARTIO HwStartIo;
void AskForNext(DEVICE_EXTENSION *ext);

/* interrupt.c */
HW_INTERRUPT HwInterrupt;

/* completion.c */
void DrainRing(DEVICE_EXTENSION *ext);

/* reset.c */
HW_RESET_BUS HwResetBus;
HW_TIMER HwTimer;
void BusWasReset(DEVICE_EXTENSION *ext);

/* log.c */
void LogAdapterError(DEVICE_EXTENSION *ext, ULONG code, ULONG site);

#endif
