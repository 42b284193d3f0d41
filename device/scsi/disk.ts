// A direct-access block device (SPC-4, SBC-3) over a block store.
//
// Models: the commands of commands.ts, unit attention, sense held for REQUEST SENSE, a write cache as a fact (data always
// reaches the store at once; what a flush has not made durable yet is `cacheDirty`). Does not model: loss of cached data at power-off,
// reservations, several initiators, linked commands and ACA (both refused), task management (the adapter's and the bus's).
// Clauses: each family's file. Order of checks: unit attention, operation code, CDB length, CONTROL byte, readiness, write
// protection, fields. HP SureStore Optical 2600fx SCSI-2 reference p. 1-17 and Fujitsu M3099GX/GH manual p. 3-34: INQUIRY and
// REQUEST SENSE do not meet a unit attention.
import { COMMANDS, CommandFlag } from './commands.ts'
import { DiskState } from './disk-state.ts'
import { checkReady } from './readiness.ts'
import { Asc, cdbPointer, SenseKey } from './sense.ts'
import type { LogicalUnit, ScsiTask } from './task.ts'

export { DiskError, type DiskOptions } from './disk-state.ts'

const UNTAGGED = 0xff
/** NACA and LINK in the CONTROL byte. */
const CONTROL_NACA = 0x04
const CONTROL_LINK = 0x01

export class Disk extends DiskState implements LogicalUnit {
  begin(task: ScsiTask): void {
    task.renew()
    const { cdb } = task
    const command = COMMANDS[cdb[0]!]!
    const { flags } = command
    // Tagged commands may have been queued before the error, so only an untagged one counts as a new command.
    if (this.heldKey !== 0 && task.tag === UNTAGGED && (flags & CommandFlag.keepsSense) === 0) this.forgetSense()
    if (this.attention !== 0 && (flags & CommandFlag.ignoresAttention) === 0) {
      const attention = this.attention
      this.attention = 0
      this.fail(task, SenseKey.unitAttention, attention)
      return
    }
    if (command.bytes !== 0) {
      if (task.cdbLength < command.bytes) {
        this.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(task.cdbLength))
        return
      }
      const control = cdb[command.bytes - 1]!
      if ((control & (CONTROL_NACA | CONTROL_LINK)) !== 0) {
        const bit = (control & CONTROL_NACA) !== 0 ? 2 : 0
        this.fail(task, SenseKey.illegalRequest, Asc.invalidFieldInCdb, cdbPointer(command.bytes - 1, bit))
        return
      }
    }
    if ((flags & CommandFlag.needsMedium) !== 0 && (this.stopped || !this.mediumPresent)) {
      checkReady(this, task)
      return
    }
    if ((flags & CommandFlag.writes) !== 0 && this.readOnly) {
      this.fail(task, SenseKey.dataProtect, Asc.writeProtected)
      return
    }
    if ((flags & CommandFlag.ownLatency) === 0) task.latencyPs = this.latency.otherPs()
    command.begin(this, task)
  }

  execute(task: ScsiTask): void {
    COMMANDS[task.cdb[0]!]!.execute(this, task)
  }

  /** Mode parameters return to their defaults, held sense goes, a unit attention stays; power-on also starts the unit. */
  reset(reason: 'power-on' | 'bus' | 'target'): void {
    this.forgetSense()
    this.removalPrevented = false
    this.writeCache = this.defaultWriteCache
    this.descriptorSense = false
    if (reason === 'power-on') {
      this.stopped = false
      this.attention = Asc.powerOnOrReset
    } else if (this.attention !== Asc.powerOnOrReset) {
      this.attention = reason === 'bus' ? Asc.busReset : Asc.targetReset
    }
  }

  /** The adapter delivered this unit's sense data itself (autosense): REQUEST SENSE has nothing to add. */
  senseDelivered(): void {
    this.forgetSense()
  }
}
