/* Commands of the adapter itself: a byte at a time through one register, with bits of STATUS saying whose turn it is. They
   are for starting up only; SCSI commands go through mailboxes.

   The end of a command shows twice, as HOST_ADAPTER_READY in STATUS and as COMMAND_COMPLETE in INTERRUPT. Here the first is
   asked, because HwInterrupt may have dismissed the second already. */
#include "driver.h"

/* Between two looks at STATUS. */
#define POLL_US 5
/* A command and each of its bytes take this long at most. HwTimer sends up to six of them and must stay below 1 ms. */
#define BYTE_US 50

/* Waits until all bits of `mask` in STATUS have the value `wanted`. Returns FALSE when they do not get there in time. */
static BOOLEAN Await(DEVICE_EXTENSION *ext, UCHAR mask, UCHAR wanted, ULONG us) {
  for (ULONG waited = 0;; waited += POLL_US) {
    UCHAR status = Read(ext, BL_STATUS);
    if (status == GONE) return FALSE;
    if ((status & mask) == wanted) return TRUE;
    if (waited >= us) return FALSE;
    ScsiPortStallExecution(POLL_US);
  }
}

/* Waits for an adapter that comes out of a reset. */
BOOLEAN AwaitReady(DEVICE_EXTENSION *ext, ULONG us) {
  return Await(ext, BL_STATUS_HOST_ADAPTER_READY | BL_STATUS_DIAGNOSTIC_ACTIVE | BL_STATUS_DIAGNOSTIC_FAILURE,
               BL_STATUS_HOST_ADAPTER_READY, us);
}

static BOOLEAN Send(DEVICE_EXTENSION *ext, UCHAR value) {
  if (!Await(ext, BL_STATUS_COMMAND_PARAMETER_BUSY, 0, BYTE_US)) return FALSE;
  Write(ext, BL_COMMAND_PARAMETER, value);
  return TRUE;
}

static BOOLEAN Receive(DEVICE_EXTENSION *ext, PUCHAR value) {
  if (!Await(ext, BL_STATUS_DATA_IN_READY, BL_STATUS_DATA_IN_READY, BYTE_US)) return FALSE;
  *value = Read(ext, BL_DATA_IN);
  return TRUE;
}

/* Returns FALSE when the adapter does not know the command, or does not answer as it should. */
BOOLEAN Command(DEVICE_EXTENSION *ext, UCHAR code, const UCHAR *parameters, ULONG parameterBytes, PUCHAR reply, ULONG replyBytes) {
  if (!AwaitReady(ext, BYTE_US) || !Send(ext, code)) return FALSE;
  for (ULONG n = 0; n < parameterBytes; n++)
    if (!Send(ext, parameters[n])) return FALSE;
  for (ULONG n = 0; n < replyBytes; n++)
    if (!Receive(ext, &reply[n])) return FALSE;
  if (!AwaitReady(ext, BYTE_US)) return FALSE;
  BOOLEAN valid = (Read(ext, BL_STATUS) & BL_STATUS_COMMAND_INVALID) == 0;
  /* Only when it was this command: any other cause is for HwInterrupt to see. */
  if (Read(ext, BL_INTERRUPT) == (BL_INTERRUPT_VALID | BL_INTERRUPT_COMMAND_COMPLETE)) {
    Write(ext, BL_CONTROL, BL_CONTROL_INTERRUPT_RESET);
  }
  return valid;
}
