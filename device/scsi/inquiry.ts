// INQUIRY: standard data and, through vpd.ts, vital product data.
//
// Models: 36 bytes of standard data of an SPC-4 direct-access device with command queuing; qualifier 3 of a missing logical
// unit. Does not model: version descriptors, command support data (CMDDT).
// Clauses: Seagate, SCSI Commands Reference Manual 100293068 Rev. J 3.6 (p. 92, 99). Hitachi Ultrastar 146Z10 specification 8.5.1.2 (p. 59):
// qualifier 011b and device type 1Fh when the logical unit is not present.
import { be16, putAscii } from './big-endian.ts'
import type { DiskState } from './disk-state.ts'
import { finishParameterData, startParameterData } from './parameter-data.ts'
import { Asc, cdbPointer, SenseKey } from './sense.ts'
import type { ScsiTask } from './task.ts'
import { buildVpdPage } from './vpd.ts'

const STANDARD_BYTES = 36
const VERSION_SPC4 = 0x06

export function beginInquiry(disk: DiskState, task: ScsiTask): void {
  const { cdb } = task
  const flags = cdb[1]!
  const page = cdb[2]!
  if ((flags & 0x02) !== 0) {
    disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(1, 1))
    return
  }
  startParameterData(task)
  let bytes = STANDARD_BYTES
  if ((flags & 0x01) !== 0) {
    bytes = buildVpdPage(disk, page, task.data)
    if (bytes === 0) {
      disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(2))
      return
    }
  } else if (page !== 0) {
    disk.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(2))
    return
  } else {
    const { data } = task
    data[0] = 0x00
    data[1] = disk.removable ? 0x80 : 0
    data[2] = VERSION_SPC4
    data[3] = 0x02
    data[4] = STANDARD_BYTES - 5
    data[7] = 0x02
    putAscii(data, 8, 8, disk.vendor)
    putAscii(data, 16, 16, disk.product)
    putAscii(data, 32, 4, disk.revision)
  }
  finishParameterData(task, bytes, be16(cdb, 3))
}

/** Standard data of a logical unit that is not there. */
export function beginMissingUnitInquiry(task: ScsiTask): void {
  startParameterData(task)
  task.data[0] = 0x7f
  task.data[2] = VERSION_SPC4
  task.data[3] = 0x02
  task.data[4] = STANDARD_BYTES - 5
  putAscii(task.data, 8, 28, '')
  finishParameterData(task, STANDARD_BYTES, be16(task.cdb, 3))
}
