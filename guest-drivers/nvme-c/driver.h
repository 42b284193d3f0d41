/* What the files of the driver know of each other. */
#ifndef DRIVER_H
#define DRIVER_H

#include "extension.h"
#include "log.h"

/* What every register of a controller reads that is not there any more. */
#define GONE 0xffffffffu

/* initialization-data.c */
void InitializationData(PHW_INITIALIZATION_DATA data);

/* find-adapter.c */
HW_FIND_ADAPTER HwFindAdapter;

/* legacy.c */
BOOLEAN DetectAdapter(DEVICE_EXTENSION *ext, PPORT_CONFIGURATION_INFORMATION config);

/* controller.c */
HW_INITIALIZE HwInitialize;
HW_ADAPTER_CONTROL HwAdapterControl;
BOOLEAN Disable(DEVICE_EXTENSION *ext);
void BeginStart(DEVICE_EXTENSION *ext);
UCHAR Advance(DEVICE_EXTENSION *ext);
/* Results of Advance: a step was done; the controller is not ready for the next one; all are done; it will not come up. */
enum { ADVANCED, WAITING, STARTED, FAILED };

static inline ULONG Read(DEVICE_EXTENSION *ext, ULONG reg) {
  return ScsiPortReadRegisterUlong((PULONG)(ext->registers + reg));
}

static inline void Write(DEVICE_EXTENSION *ext, ULONG reg, ULONG value) {
  ScsiPortWriteRegisterUlong((PULONG)(ext->registers + reg), value);
}

/* start-io.c */
HW_STARTIO HwStartIo;
void AskForNext(DEVICE_EXTENSION *ext);
void Finish(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, UCHAR status);

/* What translate.c and the files behind it return: the status the SRB is to be given back with, SRB_STATUS_PENDING when the
   controller has its command now. */
UCHAR Translate(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);

/* media.c */
UCHAR ReadOrWrite(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, UCHAR opcode);
UCHAR Verify(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
UCHAR Flush(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
UCHAR Unmap(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
UCHAR WriteSame(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);

/* prp.c */
BOOLEAN DescribeBuffer(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, ULONG bytes, ULONG tag, NVME_COMMAND *command);

/* answers.c */
UCHAR Answer(PSCSI_REQUEST_BLOCK srb, PUCHAR answer, ULONG bytes, ULONG allocation);
UCHAR Inquiry(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
UCHAR MissingUnitInquiry(PSCSI_REQUEST_BLOCK srb);
UCHAR ReadCapacity(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
UCHAR ServiceActionIn(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
UCHAR ModeSense(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
UCHAR RequestSense(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
UCHAR ReportLuns(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);

/* vpd.c */
ULONG BuildVpdPage(DEVICE_EXTENSION *ext, UNIT *unit, UCHAR lun, UCHAR code, PUCHAR page);

/* sense.c */
#define SENSE(key, code, qualifier) ((ULONG)(key) << 16 | (ULONG)(code) << 8 | (qualifier))
#define ILLEGAL(code) SENSE(SCSI_SENSE_ILLEGAL_REQUEST, code, 0)
void BuildSense(PUCHAR at, ULONG sense);
UCHAR CheckCondition(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, ULONG sense);
UCHAR FailedStatus(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, ULONG status);

/* interrupt.c */
HW_INTERRUPT HwInterrupt;

/* completion.c */
void CompleteIo(DEVICE_EXTENSION *ext, ULONG entries);

/* abort.c */
void Abort(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
void CompleteAborts(DEVICE_EXTENSION *ext, ULONG entries);
void VictimEnded(DEVICE_EXTENSION *ext, ULONG abort, UCHAR status);

/* reset.c */
HW_RESET_BUS HwResetBus;
HW_TIMER HwTimer;

/* log.c */
void LogAdapterError(DEVICE_EXTENSION *ext, ULONG code, ULONG site);
void LogSrbError(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, ULONG code, ULONG site);

#endif
