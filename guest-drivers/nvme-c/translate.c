/* A CDB becomes a command of the controller, or is answered here. */
#include "driver.h"

static UCHAR WithoutUnit(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb);
static BOOLEAN IsComplete(PSCSI_REQUEST_BLOCK srb);

UCHAR Translate(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  if (!IsComplete(srb)) return SRB_STATUS_INVALID_REQUEST;
  if (srb->Lun >= ext->units || ext->unit[srb->Lun].blocks == 0) return WithoutUnit(ext, srb);
  switch (srb->Cdb[0]) {
  case SCSIOP_READ6:
  case SCSIOP_READ:
  case SCSIOP_READ12:
  case SCSIOP_READ16:
    return ReadOrWrite(ext, srb, NVME_IO_READ);
  case SCSIOP_WRITE6:
  case SCSIOP_WRITE:
  case SCSIOP_WRITE12:
  case SCSIOP_WRITE16:
    return ReadOrWrite(ext, srb, NVME_IO_WRITE);
  case SCSIOP_SYNCHRONIZE_CACHE:
  case SCSIOP_SYNCHRONIZE_CACHE16:
    return Flush(ext, srb);
  case SCSIOP_VERIFY:
  case SCSIOP_VERIFY12:
  case SCSIOP_VERIFY16:
    return Verify(ext, srb);
  case SCSIOP_UNMAP:
    return Unmap(ext, srb);
  case SCSIOP_WRITE_SAME:
  case SCSIOP_WRITE_SAME16:
    return WriteSame(ext, srb);
  case SCSIOP_INQUIRY:
    return Inquiry(ext, srb);
  case SCSIOP_READ_CAPACITY:
    return ReadCapacity(ext, srb);
  case SCSIOP_SERVICE_ACTION_IN16:
    return ServiceActionIn(ext, srb);
  case SCSIOP_MODE_SENSE:
  case SCSIOP_MODE_SENSE10:
    return ModeSense(ext, srb);
  case SCSIOP_REQUEST_SENSE:
    return RequestSense(ext, srb);
  case SCSIOP_REPORT_LUNS:
    return ReportLuns(ext, srb);
  case SCSIOP_TEST_UNIT_READY:
  case SCSIOP_START_STOP_UNIT:
    /* A controller that runs has its namespaces ready, and nothing in them spins. */
    return SRB_STATUS_SUCCESS;
  default:
    return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_ILLEGAL_COMMAND));
  }
}

/* Is the CDB as long as its operation code says? Nothing is read behind its end. */
static BOOLEAN IsComplete(PSCSI_REQUEST_BLOCK srb) {
  /* By the code's group; 0: none of ours. */
  static const UCHAR BYTES[] = {6, 10, 10, 0, 16, 12, 0, 0};
  UCHAR length = srb->CdbLength;
  return length >= 6 && length <= sizeof(srb->Cdb) && length >= BYTES[srb->Cdb[0] >> 5];
}

/* What a target answers for a unit it does not have. */
static UCHAR WithoutUnit(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb) {
  switch (srb->Cdb[0]) {
  case SCSIOP_INQUIRY:
    return MissingUnitInquiry(srb);
  case SCSIOP_REPORT_LUNS:
    return ReportLuns(ext, srb);
  default:
    return CheckCondition(ext, srb, ILLEGAL(SCSI_ADSENSE_INVALID_LUN));
  }
}
