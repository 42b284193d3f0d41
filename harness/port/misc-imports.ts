// The rest of the ScsiPort routines: loading, logical units, errors, time, memory, debug print.
import { PS } from '../../device/clock.ts'
import { Event, ROUTINE_NAMES, Routine, ScsiPortRoutine, StopKind } from '../trace/events.ts'
import { checkRange } from './guest-memory.ts'
import type { Port } from './port.ts'
import { formatPrint, PRINT_LIMIT } from './print.ts'
import type { ImportFn } from './register-imports.ts'
import { SlotState, type SrbSlot } from './srb.ts'
import { GuestStop } from './stop.ts'

/** Ten milliseconds in units of 100 ns: the step of ScsiPortQuerySystemTime. */
const SYSTEM_TIME_STEP = 100_000
/** 2000-01-01 00:00 UTC in 100 ns units since 1601: the bench's birthday, so that every run sees the same time. */
const EPOCH_100NS = 125_911_584_000_000_000
/** Bytes moved per ns of a memory copy: what the host's copy loops cost the guest. */
const COPY_BYTES_PER_INSTRUCTION = 8

export function miscImports(
  port: Port,
  initialize: (a1: number, a2: number, hwid: number, context: number) => number,
): Record<string, ImportFn> {
  const { cpu, trace } = port
  const cost = cpu.costs.callPs
  const { instructionPs } = cpu.costs
  const getLogicalUnit = trace.intern('ScsiPortGetLogicalUnit')
  const logError = trace.intern('ScsiPortLogError')

  return {
    ScsiPortInitialize: (a1: number, a2: number, hwid: number, context: number, counter: number) => {
      cpu.sync(counter, cost)
      return initialize(a1, a2, hwid, context)
    },

    ScsiPortGetLogicalUnit: (_extension: number, path: number, target: number, lun: number, counter: number) => {
      cpu.sync(counter, cost)
      const address = ((path & 0xff) << 16) | ((target & 0xff) << 8) | (lun & 0xff)
      port.guard.read(path & 0xff, target & 0xff, lun & 0xff, getLogicalUnit)
      const known = port.findLu(path & 0xff, target & 0xff, lun & 0xff)?.extension ?? 0
      const extension = port.faults.nullResult('ScsiPortGetLogicalUnit') ? 0 : known
      trace.emit(Event.Call, port.index, ScsiPortRoutine.GetLogicalUnit, address, 0, extension)
      return extension
    },

    ScsiPortGetSrb: (_extension: number, path: number, target: number, lun: number, tag: number, counter: number) => {
      cpu.sync(counter, cost)
      const address = ((path & 0xff) << 16) | ((target & 0xff) << 8) | (lun & 0xff)
      const wanted = tag & 0xff
      const active = port.findLu(path & 0xff, target & 0xff, lun & 0xff)?.active
      let found: SrbSlot | undefined
      for (let n = 0; active !== undefined && n < active.length && found === undefined; n++) {
        const slot = active[n]!
        if (slot.state === SlotState.active && slot.tag === wanted && slot.victim === null) found = slot
      }
      // An abort may come too late for its victim. For a command that the adapter has just finished there is always an SRB.
      if (cpu.frame.routine === Routine.StartIo && port.faults.nullResult('ScsiPortGetSrb')) found = undefined
      trace.emit(Event.Call, port.index, ScsiPortRoutine.GetSrb, address, wanted, found?.serial ?? -1)
      return found?.at ?? 0
    },

    ScsiPortLogError: (
      _extension: number,
      srb: number,
      path: number,
      target: number,
      lun: number,
      code: number,
      uniqueId: number,
      counter: number,
    ) => {
      cpu.sync(counter, cost)
      const slot = srb === 0 ? undefined : port.slotAt(srb)
      if (!port.guard.passed(slot, logError)) port.guard.read(path & 0xff, target & 0xff, lun & 0xff, logError)
      trace.emit(
        Event.LogError,
        port.index,
        slot?.serial ?? -1,
        code,
        uniqueId,
        ((path & 0xff) << 16) | ((target & 0xff) << 8) | (lun & 0xff),
      )
      const key = `${code}/${uniqueId}`
      const entry = port.log.get(key)
      if (entry !== undefined) entry.count++
      else if (port.log.size < 256)
        port.log.set(key, { atPs: port.parts.clock.nowPs, code, uniqueId: uniqueId >>> 0, count: 1 })
    },

    ScsiPortStallExecution: (us: number, counter: number) => {
      const microseconds = us >>> 0
      cpu.frame.stallUs += microseconds
      cpu.sync(counter, 0)
      trace.emit(Event.Stall, port.index, microseconds, 0, 0, 0)
      cpu.sync(counter, microseconds * PS.us)
    },

    ScsiPortMoveMemory: (to: number, from: number, bytes: number, counter: number) => {
      const length = bytes >>> 0
      const target = checkRange(port.guest, to, length, 'ScsiPortMoveMemory')
      const source = checkRange(port.guest, from, length, 'ScsiPortMoveMemory')
      cpu.sync(counter, cost + Math.ceil(length / COPY_BYTES_PER_INSTRUCTION) * instructionPs)
      port.guest.u8.copyWithin(target, source, source + length)
    },

    ScsiPortQuerySystemTime: (pointer: number, counter: number) => {
      cpu.sync(counter, cost)
      const at = checkRange(port.guest, pointer, 8, 'ScsiPortQuerySystemTime')
      const steps = Math.floor(port.parts.clock.nowPs / (10 * PS.ms))
      const time = EPOCH_100NS + steps * SYSTEM_TIME_STEP
      port.guest.view.setUint32(at, time % 0x1_0000_0000, true)
      port.guest.view.setUint32(at + 4, Math.floor(time / 0x1_0000_0000), true)
    },

    ScsiDebugPrint: (level: number, format: number, args: number, counter: number) => {
      cpu.sync(counter, cost)
      const text = formatPrint(port.guest, format, args, () =>
        port.note(
          `ScsiDebugPrint in ${ROUTINE_NAMES[cpu.frame.routine]} was given a string without an end: ${PRINT_LIMIT} bytes were read`,
        ),
      )
      cpu.sync(counter, text.length * instructionPs)
      if (port.print(text)) trace.emit(Event.Print, port.index, level, trace.intern(text), 0, 0)
      else trace.emit(Event.Print, port.index, level, -1, text.length, 0)
    },
  }
}

/** For the handful of imports that exist outside the ScsiPort table. */
export function abortImport(port: Port): ImportFn {
  return (message: number, file: number, line: number, column: number) => {
    const where = readAssemblyScriptString(port, file)
    throw new GuestStop(
      StopKind.Abort,
      `abort: ${readAssemblyScriptString(port, message)} in ${where}(${line}:${column})`,
    )
  }
}

/** UTF-16 text whose byte length stands 4 bytes before it (AssemblyScript's string layout). */
function readAssemblyScriptString(port: Port, pointer: number): string {
  const { u8, view } = port.guest
  const at = pointer >>> 0
  if (at < 4 || at + 2 > u8.length) return '?'
  const bytes = Math.min(view.getUint32(at - 4, true), 512, u8.length - at) & ~1
  let text = ''
  for (let p = at; p < at + bytes; p += 2) text += String.fromCharCode(view.getUint16(p, true))
  return text
}
