import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  AddressConflictError,
  AddressSpace,
  AddressSpaceError,
  allOnes,
  PLATFORM,
  type Region,
} from './address-space.ts'
import { DeviceEvent, DiagnosticCode } from './probe.ts'
import { EchoTarget } from './testing/echo-target.ts'
import { RecordingProbe } from './testing/recording-probe.ts'

const region = (base: number, sizeBytes: number, label = 'a', adapter = 0): Region & { target: EchoTarget } => ({
  base,
  sizeBytes,
  target: new EchoTarget(),
  adapter,
  label,
})

function space(kind: 'memory' | 'port' = 'memory') {
  const probe = new RecordingProbe()
  return { probe, space: new AddressSpace(kind, probe) }
}

describe('mapped regions', () => {
  test('get offset, width and value', () => {
    const { space: memory, probe } = space()
    const a = region(0x7000_0000, 4096)
    memory.map(a)
    expect(memory.read(0x7000_0010, 4)).toBe(0x12345678)
    memory.write(0x7000_0ffe, 2, 0xbeef)
    memory.write(0x7000_0003, 1, 0xff)
    expect(a.target.reads).toEqual([[0x10, 4]])
    expect(a.target.writes).toEqual([
      [0xffe, 2, 0xbeef],
      [3, 1, 0xff],
    ])
    expect(probe.events).toEqual([])
  })

  test('are found at both ends and nowhere else, in any order of asking', () => {
    const { space: memory } = space()
    const regions = [region(0x7000_2000, 0x1000, 'c'), region(0x7000_0000, 0x100, 'a'), region(0x7000_0100, 0x100, 'b')]
    for (const r of regions) memory.map(r)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0x6fff_ff00, max: 0x7000_3100 })), addresses => {
        for (const address of addresses)
          expect(memory.find(address)).toBe(regions.find(r => address >= r.base && address < r.base + r.sizeBytes))
      }),
    )
    expect(memory.regions.map(r => r.label)).toEqual(['a', 'b', 'c'])
  })

  test('answer no more once unmapped, even right after an access', () => {
    const { space: memory } = space()
    const a = region(0x7000_0000, 4096)
    memory.map(a)
    memory.read(0x7000_0000, 4)
    memory.unmap(a)
    memory.unmap(a)
    expect(memory.find(0x7000_0000)).toBeUndefined()
    expect(memory.read(0x7000_0000, 4)).toBe(-1)
    expect(a.target.reads.length).toBe(1)
  })

  test.each([
    ['the same range', 0x7000_0000, 0x1000],
    ['the last byte', 0x7000_0fff, 1],
    ['around it', 0x6fff_f000, 0x4000],
    ['inside it', 0x7000_0800, 4],
  ])('may not overlap: %s names both regions and their ranges', (_, base, sizeBytes) => {
    const { space: memory } = space()
    memory.map(region(0x7000_0000, 0x1000, 'first BAR0'))
    const second = region(base, sizeBytes, 'second BAR0')
    expect(() => memory.map(second)).toThrow(AddressConflictError)
    expect(() => memory.map(second)).toThrow(
      `'second BAR0' at 0x${base.toString(16)}-0x${(base + sizeBytes - 1).toString(16)} overlaps 'first BAR0' at 0x70000000-0x70000fff in memory space`,
    )
    expect(memory.regions.length).toBe(1)
  })

  test('may touch', () => {
    const { space: memory } = space()
    memory.map(region(0x7000_0000, 0x1000))
    memory.map(region(0x7000_1000, 0x1000))
    memory.map(region(0x6fff_f000, 0x1000))
    expect(memory.regions.length).toBe(3)
  })

  test.each([
    ['memory', 0xffff_f000, 0x1001],
    ['port', 0xffff, 2],
    ['port', 0x1_0000, 1],
    ['memory', -1, 4],
    ['memory', 0, 0],
    ['memory', 0.5, 4],
  ] as const)('in %s space at %d, %d bytes: outside the space', (kind, base, sizeBytes) => {
    const { space: some } = space(kind)
    expect(() => some.map(region(base, sizeBytes))).toThrow(AddressSpaceError)
  })

  test('reach to the very end of the space', () => {
    const { space: memory } = space()
    memory.map(region(0xffff_f000, 0x1000))
    expect(memory.read(0xffff_fffc, 4)).toBe(0x12345678)
  })
})

