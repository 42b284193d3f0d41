// The adapter's command seam: actions of a fault plan in the adapter's words (device/adapters/faults.ts).
import type { CommandFault } from '../../device/adapters/faults.ts'
import type { FaultAction } from '../../schemas/faults.ts'

export function commandFault(action: FaultAction, index: number): CommandFault {
  switch (action.do) {
    case 'selection-timeout':
    case 'unexpected-disconnect':
    case 'dma-error':
    case 'lost-completion':
      return { action: action.do, index }
    case 'parity-error':
      return { action: 'parity', index }
    case 'drop-command':
      return { action: 'drop', index }
    case 'late-completion':
      return { action: 'delay', index, delayPs: action.forPs }
    case 'overrun':
      return { action: 'overrun', index, bytes: action.bytes }
    case 'underrun':
      return { action: 'underrun', index, bytes: action.bytes }
    default:
      throw new TypeError(`'${action.do}' is no command fault`)
  }
}
