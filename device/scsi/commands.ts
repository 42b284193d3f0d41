// The disk's command table: what each operation code needs, and who carries it out.
import { beginReadCapacity10, beginServiceActionIn16 } from './capacity.ts'
import { cdbBytes, Opcode } from './cdb.ts'
import type { DiskState } from './disk-state.ts'
import { beginInquiry } from './inquiry.ts'
import { beginModeSelect6, beginModeSelect10, executeModeSelect6, executeModeSelect10 } from './mode-select.ts'
import { beginModeSense6, beginModeSense10 } from './mode-sense.ts'
import { beginRead, beginWrite, executeRead, executeWrite } from './read-write.ts'
import { beginPreventAllow, beginStartStop, executePreventAllow, executeStartStop, nothing } from './readiness.ts'
import { beginRequestSense } from './request-sense.ts'
import { Asc, cdbPointer, SenseKey } from './sense.ts'
import { beginSynchronizeCache, executeSynchronizeCache } from './synchronize-cache.ts'
import type { ScsiTask } from './task.ts'
import { beginUnmap, executeUnmap } from './unmap.ts'
import { beginVerify, executeVerify } from './verify.ts'
import { beginWriteSame, executeWriteSame } from './write-same.ts'

/** What the disk checks before a command begins. */
export const CommandFlag = {
  /** NOT READY unless the medium is there and started. */
  needsMedium: 0x01,
  /** Is carried out although a unit attention is pending, which stays. */
  ignoresAttention: 0x02,
  /** DATA PROTECT on a write-protected disk. */
  writes: 0x04,
  /** Leaves the sense of the last CHECK CONDITION alone. */
  keepsSense: 0x08,
  /** Sets its own latency. */
  ownLatency: 0x10,
} as const

type Step = (disk: DiskState, task: ScsiTask) => void

export interface Command {
  readonly name: string
  readonly flags: number
  /** CDB length in bytes. */
  readonly bytes: number
  readonly begin: Step
  readonly execute: Step
}

const { needsMedium, ignoresAttention, writes, keepsSense, ownLatency } = CommandFlag
const READ = needsMedium | ownLatency
const WRITE = needsMedium | writes | ownLatency

type Row = [opcode: number, name: string, flags: number, begin: Step, execute: Step]

const ROWS: Row[] = [
  [Opcode.testUnitReady, 'TEST UNIT READY', needsMedium, nothing, nothing],
  [Opcode.requestSense, 'REQUEST SENSE', ignoresAttention | keepsSense, beginRequestSense, nothing],
  [Opcode.inquiry, 'INQUIRY', ignoresAttention | keepsSense, beginInquiry, nothing],
  [Opcode.startStopUnit, 'START STOP UNIT', 0, beginStartStop, executeStartStop],
  [Opcode.preventAllowMediumRemoval, 'PREVENT ALLOW MEDIUM REMOVAL', 0, beginPreventAllow, executePreventAllow],
  [Opcode.readCapacity10, 'READ CAPACITY (10)', needsMedium, beginReadCapacity10, nothing],
  [Opcode.serviceActionIn16, 'READ CAPACITY (16)', needsMedium, beginServiceActionIn16, nothing],
  [Opcode.read6, 'READ (6)', READ, beginRead, executeRead],
  [Opcode.read10, 'READ (10)', READ, beginRead, executeRead],
  [Opcode.read12, 'READ (12)', READ, beginRead, executeRead],
  [Opcode.read16, 'READ (16)', READ, beginRead, executeRead],
  [Opcode.write6, 'WRITE (6)', WRITE, beginWrite, executeWrite],
  [Opcode.write10, 'WRITE (10)', WRITE, beginWrite, executeWrite],
  [Opcode.write12, 'WRITE (12)', WRITE, beginWrite, executeWrite],
  [Opcode.write16, 'WRITE (16)', WRITE, beginWrite, executeWrite],
  [Opcode.verify10, 'VERIFY (10)', READ, beginVerify, executeVerify],
  [Opcode.verify16, 'VERIFY (16)', READ, beginVerify, executeVerify],
  [Opcode.writeSame10, 'WRITE SAME (10)', WRITE, beginWriteSame, executeWriteSame],
  [Opcode.writeSame16, 'WRITE SAME (16)', WRITE, beginWriteSame, executeWriteSame],
  [Opcode.unmap, 'UNMAP', needsMedium | writes, beginUnmap, executeUnmap],
  [Opcode.synchronizeCache10, 'SYNCHRONIZE CACHE (10)', needsMedium, beginSynchronizeCache, executeSynchronizeCache],
  [Opcode.synchronizeCache16, 'SYNCHRONIZE CACHE (16)', needsMedium, beginSynchronizeCache, executeSynchronizeCache],
  [Opcode.modeSense6, 'MODE SENSE (6)', 0, beginModeSense6, nothing],
  [Opcode.modeSense10, 'MODE SENSE (10)', 0, beginModeSense10, nothing],
  [Opcode.modeSelect6, 'MODE SELECT (6)', 0, beginModeSelect6, executeModeSelect6],
  [Opcode.modeSelect10, 'MODE SELECT (10)', 0, beginModeSelect10, executeModeSelect10],
]

/** INVALID COMMAND OPERATION CODE; the field pointer shows byte 0. */
function beginUnknown(disk: DiskState, task: ScsiTask): void {
  disk.fail(task, SenseKey.illegalRequest, Asc.invalidOpcode, cdbPointer(0))
}

/** One entry for each of the 256 operation codes. */
export const COMMANDS: readonly Command[] = Array.from({ length: 256 }, (_, opcode) => {
  const row = ROWS.find(entry => entry[0] === opcode)
  if (row === undefined) return { name: 'unknown command', flags: 0, bytes: 0, begin: beginUnknown, execute: nothing }
  return { name: row[1], flags: row[2], bytes: cdbBytes(opcode), begin: row[3], execute: row[4] }
})
