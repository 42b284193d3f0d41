// A spurious interrupt on the host: a neighbour holds the line, and reference-queued is asked and says no.
import { performance } from 'node:perf_hooks'
import { DIRQL } from '../../port/cpu.ts'
import { openRig } from './rig.ts'
import type { Subject } from './subject.ts'

export interface SpuriousOptions {
  drivers: string
  /** Calls of one round. */
  calls: number
}

/** @returns ns of one call of HwInterrupt, from the port driver and back: callNs */
export async function openSpurious({ drivers, calls }: SpuriousOptions): Promise<Subject> {
  const { machine, station } = await openRig({ drivers, driver: 'reference-queued', adapters: 2 })
  const { cpu, stations } = machine
  const { port } = station
  stations[1]!.port.pin.set(true)
  return {
    round: () => {
      let claimed = 0
      cpu.irql = DIRQL // as when a line is walked
      const startedHostMs = performance.now()
      for (let n = 0; n < calls; n++) if (port.interrupt()) claimed++
      const callNs = ((performance.now() - startedHostMs) * 1e6) / calls
      if (claimed > 0 || port.dead) throw new Error('the ISR claimed what was not its own')
      return { callNs }
    },
    close: () => machine.close(),
  }
}
