// The seam for faults: what may go wrong with one command, decided once, when the adapter has its CDB. The engines carry the
// decision out on the paths that a real fault would take; without a plan the seam costs one comparison a command.
//
// Not here: BUSY, QUEUE FULL, RESERVATION CONFLICT and CHECK CONDITION belong to the logical unit (wrap it, then REQUEST SENSE
// agrees); spurious, stuck and lost interrupts belong to the line. Events nobody asked for are methods of the adapter:
// `injectBusReset`, `injectReselection`, `injectDeviceChange`, `injectCauses`.
import { DeviceEvent, type Probe } from '../probe.ts'
import type { ScsiTask } from '../scsi/task.ts'

/**
 * | action | what happens |
 * |---|---|
 * | `selection-timeout` | nobody answers, though the target is there |
 * | `parity` | after `bytes` of the data the command ends with HOST_PARITY; data out is not carried out |
 * | `unexpected-disconnect` | the same with HOST_UNEXPECTED_DISCONNECT |
 * | `drop` | the target never answers: the tag stays busy until an abort or a reset |
 * | `lost-completion` | the command is carried out, its data moves, its end is never told; the tag stays busy |
 * | `delay` | the target takes `delayPs` longer, then all goes well |
 * | `overrun` | all data moves, then the target asks for more: HOST_OVERRUN |
 * | `underrun` | the target moves `bytes` fewer |
 * | `dma-error` | the first data transfer fails: DMA_ERROR, in queued mode HOST_DMA_ERROR |
 * | `host-status` | the command is not carried out and ends with `hostStatus` (HOST_…) |
 */
export type CommandFaultAction =
  | 'selection-timeout'
  | 'parity'
  | 'unexpected-disconnect'
  | 'drop'
  | 'lost-completion'
  | 'delay'
  | 'overrun'
  | 'underrun'
  | 'dma-error'
  | 'host-status'

export interface CommandFault {
  readonly action: CommandFaultAction
  /** Index in the scenario, comes back in the `FaultInjected` event. */
  readonly index: number
  /** `parity`, `unexpected-disconnect`: data bytes moved before it (default 0). `underrun`: bytes that are missing (default all). */
  readonly bytes?: number
  /** `delay` only. */
  readonly delayPs?: number
  /** `host-status` only, 0 to 255. */
  readonly hostStatus?: number
}

export interface CommandFaults {
  /** @param task target, LUN, tag and CDB are valid; must not be changed or kept. @returns undefined: nothing goes wrong */
  decide(task: ScsiTask): CommandFault | undefined
}

/** The one question to the plan about a command; the probe is told when something will go wrong. @param index of the adapter */
export function faultOf(
  faults: CommandFaults | undefined,
  task: ScsiTask,
  tag: number,
  probe: Probe,
  index: number,
): CommandFault | undefined {
  const fault = faults?.decide(task)
  if (fault !== undefined) probe.emit(DeviceEvent.FaultInjected, index, fault.index, tag, 0, 0)
  return fault
}

/** Data bytes that move under a fault, of `bytes` that would. */
export function bytesUnder(fault: CommandFault | undefined, bytes: number): number {
  if (fault === undefined) return bytes
  switch (fault.action) {
    case 'parity':
    case 'unexpected-disconnect':
      return Math.min(bytes, Math.max(0, fault.bytes ?? 0))
    case 'underrun':
      return Math.max(0, bytes - Math.max(0, fault.bytes ?? bytes))
    default:
      return bytes
  }
}
