// Many benches, one after the other, in one process: each is built, booted and closed. Does anything of them stay?
import { setTimeout as later } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { MemoryMeterCache } from '../../guest/memory-meter-cache.ts'
import { Bench } from '../../run/bench.ts'
import { buildMachine } from '../../run/machine.ts'
import { listen } from '../../run.ts'
import { runIo, scenarioOf } from './rig.ts'
import type { Subject } from './subject.ts'

export interface GrowthOptions {
  drivers: string
  /** Benches that come first: what is made once is made then. */
  warmUp: number
  /** Benches of one round. */
  benches: number
}

const CALM_TURNS = 6
const MOST_TURNS = 200

/**
 * What still grows after the warm-up is code: V8 compiles what has become hot, up to some 3 MB and 2,000 benches.
 *
 * @returns heapBefore and heapAfter, in bytes, collected; outsideBefore and outsideAfter: what hangs on the heap (memories of guests, disks);
 * rssBefore and rssAfter, with what the collector keeps for itself; reachable: objects of closed benches (machine, trace, guest's memory, port)
 * that could not be collected
 */
export function openGrowth({ drivers, warmUp, benches }: GrowthOptions): Promise<Subject> {
  const scenario = scenarioOf({ drivers, driver: 'reference-queued' })
  const io = runIo(new MemoryMeterCache())
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  // A weak reference holds its object until the turn of the event loop ends, memory outside goes some turns after its object: how many, the
  // host's threads decide. So until nothing more goes.
  const collect = async (): Promise<void> => {
    let least = Number.POSITIVE_INFINITY
    for (let n = 0, calm = 0; n < MOST_TURNS && calm < CALM_TURNS; n++) {
      await later(1)
      gc()
      const { external } = process.memoryUsage()
      calm = external < least ? 0 : calm + 1
      least = Math.min(least, external)
    }
  }
  const one = async (): Promise<WeakRef<object>[]> => {
    const machine = await buildMachine(scenario, io, trace => listen(scenario, trace, io).host)
    const [station] = machine.stations
    new Bench(machine).boot(station!)
    const found = station!.port.units.length
    machine.close()
    if (found !== 1) throw new Error('the boot did not find its disk')
    return [machine, machine.trace, station!.guest.memory, station!.port].map(part => new WeakRef<object>(part))
  }
  const many = async (count: number): Promise<WeakRef<object>[]> => {
    const parts: WeakRef<object>[] = []
    for (let n = 0; n < count; n++) parts.push(...(await one()))
    await collect()
    return parts.filter(part => part.deref() !== undefined)
  }
  return Promise.resolve({
    round: async () => {
      await many(warmUp)
      const before = process.memoryUsage()
      const reachable = (await many(benches)).length
      const after = process.memoryUsage()
      return {
        ...{ heapBefore: before.heapUsed, outsideBefore: before.external, rssBefore: before.rss },
        ...{ heapAfter: after.heapUsed, outsideAfter: after.external, rssAfter: after.rss },
        reachable,
      }
    },
    close: () => {},
  })
}
