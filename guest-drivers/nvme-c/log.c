/* The driver's entries in the system's error log. */
#include "driver.h"

/* An error of the controller as a whole. */
void LogAdapterError(DEVICE_EXTENSION *ext, ULONG code, ULONG site) {
  ScsiPortLogError(ext, NULL, 0, 0xff, 0xff, code, site);
}

/* An error of one request. Only before it is completed. */
void LogSrbError(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, ULONG code, ULONG site) {
  ScsiPortLogError(ext, srb, srb->PathId, srb->TargetId, srb->Lun, code, site);
}
