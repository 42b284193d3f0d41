/* The driver's entries in the system's error log. UniqueId tells a reader which line of the driver spoke. */
#ifndef LOG_H
#define LOG_H

enum {
  SITE_NO_MAPPING = 0x100,
  SITE_NO_TABLES = 0x101,
  /* A data buffer without addresses, or one that cannot be described page by page. */
  SITE_BAD_BUFFER = 0x102,
  /* The CDB moves more than the data buffer holds. */
  SITE_OVERRUN = 0x103,
  SITE_START_FAILED = 0x200,
  SITE_RESET_FAILED = 0x201,
  SITE_RECOVERY_FAILED = 0x202,
  /* Its largest transfer is smaller than what HwFindAdapter promised. */
  SITE_SHORT_TRANSFERS = 0x203,
  SITE_UNKNOWN_TAG = 0x400,
  /* The NVMe status is added to it. */
  SITE_COMMAND = 0x1000
};

#endif
