/* HwInterrupt. The line is shared, so most of its calls may be for others. Whether ours interrupts is no matter for a register:
   the pin is asserted while a completion queue holds entries we have not given back, and those are in memory, told apart by
   their phase bit. So a foreign interrupt costs no register access at all, and ours one write:

     write CQ head   the entries are given back before they are looked at, so that the line is down when we return

   Reading anything back would only wait for that write. An entry that comes in meanwhile keeps the line asserted, or asserts it
   again: level-triggered, it cannot be lost. Nothing here can loop on a controller that is gone, because its memory is ours. */
#include "queue.h"

static ULONG Take(QUEUE *queue);

BOOLEAN HwInterrupt(PVOID extension) {
  DEVICE_EXTENSION *ext = extension;
  /* Before and after that the controller is masked, and the entries are HwInitialize's or HwTimer's. */
  if (ext->state != RUNNING) return FALSE;
  ULONG commands = Take(&ext->io);
  ULONG aborts = ext->activeAborts != 0 ? Take(&ext->admin) : 0;
  if ((commands | aborts) == 0) return FALSE;
  CompleteIo(ext, commands);
  if (aborts != 0) CompleteAborts(ext, aborts);
  if (ext->nextOwed) AskForNext(ext);
  return TRUE;
}

/* Gives the new entries of a queue back. Returns how many they are. */
static ULONG Take(QUEUE *queue) {
  ULONG count = CountNew(queue);
  if (count != 0) ReturnEntries(queue, count);
  return count;
}
