// What a class driver does when an adapter came up: INQUIRY to every path, target and LUN, then TEST UNIT READY until the
// unit attention of power-on is worked off. Source: ReactOS scsiport (bus scan), as facts.

import { SRB, SRB_FLAGS, SRB_STATUS } from '../../schemas/scsiport.ts'
import { AdapterPhase, Event, Finding } from '../trace/events.ts'
import { ArenaFull } from './arena.ts'
import type { Port } from './port.ts'
import type { LogicalUnit, SrbSlot } from './srb.ts'
import { BootFailure } from './stop.ts'

/** Finds the logical units: INQUIRY to every path, target and LUN. `pump` runs the bench until a request is back. */
export function scan(port: Port, pump: (slot: SrbSlot) => void): void {
  const { capabilities, parts } = port
  const luns = Math.min(parts.settings.scanLuns, capabilities.maximumLuns)
  for (let path = 0; path < capabilities.numberOfBuses; path++) {
    for (let target = 0; target < capabilities.maximumTargets; target++) {
      if (target === capabilities.initiatorIds[path]) continue
      for (let lun = 0; lun < luns; lun++) {
        const answer = inquire(port, path, target, lun, pump)
        if (port.dead) return
        if (answer === 'next target') break
      }
    }
  }
  port.trace.emit(Event.Adapter, port.index, AdapterPhase.Scanned, port.units.length, 0, 0)
}

const INQUIRY_BYTES = 36
const INQUIRY_TIMEOUT_SECONDS = 4
const INQUIRY_RETRIES = 2
/** Peripheral qualifier: the target cannot have a unit at this LUN. */
const NO_UNIT_HERE = 3
const ILLEGAL_REQUEST = 5

function inquire(
  port: Port,
  path: number,
  target: number,
  lun: number,
  pump: (slot: SrbSlot) => void,
): 'found' | 'next lun' | 'next target' {
  const lu = port.lu(path, target, lun)
  extend(port, lu)
  for (let attempt = 0; attempt <= INQUIRY_RETRIES; attempt++) {
    const slot = port.take()
    if (slot === undefined) return 'next target'
    port.prepare(slot, lu, NO_OWNER, 'in', INQUIRY_BYTES, 6, INQUIRY_TIMEOUT_SECONDS)
    slot.flags |= SRB_FLAGS.DISABLE_SYNCH_TRANSFER
    const { u8 } = port.guest
    const cdb = slot.at + SRB.Cdb
    u8.fill(0, cdb, cdb + 16)
    u8[cdb] = 0x12
    u8[cdb + 1] = (lun & 7) << 5
    u8[cdb + 4] = INQUIRY_BYTES
    u8.fill(0, slot.dataAt, slot.dataAt + INQUIRY_BYTES)
    port.submit(slot)
    const { serial } = slot
    pump(slot)
    if (slot.retries > 0) port.trace.emit(Event.Finding, port.index, Finding.BusyAtScan, serial, lu.address, 0)
    if (port.dead) return 'next target'
    const status = slot.srbStatus & SRB_STATUS.MASK
    const sense = slot.autosenseValid ? port.completion.senseCode(slot) >> 16 : 0
    if (slot.frozeQueue) port.releaseQueue(lu)
    if (status === SRB_STATUS.SUCCESS || status === SRB_STATUS.DATA_OVERRUN) {
      if (u8[slot.dataAt]! >> 5 !== NO_UNIT_HERE)
        return port.addUnit(lu, u8.slice(slot.dataAt, slot.dataAt + INQUIRY_BYTES))
      port.forgetLu(lu)
      return 'next lun'
    }
    if (status === SRB_STATUS.NO_DEVICE || status === SRB_STATUS.SELECTION_TIMEOUT) {
      port.forgetLu(lu)
      return 'next target'
    }
    if (sense === ILLEGAL_REQUEST) {
      port.forgetLu(lu)
      return 'next lun'
    }
  }
  port.forgetLu(lu)
  return 'next target'
}

/** TEST UNIT READY until the unit attention of power-on is worked off, as a class driver does when it starts a device. */
export function ready(port: Port, pump: (slot: SrbSlot) => void): void {
  for (const { lu } of port.units) {
    for (let attempt = 0; attempt < READY_ATTEMPTS; attempt++) {
      const slot = port.take()
      if (slot === undefined) return
      port.prepare(slot, lu, NO_OWNER, 'none', 0, 6, INQUIRY_TIMEOUT_SECONDS)
      const cdb = slot.at + SRB.Cdb
      port.guest.u8.fill(0, cdb, cdb + 16)
      port.submit(slot)
      pump(slot)
      if (port.dead) return
      if (slot.frozeQueue) port.releaseQueue(lu)
      if ((slot.srbStatus & SRB_STATUS.MASK) === SRB_STATUS.SUCCESS) break
    }
  }
}

const READY_ATTEMPTS = 3

/** Of requests whose answer is read from the slot. */
export const NO_OWNER = { completed(): void {} }

/** Gives the unit its extension before it is asked whether it exists: the miniport may want it for that command. */
function extend(port: Port, lu: LogicalUnit): void {
  try {
    port.extendLu(lu)
  } catch (error) {
    if (error instanceof ArenaFull) throw new BootFailure(error.message)
    throw error
  }
}
