// A SCSI bus: targets and their logical units, and the way a command takes to them.
//
// Models: selection (does anybody answer), routing by target and LUN, what a target says for a logical unit it does not have, REPORT
// LUNS, resets. Does not model: arbitration, phases, messages, parity (the adapter's), more than one initiator.
// Clauses: Hitachi Ultrastar 146Z10 specification 8.5.1.2 (p. 59): for a LUN that is not there every command but INQUIRY and REQUEST SENSE
// ends with CHECK CONDITION. Exabyte Magnum 1x7 SCSI reference 18.1 (p. 18-2): REQUEST SENSE then ends with GOOD and returns ILLEGAL
// REQUEST, LOGICAL UNIT NOT SUPPORTED as data.
import { cdbBytes, Opcode } from './cdb.ts'
import { beginMissingUnitInquiry } from './inquiry.ts'
import { finishParameterData, startParameterData } from './parameter-data.ts'
import { beginReportLuns } from './report-luns.ts'
import { Asc, cdbPointer, checkCondition, NO_INFORMATION, NO_POINTER, SenseKey, writeFixedSense } from './sense.ts'
import type { LogicalUnit, ScsiTask } from './task.ts'

export const MAX_TARGETS = 256
export const MAX_LUNS = 256
const DEFAULT_TARGETS = 16

export class ScsiBusError extends Error {
  override name = 'ScsiBusError'
}

export class ScsiBus {
  /** Target addresses on this bus: 0 to targets − 1. */
  readonly targets: number
  /** Called after a unit was attached (present) or detached. */
  onChange: ((target: number, lun: number, present: boolean) => void) | undefined
  /** By target, then by LUN. An empty inner array: nobody answers selection. */
  readonly #units: (LogicalUnit | undefined)[][]

  /** @throws ScsiBusError when `targets` is not 1 to 256 */
  constructor(options: { targets?: number } = {}) {
    const targets = options.targets ?? DEFAULT_TARGETS
    if (!Number.isInteger(targets) || targets < 1 || targets > MAX_TARGETS)
      throw new ScsiBusError(`a bus with ${targets} targets: 1 to ${MAX_TARGETS} is wanted`)
    this.targets = targets
    this.#units = Array.from({ length: targets }, () => [])
  }

  /** @throws ScsiBusError for an address that does not exist or is taken */
  attach(target: number, lun: number, unit: LogicalUnit): void {
    this.#check(target, lun)
    const units = this.#units[target]!
    const other = units[lun]
    if (other !== undefined)
      throw new ScsiBusError(`target ${target} LUN ${lun} is taken by '${other.label}', '${unit.label}' cannot have it`)
    while (units.length <= lun) units.push(undefined)
    units[lun] = unit
    this.onChange?.(target, lun, true)
  }

  /** @throws ScsiBusError when nothing is attached there */
  detach(target: number, lun: number): void {
    this.#check(target, lun)
    const units = this.#units[target]!
    if (units[lun] === undefined) throw new ScsiBusError(`nothing is attached at target ${target} LUN ${lun}`)
    units[lun] = undefined
    while (units.length > 0 && units[units.length - 1] === undefined) units.pop()
    this.onChange?.(target, lun, false)
  }

  /** Does anybody answer selection? False for any number that is no address. */
  answers(target: number): boolean {
    const units = this.#units[target]
    return units !== undefined && units.length > 0
  }

  unit(target: number, lun: number): LogicalUnit | undefined {
    const units = this.#units[target]
    return units === undefined ? undefined : units[lun]
  }

  /** Ask `answers` first: a target that is not there is treated like one without logical units. */
  begin(task: ScsiTask): void {
    const units = this.#units[task.target]
    const opcode = task.cdb[0]!
    if (units !== undefined && opcode !== Opcode.reportLuns) {
      const unit = units[task.lun]
      if (unit !== undefined) {
        unit.begin(task)
        return
      }
    }
    task.renew()
    beginForTarget(units ?? [], opcode, task)
  }

  execute(task: ScsiTask): void {
    if (task.cdb[0] === Opcode.reportLuns) return
    const unit = this.unit(task.target, task.lun)
    if (unit !== undefined) {
      unit.execute(task)
      return
    }
    if (task.cdb[0] === Opcode.inquiry || task.cdb[0] === Opcode.requestSense) return
    if (task.direction === 'in') task.transferBytes = 0 // the unit was detached after `begin`
    notSupported(task)
  }

  /** The adapter delivered the task's sense data itself (autosense); the unit need not keep it for REQUEST SENSE. */
  senseDelivered(task: ScsiTask): void {
    this.unit(task.target, task.lun)?.senseDelivered?.()
  }

  /** Resets every unit on the bus. */
  reset(reason: 'power-on' | 'bus'): void {
    for (let target = 0; target < this.targets; target++) this.#reset(target, reason)
  }

  /** Resets every unit of one target (BUS DEVICE RESET). */
  resetTarget(target: number): void {
    this.#reset(target, 'target')
  }

  #reset(target: number, reason: 'power-on' | 'bus' | 'target'): void {
    for (const unit of this.#units[target] ?? []) unit?.reset(reason)
  }

  #check(target: number, lun: number): void {
    if (!Number.isInteger(target) || target < 0 || target >= this.targets)
      throw new ScsiBusError(`target ${target} does not exist: this bus has 0 to ${this.targets - 1}`)
    if (!Number.isInteger(lun) || lun < 0 || lun >= MAX_LUNS)
      throw new ScsiBusError(`LUN ${lun} of target ${target} does not exist: 0 to ${MAX_LUNS - 1} is allowed`)
  }
}

/** What a target answers without a logical unit. */
function beginForTarget(units: readonly (LogicalUnit | undefined)[], opcode: number, task: ScsiTask): void {
  const bytes = cdbBytes(opcode)
  const known = opcode === Opcode.inquiry || opcode === Opcode.requestSense || opcode === Opcode.reportLuns
  if (known && task.cdbLength < bytes) {
    checkCondition(
      task,
      false,
      SenseKey.illegalRequest,
      Asc.invalidFieldInCdb,
      NO_INFORMATION,
      cdbPointer(task.cdbLength),
    )
    return
  }
  switch (opcode) {
    case Opcode.reportLuns:
      beginReportLuns(units, task)
      return
    case Opcode.inquiry:
      if ((task.cdb[1]! & 0x03) === 0 && task.cdb[2] === 0) {
        beginMissingUnitInquiry(task)
        return
      }
      {
        notSupported(task)
        return
      }
    case Opcode.requestSense: {
      startParameterData(task)
      const asc = Asc.logicalUnitNotSupported
      const length = writeFixedSense(task.data, SenseKey.illegalRequest, asc, NO_INFORMATION, NO_POINTER)
      finishParameterData(task, length, task.cdb[4]!)
      return
    }
    default:
      notSupported(task)
      return
  }
}

function notSupported(task: ScsiTask): void {
  checkCondition(task, false, SenseKey.illegalRequest, Asc.logicalUnitNotSupported, NO_INFORMATION, NO_POINTER)
}
