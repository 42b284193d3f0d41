/* Mailboxes: two rows in common buffer memory, outgoing ones from the driver to the adapter, incoming ones back. A code of 0
   means free. Both sides go round in turn, so each row is a queue. */
#include "driver.h"

static MAILBOX *Outgoing(DEVICE_EXTENSION *ext) {
  return &ext->mailboxes[ext->nextOutgoing];
}

static MAILBOX *Incoming(DEVICE_EXTENSION *ext) {
  return &ext->mailboxes[MAILBOXES + ext->nextIncoming];
}

static ULONG After(ULONG mailbox) {
  return mailbox + 1 == MAILBOXES ? 0 : mailbox + 1;
}

/* Only while the adapter does not use them. */
void ClearMailboxes(DEVICE_EXTENSION *ext) {
  RtlZeroMemory((PVOID)ext->mailboxes, MAILBOX_BYTES);
  ext->nextOutgoing = 0;
  ext->nextIncoming = 0;
}

/* Puts a request into the next outgoing mailbox and tells the adapter. Returns FALSE when the adapter has not emptied it yet. */
BOOLEAN Post(DEVICE_EXTENSION *ext, REQUEST *request, UCHAR action) {
  MAILBOX *mailbox = Outgoing(ext);
  if (mailbox->code != BL_ACTION_FREE) return FALSE;
  mailbox->ccb = request->address;
  /* Last: with it the mailbox is the adapter's, which may be scanning right now. */
  mailbox->code = action;
  ext->nextOutgoing = After(ext->nextOutgoing);
  /* The one command that may be written at any time, and that ends without an interrupt. */
  Write(ext, BL_COMMAND_PARAMETER, BL_CMD_START_MAILBOX);
  return TRUE;
}

/* Completes every command that has ended. Each mailbox is given back before its request is completed; once round is enough. */
void DrainMailboxes(DEVICE_EXTENSION *ext) {
  for (ULONG n = 0; n < MAILBOXES; n++) {
    MAILBOX *mailbox = Incoming(ext);
    UCHAR code = mailbox->code;
    if (code == BL_COMPLETION_FREE) return;
    ULONG ccb = mailbox->ccb;
    UCHAR hostStatus = mailbox->hostStatus;
    UCHAR targetStatus = mailbox->targetStatus;
    mailbox->code = BL_COMPLETION_FREE;
    ext->nextIncoming = After(ext->nextIncoming);
    CompleteMailbox(ext, ccb, code, hostStatus, targetStatus);
  }
}
