// What is run to measure a driver: one workload for each depth and size, and two short runs for what a good day does not have, interrupts
// without a cause and bus resets.
import { ADAPTER_KINDS } from '../../device/adapters/kinds.ts'
import { Faults } from '../../schemas/faults.ts'
import { Machine } from '../../schemas/machine.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { formatSize } from '../../schemas/units.ts'
import { Workload } from '../../schemas/workload.ts'

export interface CellPlan {
  name: string
  scenario: Scenario
  /** Says what the driver costs under load: the others only show entry points that a load does not call. */
  load: boolean
}

export interface LeftOutCell {
  name: string
  reason: string
}

export interface Load {
  depths: readonly number[]
  sizesBytes: readonly number[]
  readPercent: number
  ios: number
}

export const DEFAULT_LOAD: Load = { depths: [1, 32], sizesBytes: [4096, 65536], readPercent: 70, ios: 1000 }

/** SRB slots of the port driver, less those it keeps for itself. */
export const MOST_DEPTH = 250

export const cellName = (sizeBytes: number, depth: number): string => `${formatSize(sizeBytes)}, depth ${depth}`

/** @param base the driver on its adapter, with costs, budgets, rules and seed; its workload does not matter */
export function cellsOf(base: Scenario, load: Load): { cells: CellPlan[]; leftOut: LeftOutCell[] } {
  const cells = load.sizesBytes.flatMap(sizeBytes =>
    load.depths.map((depth): CellPlan => {
      const workload = Workload.parse({
        read: load.readPercent,
        blockSizes: formatSize(sizeBytes),
        depth,
        ios: load.ios,
      })
      return { name: cellName(sizeBytes, depth), scenario: { ...base, workload }, load: true }
    }),
  )
  const leftOut: LeftOutCell[] = []
  const immune = ADAPTER_KINDS[base.machine.adapters[0]!.kind]?.immune ?? {}
  for (const { name, fault, depth, faults } of EXTRAS) {
    const reason = immune[fault]
    if (reason !== undefined) {
      leftOut.push({ name, reason })
      continue
    }
    const workload = Workload.parse({ read: load.readPercent, depth, ios: 40 })
    const port = { ...base.machine.port, ...SHORT_WAITS }
    const scenario = { ...base, workload, faults, machine: { ...base.machine, port } }
    cells.push({ name, scenario, load: false })
  }
  return { cells, leftOut }
}

/** Virtual seconds cost ticks only, but they are many. */
const { srbTimeoutSeconds, resetHoldPs } = Machine.shape.port.parse({ srbTimeout: '2s', resetHold: '1s' })
const SHORT_WAITS = { srbTimeoutSeconds, resetHoldPs }

const EXTRAS = [
  {
    name: 'spurious interrupts',
    fault: 'spurious-interrupt',
    depth: 1,
    faults: Faults.parse([{ when: { phase: 'idle', every: 2 }, then: [{ do: 'spurious-interrupt' }] }]),
  },
  {
    name: 'bus resets',
    fault: 'drop-command',
    depth: 4,
    faults: Faults.parse([{ when: { phase: 'run', every: 10 }, times: 4, then: [{ do: 'drop-command' }] }]),
  },
] as const
