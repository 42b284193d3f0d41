/* Sense data, and the SCSI words for what went wrong in the controller. */
#include "driver.h"

/* SRB_STATUS_ERROR with a SCSI status other than GOOD; NONE: the target did not say anything. */
#define NONE 0
#define CHECK SCSISTAT_CHECK_CONDITION

#define MEDIUM(code) SENSE(SCSI_SENSE_MEDIUM_ERROR, code, 0)
#define HARDWARE SENSE(SCSI_SENSE_HARDWARE_ERROR, SCSI_ADSENSE_INTERNAL_TARGET_FAILURE, 0)
#define READ_ONLY SENSE(SCSI_SENSE_DATA_PROTECT, SCSI_ADSENSE_WRITE_PROTECT, 0)
/* Codes that scsi.h has no names for. */
#define SCSI_ADSENSE_UNRECOVERED_READ 0x11
#define SCSI_ADSENSE_MISCOMPARE 0x1d
#define SCSI_ADSENSE_INTERNAL_TARGET_FAILURE 0x44
#define SPACE_ALLOCATION_FAILED 7
#define NO_ACCESS_RIGHTS 2

typedef struct {
  /* Status code type and code; with the flag Do Not Retry: only when it is set. */
  USHORT status;
  UCHAR srb;
  UCHAR scsi;
  /* For the error log; 0: this is no fault of the hardware. */
  UCHAR log;
  ULONG sense;
} FAILURE;

static const FAILURE FAILURES[] = {
  {NVME_STATUS_INVALID_OPCODE, SRB_STATUS_ERROR, CHECK, 0, ILLEGAL(SCSI_ADSENSE_ILLEGAL_COMMAND)},
  {NVME_STATUS_INVALID_FIELD, SRB_STATUS_ERROR, CHECK, 0, ILLEGAL(SCSI_ADSENSE_INVALID_CDB)},
  {NVME_STATUS_INVALID_NAMESPACE, SRB_STATUS_ERROR, CHECK, 0, ILLEGAL(SCSI_ADSENSE_INVALID_LUN)},
  {NVME_STATUS_LBA_OUT_OF_RANGE, SRB_STATUS_ERROR, CHECK, 0, ILLEGAL(SCSI_ADSENSE_ILLEGAL_BLOCK)},
  {NVME_STATUS_CONFLICTING_ATTRIBUTES, SRB_STATUS_ERROR, CHECK, 0, ILLEGAL(SCSI_ADSENSE_INVALID_CDB)},
  {NVME_STATUS_CAPACITY_EXCEEDED, SRB_STATUS_ERROR, CHECK, 0,
   SENSE(SCSI_SENSE_DATA_PROTECT, SCSI_ADSENSE_WRITE_PROTECT, SPACE_ALLOCATION_FAILED)},
  {NVME_STATUS_WRITE_PROTECTED, SRB_STATUS_ERROR, CHECK, 0, READ_ONLY},
  {NVME_STATUS_WRITE_TO_READ_ONLY, SRB_STATUS_ERROR, CHECK, 0, READ_ONLY},
  {NVME_STATUS_ACCESS_DENIED, SRB_STATUS_ERROR, CHECK, 0,
   SENSE(SCSI_SENSE_DATA_PROTECT, SCSI_ADSENSE_ILLEGAL_COMMAND, NO_ACCESS_RIGHTS)},
  {NVME_STATUS_NAMESPACE_NOT_READY | NVME_STATUS_DNR, SRB_STATUS_ERROR, CHECK, 0,
   SENSE(SCSI_SENSE_NOT_READY, SCSI_ADSENSE_LUN_NOT_READY, SCSI_SENSEQ_CAUSE_NOT_REPORTABLE)},
  {NVME_STATUS_WRITE_FAULT, SRB_STATUS_ERROR, CHECK, 0, MEDIUM(SCSI_ADSENSE_WRITE_ERROR)},
  {NVME_STATUS_UNRECOVERED_READ, SRB_STATUS_ERROR, CHECK, 0, MEDIUM(SCSI_ADSENSE_UNRECOVERED_READ)},
  {NVME_STATUS_COMPARE_FAILURE, SRB_STATUS_ERROR, CHECK, 0, SENSE(SCSI_SENSE_MISCOMPARE, SCSI_ADSENSE_MISCOMPARE, 0)},
  {NVME_STATUS_RESERVATION_CONFLICT, SRB_STATUS_ERROR, SCSISTAT_RESERVATION_CONFLICT, 0, 0},
  /* The port driver sends it again. */
  {NVME_STATUS_NAMESPACE_NOT_READY, SRB_STATUS_ERROR, SCSISTAT_BUSY, 0, 0},
  {NVME_STATUS_COMMAND_INTERRUPTED, SRB_STATUS_ERROR, SCSISTAT_BUSY, 0, 0},
  {NVME_STATUS_ABORTED, SRB_STATUS_ABORTED, NONE, 0, 0},
  {NVME_STATUS_SQ_DELETED, SRB_STATUS_ABORTED, NONE, 0, 0},
  {NVME_STATUS_POWER_LOSS, SRB_STATUS_ABORTED, NONE, 0, 0},
  {NVME_STATUS_TRANSPORT_ERROR, SRB_STATUS_PARITY_ERROR, NONE, SP_BUS_PARITY_ERROR, 0},
  {NVME_STATUS_DATA_TRANSFER_ERROR, SRB_STATUS_ERROR, NONE, SP_INTERNAL_ADAPTER_ERROR, 0},
};

