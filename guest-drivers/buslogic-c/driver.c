/* A miniport for the BusLogic MultiMaster BT-958, an adapter of the port I/O age: four registers of a byte, mailboxes and
   command control blocks (CCBs) in memory, one interrupt for all that has ended. Read it in this order:

     initialization-data.c   what the port driver is told before it has seen an adapter
     extension.h             all state: one device extension an adapter, one SRB extension a request
     find-adapter.c          HwFindAdapter
     legacy.c                what it does when the port driver supplied nothing
     command.c               register access; commands of the adapter itself, byte by byte
     chip.c                  reset and start the adapter; HwInitialize, HwAdapterControl
     start-io.c              HwStartIo: what becomes of an SRB
     ccb.c                   an SRB becomes a CCB
     mailbox.c               outgoing and incoming mailboxes
     interrupt.c             HwInterrupt
     completion.c            the end of a CCB becomes an SRB status
     reset.c                 HwResetBus, resets from outside, HwTimer */
#include "driver.h"

ULONG DriverEntry(PVOID argument1, PVOID argument2) {
  HW_INITIALIZATION_DATA data;
  InitializationData(&data);
  return ScsiPortInitialize(argument1, argument2, &data, NULL);
}
