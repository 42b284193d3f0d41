// One event in words, for a label and for what is said about it. Text only; who shows it escapes it.

import type { Columns } from '../../trace/event-copy.ts'
import {
  BENCH,
  DiagnosticCode,
  Event,
  Finding,
  HostStatus,
  Notification,
  ScsiPortRoutine,
  STOP_NAMES,
} from '../../trace/events.ts'
import { size } from '../format.ts'
import type { AccessCosts, PictureNames } from './names.ts'

const inverse = (table: Readonly<Record<string, number>>): ReadonlyMap<number, string> =>
  new Map(Object.entries(table).map(([name, value]) => [value, name]))

const NOTIFICATIONS = inverse(Notification)
const HOST_STATUS = inverse(HostStatus)
const DIAGNOSTICS = inverse(DiagnosticCode)
const FINDINGS = inverse(Finding)
const CALLS = inverse(ScsiPortRoutine)

/** What happens on a picture beside routines, lines and register accesses. */
export type MarkLane = 'notify' | 'dma' | 'adapter' | 'srb'

export interface Words {
  lane: MarkLane
  label: string
  detail: string
}

export const hexShort = (value: number): string => `0x${(value >>> 0).toString(16).toUpperCase()}`

const lu = (packed: number): string => `target ${(packed >> 8) & 0xff} LUN ${packed & 0xff}`

/** What an SRB asks for: `READ(10)`, or the function of one that is no command. @param c of SrbQueued */
export const srbWhat = (c: number, names: PictureNames): string => {
  const srbFunction = (c >>> 8) & 0xff
  return srbFunction === 0 ? names.command(c & 0xff) : names.srbFunction(srbFunction)
}

