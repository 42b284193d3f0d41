import { describe, expect, test } from 'vitest'
import type { Bytes } from './bytes.ts'
import { SystemDmaChannel, SystemDmaRefusal } from './system-dma.ts'

const memory = (): Bytes => Uint8Array.from({ length: 256 }, (_, i) => i)

describe('a channel', () => {
  test('moves data in until its count runs out', () => {
    const channel = new SystemDmaChannel(5)
    const m = memory()
    channel.program(m, 16, 10, true)
    const buffer: Bytes = new Uint8Array(16).fill(0xaa)
    expect(channel.transfer(buffer, 0, 6, true)).toBe(6)
    expect([channel.movedBytes, channel.remainingBytes]).toEqual([6, 4])
    expect(channel.transfer(buffer, 6, 10, true)).toBe(4)
    expect(channel.transfer(buffer, 0, 1, true)).toBe(0)
    expect([...m.subarray(15, 27)]).toEqual([15, ...Array(10).fill(0xaa), 26])
  })

  test('moves data out', () => {
    const channel = new SystemDmaChannel(5)
    channel.program(memory(), 100, 8, false)
    const buffer: Bytes = new Uint8Array(12)
    expect(channel.transfer(buffer, 2, 8, false)).toBe(8)
    expect([...buffer]).toEqual([0, 0, 100, 101, 102, 103, 104, 105, 106, 107, 0, 0])
  })

  test('is refused when not programmed, and after a flush', () => {
    const channel = new SystemDmaChannel(5)
    expect(channel.transfer(new Uint8Array(4), 0, 4, true)).toBe(SystemDmaRefusal.notProgrammed)
    channel.program(memory(), 0, 4, true)
    expect(channel.programmed).toBe(true)
    channel.transfer(new Uint8Array(4), 0, 3, true)
    expect(channel.flush()).toBe(3)
    expect(channel.programmed).toBe(false)
    expect(channel.transfer(new Uint8Array(4), 0, 4, true)).toBe(SystemDmaRefusal.notProgrammed)
    expect(channel.flush()).toBe(0)
  })

  test('is refused the wrong way round, and nothing moves', () => {
    const channel = new SystemDmaChannel(5)
    const m = memory()
    channel.program(m, 0, 4, false)
    expect(channel.transfer(new Uint8Array(4).fill(0xff), 0, 4, true)).toBe(SystemDmaRefusal.wrongDirection)
    expect(m).toEqual(memory())
    expect(channel.movedBytes).toBe(0)
  })

  test('programmed again forgets what was before', () => {
    const channel = new SystemDmaChannel(5)
    channel.program(memory(), 0, 4, false)
    channel.transfer(new Uint8Array(4), 0, 4, false)
    channel.program(memory(), 8, 2, true)
    expect([channel.movedBytes, channel.remainingBytes, channel.toMemory]).toEqual([0, 2, true])
  })
})

test.each([-1, 8, 1.5, Number.NaN])('there is no channel %d', channel => {
  expect(() => new SystemDmaChannel(channel)).toThrow(RangeError)
})

test.each([
  [-1, 4],
  [254, 4],
  [0, -1],
  [0, Number.NaN],
])('a range [%d, +%d) outside memory is refused', (at, bytes) => {
  const channel = new SystemDmaChannel(5)
  expect(() => channel.program(memory(), at, bytes, true)).toThrow('is not inside 256 bytes of memory')
  expect(channel.programmed).toBe(false)
})

test('a buffer without room is the adapter’s own mistake', () => {
  const channel = new SystemDmaChannel(5)
  channel.program(memory(), 0, 16, false)
  expect(() => channel.transfer(new Uint8Array(4), 2, 4, false)).toThrow(RangeError)
})