/* For everything else controller and driver do not understand each other, or the controller is broken. */
static const FAILURE UNKNOWN = {0, SRB_STATUS_ERROR, CHECK, SP_INTERNAL_ADAPTER_ERROR, HARDWARE};

static const FAILURE *FailureOf(ULONG status) {
  for (ULONG n = 0; n < ARRAYSIZE(FAILURES); n++)
    if (FAILURES[n].status == CODE_OF(status) || FAILURES[n].status == (status & ~NVME_STATUS_MORE)) return &FAILURES[n];
  return &UNKNOWN;
}

/* Fixed format, 18 bytes. */
void BuildSense(PUCHAR at, ULONG sense) {
  PSENSE_DATA data = (PSENSE_DATA)at;
  RtlZeroMemory(data, SENSE_BUFFER_SIZE);
  data->ErrorCode = SCSI_SENSE_ERRORCODE_FIXED_CURRENT;
  data->SenseKey = (UCHAR)(sense >> 16);
  data->AdditionalSenseLength = SENSE_BUFFER_SIZE - 8;
  data->AdditionalSenseCode = (UCHAR)(sense >> 8);
  data->AdditionalSenseCodeQualifier = (UCHAR)sense;
}

/* Ends a request with CHECK CONDITION, and no data moved. Without autosense REQUEST SENSE will ask for it. */
UCHAR CheckCondition(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, ULONG sense) {
  UCHAR data[SENSE_BUFFER_SIZE];
  ULONG bytes = srb->SrbFlags & SRB_FLAGS_DISABLE_AUTOSENSE ? 0 : min(srb->SenseInfoBufferLength, SENSE_BUFFER_SIZE);
  srb->ScsiStatus = SCSISTAT_CHECK_CONDITION;
  srb->DataTransferLength = 0;
  if (bytes == 0 || srb->SenseInfoBuffer == NULL) {
    if (srb->Lun < MAX_UNITS) ext->unit[srb->Lun].sense = sense;
    return SRB_STATUS_ERROR;
  }
  BuildSense(data, sense);
  RtlCopyMemory(srb->SenseInfoBuffer, data, bytes);
  srb->SenseInfoBufferLength = (UCHAR)bytes;
  return SRB_STATUS_ERROR | SRB_STATUS_AUTOSENSE_VALID;
}

/* The SRB status of a command that the controller ended with `status`. Fills in ScsiStatus and sense data, and logs what the
   hardware is to blame for. */
UCHAR FailedStatus(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, ULONG status) {
  const FAILURE *failure = FailureOf(status);
  if (failure->log != 0) LogSrbError(ext, srb, failure->log, SITE_COMMAND + CODE_OF(status));
  if (failure->scsi == CHECK) return CheckCondition(ext, srb, failure->sense);
  if (failure->scsi != NONE) srb->ScsiStatus = failure->scsi;
  return failure->srb;
}
