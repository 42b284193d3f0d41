// REPORT LUNS, answered by the target for any of its logical units, present or not.
//
// Models: SELECT REPORT 00h and 02h (all addressed units), 01h (well-known units: none). Does not model: administrative units.
// Clauses: Seagate, SCSI Commands Reference Manual 100293068 Rev. J, REPORT LUNS (p. 180, table 149); Quantum Atlas 10K II manual 5.33: a short
// allocation length cuts the list.
import { be32, putBe32 } from './big-endian.ts'
import { finishParameterData, startParameterData } from './parameter-data.ts'
import { Asc, cdbPointer, checkCondition, NO_INFORMATION, SenseKey } from './sense.ts'
import type { LogicalUnit, ScsiTask } from './task.ts'

/** @param units indexed by LUN, at most 256 */
export function beginReportLuns(units: readonly (LogicalUnit | undefined)[], task: ScsiTask): void {
  const select = task.cdb[2]!
  if (select > 0x02) {
    checkCondition(task, false, SenseKey.illegalRequest, Asc.invalidFieldInCdb, NO_INFORMATION, cdbPointer(2))
    return
  }
  startParameterData(task)
  let end = 8
  if (select !== 0x01) {
    for (let lun = 0; lun < units.length; lun++) {
      if (units[lun] === undefined) continue
      task.data[end + 1] = lun // peripheral device addressing, bus 0
      end += 8
    }
  }
  putBe32(task.data, 0, end - 8)
  finishParameterData(task, end, be32(task.cdb, 6))
}
