// One adapter with its miniport, as a fault plan sees it.

import { ADAPTER_KINDS } from '../../device/adapters/kinds.ts'
import type { InterruptLine } from '../../device/interrupt-line.ts'
import { cdbDigest } from '../../device/scsi/cdb.ts'
import { SRB } from '../../schemas/scsiport.ts'
import type { FaultTarget } from '../faults/target.ts'
import type { Cpu } from '../port/cpu.ts'
import type { Port } from '../port/port.ts'
import { SlotState, type SrbSlot } from '../port/srb.ts'

/** The parts of a station that a fault plan has to do with. */
type Parts = Pick<FaultTarget, 'index' | 'name' | 'adapter' | 'bus'> & { readonly port: Port }

export function faultTarget({ index, name, adapter, bus, port }: Parts, cpu: Cpu, line: InterruptLine): FaultTarget {
  return {
    index,
    name,
    adapter,
    passesSense: ADAPTER_KINDS[adapter.kind]?.translated !== true,
    immune: ADAPTER_KINDS[adapter.kind]?.immune ?? {},
    bus,
    line,
    routine: () => (cpu.frame.owner === port ? cpu.frame.routine : -1),
    active: () => {
      let count = 0
      for (const slot of port.slots) if (slot.state === SlotState.active) count++
      return count
    },
    serialsOf: (target, lun, cdb, cdbLength) => {
      const { u8 } = port.guest
      const digest = cdbDigest(cdb, 0, cdbLength)
      const carries = ({ state, lu, at, victim, cdbLength: length }: SrbSlot): boolean =>
        state === SlotState.active &&
        lu!.target === target &&
        lu!.lun === lun &&
        victim === null &&
        cdbDigest(u8, at + SRB.Cdb, length) === digest
      return port.slots.filter(carries).map(slot => slot.serial)
    },
    oldest: () => {
      let oldest = -1
      for (const { state, serial, victim } of port.slots)
        if (state === SlotState.active && victim === null && (oldest < 0 || serial < oldest)) oldest = serial
      return oldest
    },
    abort: serial => {
      const slot = port.slots.find(s => s.serial === serial && s.state === SlotState.active)
      if (slot !== undefined && !port.dead && !port.stopped) port.abort(slot)
    },
  }
}
