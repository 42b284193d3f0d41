// Faults of a plan that an NVMe controller cannot suffer, and why.
import type { FaultAction } from '../../../schemas/faults.ts'
import type { Immunity } from '../adapter.ts'

const NO_BUS = 'a namespace is part of its controller: there is no bus between them'

export const NVME_IMMUNITY = {
  'selection-timeout': `${NO_BUS}, and nobody is selected`,
  'unexpected-disconnect': `${NO_BUS} that a target could leave`,
  'reselect-unknown-tag': `${NO_BUS}, and nobody reselects`,
  'bus-reset': `${NO_BUS} that somebody else could reset`,
  overrun: 'the command says how much data moves, and the controller moves that much or fails',
  underrun: 'the command says how much data moves, and the controller moves that much or fails',
} as const satisfies Immunity & Partial<Record<FaultAction['do'], string>>
