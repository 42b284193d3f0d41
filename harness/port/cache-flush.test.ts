import { describe, expect, test } from 'vitest'
import { SRB, SRB_FUNCTION, SRB_STATUS } from '../../schemas/scsiport.ts'
import type { MiniportSpec } from './testing/fake-miniport.ts'
import { PortBench } from './testing/port-bench.ts'

const { EXECUTE_SCSI, FLUSH, SHUTDOWN } = SRB_FUNCTION

/** A bench with one unit whose miniport notes the functions it gets. */
function bench(
  spec: Omit<MiniportSpec, 'startIo'>,
  status: number = SRB_STATUS.SUCCESS,
): { t: PortBench; seen: number[] } {
  const seen: number[] = []
  const t = new PortBench([
    {
      ...spec,
      startIo: (m, _ext, srb) => {
        seen.push(m.u8[srb + SRB.Function]!)
        m.complete(srb, m.u8[srb + SRB.Function] === EXECUTE_SCSI ? SRB_STATUS.SUCCESS : status)
        m.next()
        return true
      },
    },
  ]).boot()
  t.port.addUnit(t.port.lu(0, 0, 0), new Uint8Array(36))
  t.port.addUnit(t.port.lu(0, 1, 0), new Uint8Array(36))
  return { t, seen }
}

const caching = (on: boolean): Omit<MiniportSpec, 'startIo'> => ({ config: { CachesData: on ? 1 : 0 } })

describe('before the adapter stops (WDK: Handling SRB_FUNCTION_FLUSH and SRB_FUNCTION_SHUTDOWN)', () => {
  test('a miniport with CachesData gets FLUSH for every unit, then SHUTDOWN for every unit', () => {
    const { t, seen } = bench(caching(true))
    t.bench.shutdown()
    expect(seen).toEqual([FLUSH, FLUSH, SHUTDOWN, SHUTDOWN])
    expect(t.port.outstanding).toBe(0)
  })

  test('one without gets neither', () => {
    const { t, seen } = bench(caching(false))
    t.bench.shutdown()
    expect(seen).toEqual([])
  })

  test('one that refuses them is stopped all the same', () => {
    const { t, seen } = bench(caching(true), SRB_STATUS.INVALID_REQUEST)
    t.bench.shutdown()
    expect(seen).toHaveLength(4)
    expect(t.port.stopped).toBe(true)
  })
})