/** @returns undefined for events that are no marks */
export function wordsOf(columns: Columns, i: number, names: PictureNames): Words | undefined {
  const guest = columns.guest[i]!
  const [a, b, c, d] = [columns.a[i]!, columns.b[i]!, columns.c[i]!, columns.d[i]!]
  switch (columns.kind[i]) {
    case Event.Notify: {
      const name = NOTIFICATIONS.get(a) ?? `notification ${a}`
      const srb = a === Notification.RequestComplete && b >= 0 ? ` SRB #${b}` : ''
      return { lane: 'notify', label: `${name}${srb}`, detail: `ScsiPortNotification(${name})${srb}` }
    }
    case Event.CompleteRequest:
      return { lane: 'notify', label: 'CompleteRequest', detail: `ScsiPortCompleteRequest, ${c} SRBs` }
    case Event.LogError:
      return { lane: 'notify', label: 'LogError', detail: `ScsiPortLogError, code ${hexShort(b)}` }
    case Event.Call:
      return {
        lane: 'notify',
        label: `ScsiPort${CALLS.get(a) ?? a}`,
        detail: `ScsiPort${CALLS.get(a) ?? a}, result ${hexShort(d)}`,
      }
    case Event.GetPhysical:
      return {
        lane: 'notify',
        label: 'GetPhysicalAddress',
        detail: `ScsiPortGetPhysicalAddress, ${c} bytes contiguous`,
      }
    case Event.MapTransfer:
      return { lane: 'notify', label: 'IoMapTransfer', detail: `ScsiPortIoMapTransfer for SRB #${a}, ${size(c)}` }
    case Event.FlushDma:
      return { lane: 'notify', label: 'FlushDma', detail: `ScsiPortFlushDma, ${size(a)} were moved` }
    case Event.Finding:
      return {
        lane: 'notify',
        label: `! ${FINDINGS.get(a) ?? a}`,
        detail: `finding of the bench: ${FINDINGS.get(a) ?? a}`,
      }
    case Event.Stopped:
      return { lane: 'notify', label: '! stopped', detail: `the guest was stopped: ${STOP_NAMES[a] ?? a}` }
    case Event.TimerArmed:
      return {
        lane: 'notify',
        label: a === 0 ? 'timer cancelled' : `timer ${a} µs`,
        detail: a === 0 ? 'timer cancelled' : `HwTimer is to be called in ${a} µs`,
      }
    case Event.DmaMoved:
      return {
        lane: 'dma',
        label: `${c === 1 ? '↓' : '↑'} ${size(b)}`,
        detail: `DMA, command ${a}: ${size(b)} ${c === 1 ? 'to' : 'from'} memory`,
      }
    case Event.DmaFault:
      return { lane: 'dma', label: '! DMA fault', detail: `DMA refused at ${hexShort(a)}, ${size(c)}` }
    case Event.CommandFetched: {
      const what = `${names.command(d & 0xff)} to target ${b & 0xff} LUN ${c}`
      return { lane: 'adapter', label: `fetch ${a & 0xff}`, detail: `adapter fetched command ${a & 0xff}: ${what}` }
    }
    case Event.CommandFinished: {
      const host = HOST_STATUS.get(c & 0xff) ?? `${c & 0xff}`
      const detail = `adapter finished command ${a}: SCSI status ${hexShort(b)}, ${host}, ${size(d)} moved`
      return { lane: 'adapter', label: `done ${a}`, detail }
    }
    case Event.CauseRaised: {
      const causes = names.causeNames(guest, a)
      return { lane: 'adapter', label: `+ ${causes}`, detail: `interrupt cause pending: ${causes}` }
    }
    case Event.CauseCleared: {
      const causes = names.causeNames(guest, a)
      return { lane: 'adapter', label: `− ${causes}`, detail: `interrupt cause acknowledged: ${causes}` }
    }
    case Event.BusReset:
      return { lane: 'adapter', label: 'bus reset', detail: `SCSI bus reset, ${b} commands dropped` }
    case Event.AdapterReset:
      return { lane: 'adapter', label: 'adapter reset', detail: `adapter reset, ${a} commands dropped` }
    case Event.Diagnostic: {
      const name = DIAGNOSTICS.get(a) ?? `diagnostic ${a}`
      const where = guest === BENCH ? hexShort(b) : names.register(guest, b >>> 0, 'write')
      return { lane: 'adapter', label: `! ${name}`, detail: `${name} at ${where}, value ${hexShort(c)}` }
    }
    case Event.FaultInjected:
      return { lane: 'adapter', label: `fault ${a}`, detail: `fault ${a} of the scenario acted` }
    case Event.Reselection:
      return { lane: 'adapter', label: 'reselection', detail: `target ${a} reselected, tag ${c}` }
    case Event.SrbQueued:
      return {
        lane: 'srb',
        label: `#${a} queued`,
        detail: `SRB #${a} queued: ${srbWhat(c, names)} to ${lu(b)}, ${size(d)}`,
      }
    case Event.SrbStarted:
      return { lane: 'srb', label: `#${a} started`, detail: `SRB #${a} is to be handed to HwStartIo` }
    case Event.SrbCompleted:
      return {
        lane: 'srb',
        label: `#${a} completed`,
        detail: `SRB #${a} completed by the miniport, SrbStatus ${hexShort(b)}, ScsiStatus ${hexShort(c)}`,
      }
    case Event.SrbDone:
      return { lane: 'srb', label: `#${a} done`, detail: `SRB #${a} given back, SrbStatus ${hexShort(b)}` }
    case Event.Timeout:
      return { lane: 'srb', label: `#${a} timed out`, detail: `SRB #${a} timed out` }
    default:
      return undefined
  }
}

/** A register access, as it stands on a track of its own. */
export interface AccessWords {
  kind: 'read' | 'write' | 'bad' | 'stall'
  name: string
  /** As shown: 0x9, 12 µs. */
  value: string
  /** Virtual time the access itself takes. */
  costPs: number
}

const PORT = 0x100

/** @returns undefined for events that are no accesses */
export function accessOf(
  columns: Columns,
  i: number,
  names: PictureNames,
  costs: AccessCosts,
): AccessWords | undefined {
  const a = columns.a[i]!
  const value = hexShort(columns.b[i]!)
  const port = (columns.d[i]! & PORT) !== 0
  switch (columns.kind[i]) {
    case Event.Read: {
      const name = names.register(columns.guest[i]!, a >>> 0, 'read')
      return { kind: 'read', name, value, costPs: port ? costs.portReadPs : costs.mmioReadPs }
    }
    case Event.Write: {
      const name = names.register(columns.guest[i]!, a >>> 0, 'write')
      return { kind: 'write', name, value, costPs: port ? costs.portWritePs : costs.mmioWritePs }
    }
    case Event.BadAccess:
      return { kind: 'bad', name: `no register at ${hexShort(a)}`, value, costPs: 0 }
    case Event.Stall:
      return { kind: 'stall', name: 'ScsiPortStallExecution', value: `${a >>> 0} µs`, costPs: (a >>> 0) * 1e6 }
    default:
      return undefined
  }
}
