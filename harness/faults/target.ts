// What a fault plan is given of the machine: narrow ports, one for each adapter with its miniport.
import type { Adapter, Immunity } from '../../device/adapters/adapter.ts'
import type { Bytes } from '../../device/bytes.ts'
import type { Clock } from '../../device/clock.ts'
import type { InterruptLine } from '../../device/interrupt-line.ts'
import type { ScsiBus } from '../../device/scsi/bus.ts'
import type { Trace } from '../trace/trace.ts'
import type { UnitFaults } from './unit-seam.ts'

/** An adapter as a fault plan needs it. */
export type FaultyAdapter = Pick<
  Adapter,
  'kind' | 'map' | 'pin' | 'faults' | 'remove' | 'injectBusReset' | 'injectReselection' | 'injectCauses'
>

export interface FaultTarget {
  readonly index: number
  readonly name: string
  readonly adapter: FaultyAdapter
  /** Sense data goes through it as the unit made it; false: it has statuses of its own, and the miniport makes the sense data. */
  readonly passesSense: boolean
  /** What its adapter cannot suffer. */
  readonly immune: Immunity
  readonly bus: ScsiBus
  readonly line: InterruptLine
  /** The routine of this miniport that runs now, −1 none. */
  routine(): number
  /** Requests with the miniport. */
  active(): number
  /** Serials of the SRBs with the miniport that carry this command. */
  serialsOf(target: number, lun: number, cdb: Bytes, cdbLength: number): number[]
  /** Serial of the SRB that has been with the miniport longest, −1 none. */
  oldest(): number
  /** Asks the miniport to abort an SRB. */
  abort(serial: number): void
}

export interface FaultMachine {
  readonly clock: Clock
  readonly trace: Trace
  readonly targets: readonly FaultTarget[]
  readonly seed: number
  /** The decorators of the logical units; undefined when the plan needs none. */
  readonly units: UnitFaults | undefined
}
