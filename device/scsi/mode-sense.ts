// MODE SENSE (6, 10).
//
// Models: one page, all pages (3Fh, subpage 00h or FFh), page 00h = header and block descriptor alone, DBD, LLBAA, the four page controls.
// Clauses: Seagate, SCSI Commands Reference Manual 100293068 Rev. J 3.11.1 (p. 112): pages and order; 3.11.1.4 (p. 113): saved values.
import { be16 } from './big-endian.ts'
import type { DiskState } from './disk-state.ts'
import { MODE_PAGES, ModePage, PageControl, putBlockDescriptor, putModeHeader, putModePage } from './mode-pages.ts'
import { finishParameterData, startParameterData } from './parameter-data.ts'
import { Asc, cdbPointer, SenseKey } from './sense.ts'
import type { ScsiTask } from './task.ts'

const ALL_SUBPAGES = 0xff

export function beginModeSense6(disk: DiskState, task: ScsiTask): void {
  modeSense(disk, task, true, task.cdb[4]!)
}

export function beginModeSense10(disk: DiskState, task: ScsiTask): void {
  modeSense(disk, task, false, be16(task.cdb, 7))
}

function modeSense(disk: DiskState, task: ScsiTask, six: boolean, allocationBytes: number): void {
  const { cdb } = task
  const noDescriptor = (cdb[1]! & 0x08) !== 0
  const long = !six && (cdb[1]! & 0x10) !== 0
  const control = cdb[2]! >> 6
  const page = cdb[2]! & 0x3f
  const subpage = cdb[3]!
  if (control === PageControl.saved) {
    disk.fail(task, SenseKey.illegalRequest, Asc.savingParametersNotSupported)
    return
  }
  if (subpage !== 0 && subpage !== ALL_SUBPAGES) {
    disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(3))
    return
  }
  startParameterData(task)
  const { data } = task
  let end = six ? 4 : 8
  const descriptorBytes = noDescriptor ? 0 : putBlockDescriptor(disk, long, data, end)
  end += descriptorBytes
  if (page === ModePage.all) {
    for (const each of MODE_PAGES) end += putModePage(disk, each.code, control, data, end)
  } else if (page !== 0 || control !== PageControl.current) {
    const bytes = putModePage(disk, page, control, data, end)
    if (bytes === 0) {
      disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(2, 5))
      return
    }
    end += bytes
  }
  putModeHeader(disk, six, end, descriptorBytes, data)
  finishParameterData(task, end, allocationBytes)
}
