/* The driver's entries in the system's error log. */
#include "driver.h"

/* An error of the adapter as a whole. */
void LogAdapterError(DEVICE_EXTENSION *ext, ULONG code, ULONG site) {
  ScsiPortLogError(ext, NULL, 0, 0xff, 0xff, code, site);
}