describe('what nobody answers', () => {
  test.each([
    [1, 0xff],
    [2, 0xffff],
    [4, -1],
  ])('reads all ones, %d bytes wide; writes are dropped; both are counted and reported', (widthBytes, ones) => {
    const { space: memory, probe } = space()
    expect(memory.read(0x7100_0000, widthBytes)).toBe(ones)
    expect(allOnes(widthBytes)).toBe(ones)
    memory.write(0x7100_0000, widthBytes, 5)
    expect([memory.unmappedReads, memory.unmappedWrites, memory.refusedAccesses]).toEqual([1, 1, 0])
    expect(probe.take()).toEqual([
      [DeviceEvent.Diagnostic, PLATFORM, DiagnosticCode.Unmapped, 0x7100_0000, 0, widthBytes],
      [DeviceEvent.Diagnostic, PLATFORM, DiagnosticCode.Unmapped, 0x7100_0000, 5, widthBytes],
    ])
  })

  test('includes an access that runs over the end of a region', () => {
    const { space: ports, probe } = space('port')
    const a = region(0x330, 2, 'a', 7)
    ports.map(a)
    expect(ports.read(0x330, 4)).toBe(-1)
    ports.write(0x330, 4, 1)
    expect(a.target).toMatchObject({ reads: [], writes: [] })
    expect([ports.unmappedReads, ports.unmappedWrites]).toEqual([1, 1])
    expect(probe.take()[0]).toEqual([DeviceEvent.Diagnostic, 7, DiagnosticCode.Unmapped, 0x330, 0, 4])
  })

  test('names its owner when a region lies dormant there', () => {
    const { space: memory, probe } = space()
    const a = region(0x7000_0000, 4096, 'a', 2)
    memory.mapDormant(a)
    expect(memory.read(0x7000_0ffc, 4)).toBe(-1)
    expect(probe.take()).toEqual([[DeviceEvent.Diagnostic, 2, DiagnosticCode.DecodeDisabled, 0x7000_0ffc, 0, 4]])
    memory.unmap(a)
    memory.read(0x7000_0ffc, 4)
    expect(probe.takeCodes()).toEqual([DiagnosticCode.Unmapped])
    expect(memory.unmappedReads).toBe(2)
  })
})

describe('refused accesses', () => {
  test('every width at every offset around a region: each either reaches the target whole or is reported', () => {
    const { space: memory, probe } = space()
    const a = region(0x7000_0000, 64)
    memory.map(a)
    for (const widthBytes of [0, 1, 2, 3, 4, 8, -1, Number.NaN, 1.5])
      for (let address = 0x6fff_fff8; address < 0x7000_0048; address++) {
        const whole = [1, 2, 4].includes(widthBytes) && address % widthBytes === 0
        const inside = address >= a.base && address + widthBytes <= a.base + a.sizeBytes
        const value = memory.read(address, widthBytes)
        memory.write(address, widthBytes, 1)
        const codes = probe.takeCodes()
        if (whole && inside) {
          expect(value).toBe(0x12345678)
          expect(codes).toEqual([])
          expect(a.target.reads.pop()).toEqual([address - a.base, widthBytes])
          expect(a.target.writes.pop()).toEqual([address - a.base, widthBytes, 1])
        } else {
          const code = ![1, 2, 4].includes(widthBytes)
            ? DiagnosticCode.BadAccessWidth
            : whole
              ? DiagnosticCode.Unmapped
              : DiagnosticCode.Unaligned
          expect(value).toBe(allOnes(widthBytes))
          expect(codes).toEqual([code, code])
        }
        expect([a.target.reads.length, a.target.writes.length]).toEqual([0, 0])
      }
    expect(memory.refusedAccesses).toBeGreaterThan(0)
  })

  test('no access throws, whatever the address', () => {
    const { space: memory } = space()
    const a = region(0x7000_0000, 4096)
    memory.map(a)
    fc.assert(
      fc.property(
        fc.oneof(fc.double(), fc.constantFrom(Number.NaN, 2 ** 32 + 0x7000_0000)),
        fc.integer(),
        fc.integer(),
        (address, widthBytes, value) => {
          expect(Number.isInteger(memory.read(address, widthBytes))).toBe(true)
          memory.write(address, widthBytes, value)
          expect(a.target.reads.every(([offset]) => offset >= 0 && offset < 4096)).toBe(true)
        },
      ),
    )
  })
})
