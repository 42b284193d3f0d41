/* The driver's entries in the system's error log. UniqueId tells a reader which line of the driver spoke. */
#ifndef LOG_H
#define LOG_H

enum {
  SITE_NO_MAPPING = 0x100,
  SITE_NO_MAILBOXES = 0x101,
  /* A data buffer without addresses, or with more pieces than allowed. */
  SITE_BAD_BUFFER = 0x102,
  SITE_RESET_TIMEOUT = 0x200,
  SITE_BUS_RESET_FAILED = 0x201,
  SITE_RECOVERY_FAILED = 0x202,
  /* The host adapter status is added to it. */
  SITE_COMMAND = 0x300,
  SITE_UNKNOWN_CCB = 0x401
};

#endif
