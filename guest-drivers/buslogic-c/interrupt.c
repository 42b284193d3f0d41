/* HwInterrupt. The line is shared, so most of its calls may be for others: those cost one read.

   Ours cost a read and a write, and no more however many commands have ended:

     read  INTERRUPT   ours?
     write CONTROL     dismiss what was seen, before looking at the mailboxes: what comes later raises the cause again

   A write to I/O space is not posted: when the instruction is over, the adapter has it. So no read is needed to push it out.
   Mailboxes filled between the write and the last look are emptied now, although their cause is pending again: that costs an
   interrupt which finds nothing, which is harmless, while looping here until nothing is pending would have no bound. */
#include "driver.h"

/* Always 0 in an adapter that is there. */
#define RESERVED 0x70

BOOLEAN HwInterrupt(PVOID extension) {
  DEVICE_EXTENSION *ext = extension;
  if (!ext->interrupts) return FALSE;
  UCHAR causes = Read(ext, BL_INTERRUPT);
  /* An adapter that is gone reads all ones, VALID among them. */
  if (!(causes & BL_INTERRUPT_VALID) || causes & RESERVED) return FALSE;
  Write(ext, BL_CONTROL, BL_CONTROL_INTERRUPT_RESET);
  /* Before the adapter knows the mailboxes, and while it comes out of a reset, nothing can be in them. */
  if (ext->state == RUNNING) DrainMailboxes(ext);
  if (causes & BL_INTERRUPT_EXTERNAL_BUS_RESET) BusWasReset(ext);
  /* COMMAND_COMPLETE needs nothing but to be dismissed: whoever sent the command asks STATUS. */
  if (ext->nextOwed) AskForNext(ext);
  return TRUE;
}
