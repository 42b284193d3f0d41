import { expect, it } from 'vitest'
import { MemoryMeterCache } from '../guest/memory-meter-cache.ts'
import { LaneCache, SingleFlightCache } from './single-flight-cache.ts'

const module = (n: number) => new Uint8Array([n])

it('a module that one lane is metering is waited for by the others', async () => {
  const behind = new MemoryMeterCache()
  const shared = new SingleFlightCache(behind)
  const [a, b, c] = [new LaneCache(shared), new LaneCache(shared), new LaneCache(shared)]
  expect(await a.get('k')).toBeUndefined()
  const waiting = [b.get('k'), c.get('k')]
  await a.put('k', module(1))
  expect(await Promise.all(waiting)).toEqual([module(1), module(1)])
  expect(await behind.get('k')).toEqual(module(1))
})

it('when that lane gives up, one of them meters it', async () => {
  const shared = new SingleFlightCache()
  const [a, b, c] = [new LaneCache(shared), new LaneCache(shared), new LaneCache(shared)]
  expect(await a.get('k')).toBeUndefined()
  const second = b.get('k')
  const third = c.get('k')
  a.release()
  expect(await second).toBeUndefined()
  await b.put('k', module(2))
  expect(await third).toEqual(module(2))
  b.release()
  expect(await a.get('k')).toEqual(module(2))
})

it('what is kept between runs is not metered at all', async () => {
  const behind = new MemoryMeterCache()
  await behind.put('k', module(3))
  const shared = new SingleFlightCache(behind)
  const lanes = [new LaneCache(shared), new LaneCache(shared)]
  expect(await Promise.all(lanes.map(lane => lane.get('k')))).toEqual([module(3), module(3)])
})
