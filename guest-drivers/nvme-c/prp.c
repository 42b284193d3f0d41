/* Physical region pages: how the controller is told where data lies. The first entry may begin anywhere in its page; all others
   are whole pages. Two fit into the command; the rest goes to the list of the tag, and the command says where that is. */
#include "driver.h"

#define OFFSET(address) ((ULONG)(address) & (PAGE_BYTES - 1))

/* Memory that is contiguous for the CPU lies scattered on the bus: ask for each piece, and believe the length that comes back.
   A piece may hold many pages, and a page may come in pieces. Returns FALSE when the buffer cannot be described. */
BOOLEAN DescribeBuffer(DEVICE_EXTENSION *ext, PSCSI_REQUEST_BLOCK srb, ULONG bytes, ULONG tag, NVME_COMMAND *command) {
  PULONGLONG list = (PULONGLONG)(ext->tables + LISTS + tag * LIST_BYTES);
  PUCHAR va = srb->DataBuffer;
  ULONGLONG end = 0;
  ULONG pages = 0;
  for (ULONG left = bytes; left != 0;) {
    ULONG length = 0;
    SCSI_PHYSICAL_ADDRESS physical = ScsiPortGetPhysicalAddress(ext, srb, va, &length);
    ULONGLONG address = physical.QuadPart;
    ULONG piece = min(length, left);
    if (piece == 0) return FALSE;
    if (pages == 0) {
      if (OFFSET(address) & 3) return FALSE;
      command->prp1 = address;
      pages = 1;
      end = address - OFFSET(address) + PAGE_BYTES;
    } else if (OFFSET(address) != 0 ? address != end : OFFSET(end) != 0) {
      /* A gap in mid-page: there is no entry that could say so. */
      return FALSE;
    } else if (OFFSET(address) != 0) {
      /* It goes on with the page the last piece broke off in. */
      end = address - OFFSET(address) + PAGE_BYTES;
    } else {
      end = address;
    }
    /* `end`: of the last page that has an entry. */
    for (; end < address + piece; end += PAGE_BYTES) {
      if (pages == MAX_PAGES) return FALSE;
      list[pages - 1] = end;
      pages += 1;
    }
    end = address + piece;
    va += piece;
    left -= piece;
  }
  if (pages == 2) command->prp2 = list[0];
  else if (pages > 2) command->prp2 = ext->tablesAddress + LISTS + tag * LIST_BYTES;
  return TRUE;
}
