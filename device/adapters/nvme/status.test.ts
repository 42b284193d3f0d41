// Every way a logical unit ends a command, in NVMe's words.
import { describe, expect, test } from 'vitest'
import { Asc, checkCondition, NO_INFORMATION, NO_POINTER, SenseKey } from '../../scsi/sense.ts'
import { ScsiStatus } from '../../scsi/status.ts'
import { type LogicalUnit, ScsiTask } from '../../scsi/task.ts'
import { K } from './format.ts'
import { isLogged, statusOf } from './status.ts'
import { Bench, rw } from './testing/bench.ts'

const DNR = K.STATUS_DNR

const SENSE = [
  [SenseKey.notReady, Asc.notReadyInitializingCommandRequired, K.STATUS_NAMESPACE_NOT_READY],
  [SenseKey.notReady, Asc.mediumNotPresent, K.STATUS_NAMESPACE_NOT_READY],
  [SenseKey.mediumError, Asc.unrecoveredReadError, K.STATUS_UNRECOVERED_READ],
  [SenseKey.mediumError, Asc.writeError, K.STATUS_WRITE_FAULT],
  [SenseKey.hardwareError, Asc.internalTargetFailure, K.STATUS_INTERNAL_ERROR],
  [SenseKey.illegalRequest, Asc.invalidOpcode, K.STATUS_INVALID_OPCODE | DNR],
  [SenseKey.illegalRequest, Asc.lbaOutOfRange, K.STATUS_LBA_OUT_OF_RANGE | DNR],
  [SenseKey.illegalRequest, Asc.invalidFieldInCdb, K.STATUS_INVALID_FIELD | DNR],
  [SenseKey.illegalRequest, Asc.logicalUnitNotSupported, K.STATUS_INVALID_NAMESPACE | DNR],
  [SenseKey.unitAttention, Asc.powerOnOrReset, K.STATUS_COMMAND_INTERRUPTED],
  [SenseKey.dataProtect, Asc.writeProtected, K.STATUS_WRITE_PROTECTED | DNR],
  [SenseKey.abortedCommand, Asc.dataPhaseError, K.STATUS_COMMAND_INTERRUPTED],
  [SenseKey.miscompare, Asc.miscompareDuringVerify, K.STATUS_COMPARE_FAILURE | DNR],
  [SenseKey.noSense, Asc.none, K.STATUS_INTERNAL_ERROR],
  [SenseKey.recoveredError, Asc.none, K.STATUS_INTERNAL_ERROR],
] as const

describe.each([false, true])('sense data, descriptor format: %s', descriptor => {
  test.each(SENSE)('key %i, code 0x%s', (key, asc, status) => {
    const task = new ScsiTask()
    checkCondition(task, descriptor, key, asc, NO_INFORMATION, NO_POINTER)
    expect(statusOf(task)).toBe(status)
  })
})

test.each([
  [ScsiStatus.busy, K.STATUS_NAMESPACE_NOT_READY],
  [ScsiStatus.taskSetFull, K.STATUS_NAMESPACE_NOT_READY],
  [ScsiStatus.reservationConflict, K.STATUS_RESERVATION_CONFLICT],
  [ScsiStatus.taskAborted, K.STATUS_ABORTED],
  [ScsiStatus.checkCondition, K.STATUS_INTERNAL_ERROR], // without sense data
  [0x7e, K.STATUS_INTERNAL_ERROR],
])('SCSI status %i', (scsi, status) => {
  const task = new ScsiTask()
  task.status = scsi
  expect(statusOf(task)).toBe(status)
})

test.each([
  [K.STATUS_UNRECOVERED_READ, true],
  [K.STATUS_COMPARE_FAILURE | DNR, true],
  [K.STATUS_DATA_TRANSFER_ERROR, true],
  [K.STATUS_INVALID_FIELD | DNR, false],
  [K.STATUS_ABORTED, false],
])('0x%s is in the error log: %s', (status, logged) => {
  expect(isLogged(status)).toBe(logged)
})

test.each([ScsiStatus.busy, ScsiStatus.taskSetFull, ScsiStatus.reservationConflict])(
  'a unit that ends with SCSI status %i: the host hears of it, nothing moves',
  scsi => {
    const bench = new Bench()
    let answers = false
    const unit: LogicalUnit = {
      label: 'odd',
      begin: task => {
        bench.disk.begin(task)
        if (!answers) return
        task.direction = 'none'
        task.transferBytes = 0
        task.status = scsi
      },
      execute: task => bench.disk.execute(task),
      reset: () => {},
    }
    bench.bus.detach(0, 0)
    bench.bus.attach(0, 0, unit)
    bench.start()
    answers = true
    const data = bench.buffer(512)
    bench.memory.fill(0xcc, data, data + 512)
    expect(bench.io(rw(K.IO_READ, 0, 1, { data })).code).not.toBe(0)
    expect(bench.memory[data]).toBe(0xcc)
    expect(bench.events.some(({ b }) => b === scsi)).toBe(true)
    answers = false
    expect(bench.io(rw(K.IO_READ, 0, 1, { data })).code).toBe(0)
  },
)
