// From the codes of this adapter to the neutral words of the trace.
import { HostStatus } from '../../probe.ts'
import { K } from './format.ts'

const TABLE = new Uint8Array(256).fill(HostStatus.badCommand)
for (const [btstat, host] of [
  [K.BTSTAT_OK, HostStatus.ok],
  [K.BTSTAT_LINKED, HostStatus.ok],
  [K.BTSTAT_LINKED_FLAG, HostStatus.ok],
  [K.BTSTAT_DATA_UNDERRUN, HostStatus.underrun],
  [K.BTSTAT_SELECTION_TIMEOUT, HostStatus.selectionTimeout],
  [K.BTSTAT_DATA_OVERRUN, HostStatus.overrun],
  [K.BTSTAT_UNEXPECTED_BUS_FREE, HostStatus.unexpectedDisconnect],
  [K.BTSTAT_INVALID_PHASE, HostStatus.unexpectedDisconnect],
  [K.BTSTAT_DUPLICATE_CCB, HostStatus.badTag],
  [K.BTSTAT_SENSE_FAILED, HostStatus.dmaError],
  [K.BTSTAT_HARDWARE_FAILURE, HostStatus.dmaError],
  [K.BTSTAT_ADAPTER_RESET_BUS, HostStatus.busReset],
  [K.BTSTAT_OTHER_RESET_BUS, HostStatus.busReset],
  [K.BTSTAT_BAD_RECONNECT, HostStatus.badReselection],
  [K.BTSTAT_BUS_DEVICE_RESET, HostStatus.busReset],
  [K.BTSTAT_QUEUE_ABORTED, HostStatus.aborted],
  [K.BTSTAT_PARITY, HostStatus.parity],
] as const)
  TABLE[btstat] = host

/** What a host adapter status means, when nothing else is known of the command: an underrun has the code of an overrun. */
export function hostStatusOf(btstat: number): number {
  return TABLE[btstat & 0xff]!
}
