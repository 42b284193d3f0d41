// Offsets and sizing: Ralf Brown's Interrupt List, tables 00878 and 00882; pciutils, lib/header.h.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AddressConflictError, AddressSpace } from './address-space.ts'
import { BusMemory } from './bus-memory.ts'
import type { Bytes } from './bytes.ts'
import {
  type BarOptions,
  PciBus,
  PciCommand,
  PciError,
  PciFunction,
  type PciFunctionOptions,
  PciOffset,
  slotNumber,
} from './pci.ts'
import { DeviceEvent, DiagnosticCode } from './probe.ts'
import { EchoTarget } from './testing/echo-target.ts'
import { RecordingProbe } from './testing/recording-probe.ts'

function platform() {
  const probe = new RecordingProbe()
  const memory = new AddressSpace('memory', probe)
  const port = new AddressSpace('port', probe)
  const dma = new BusMemory(probe).addSlice('guest', new Uint8Array(65536), 0, 65536).dmaPort(0)
  return { probe, memory, port, dma }
}

const memoryBar = (base: number, sizeBytes = 4096): BarOptions => ({
  space: 'memory',
  sizeBytes,
  base,
  target: new EchoTarget(),
})
const portBar = (base: number, sizeBytes = 32): BarOptions => ({
  space: 'port',
  sizeBytes,
  base,
  target: new EchoTarget(),
})

function pci(
  on: ReturnType<typeof platform>,
  bars: PciFunctionOptions['bars'],
  more: Partial<PciFunctionOptions> = {},
): PciFunction {
  return new PciFunction({
    label: 'hba',
    adapter: 0,
    vendor: 0x1af4,
    device: 0x0001,
    revision: 2,
    classCode: 0x01_00_00,
    interruptLine: 11,
    bars,
    spaces: { memory: on.memory, port: on.port },
    dma: on.dma,
    probe: on.probe,
    ...more,
  })
}

const read = (f: PciFunction, offset: number, bytes = 4): number => {
  const buffer: Bytes = new Uint8Array(4)
  expect(f.readConfig(offset, buffer, 0, bytes)).toBe(bytes)
  return new DataView(buffer.buffer).getUint32(0, true)
}

const write = (f: PciFunction, offset: number, value: number, bytes = 4): number => {
  const buffer: Bytes = new Uint8Array(4)
  new DataView(buffer.buffer).setUint32(0, value >>> 0, true)
  return f.writeConfig(offset, buffer, 0, bytes)
}

describe('configuration space', () => {
  test('has the header of type 0', () => {
    const f = pci(platform(), [memoryBar(0x7000_0000), portBar(0xe000)])
    expect(read(f, PciOffset.vendor)).toBe(0x0001_1af4)
    expect(read(f, PciOffset.revision)).toBe(0x0100_0002)
    expect(read(f, PciOffset.headerType, 1)).toBe(0)
    expect(read(f, 0x10)).toBe(0x7000_0000)
    expect(read(f, 0x14)).toBe(0xe001)
    expect(read(f, 0x18)).toBe(0)
    expect(read(f, PciOffset.subsystemVendor)).toBe(0x0001_1af4)
    expect(read(f, PciOffset.capabilities, 1)).toBe(0)
    expect(read(f, PciOffset.status, 2) & 0x10).toBe(0)
    expect(read(f, PciOffset.interruptLine, 2)).toBe(0x010b)
    expect([f.vendor, f.device, f.interruptLine, f.interruptPin]).toEqual([0x1af4, 1, 11, 1])
  })

  test('lets software change only what may be changed', () => {
    const f = pci(platform(), [memoryBar(0x7000_0000), portBar(0xe000)])
    const before: Bytes = new Uint8Array(256)
    f.readConfig(0, before, 0, 256)
    expect(f.writeConfig(0, new Uint8Array(256).fill(0xff), 0, 256)).toBe(256)
    const after: Bytes = new Uint8Array(256)
    f.readConfig(0, after, 0, 256)
    const changed = [...after.keys()].filter(i => before[i] !== after[i])
    expect(changed).toEqual([0x04, 0x05, 0x0c, 0x0d, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x3c])
    expect(f.command).toBe(
      PciCommand.io | PciCommand.memory | PciCommand.busMaster | PciCommand.parity | PciCommand.serr,
    )
  })

  test('has no decode bit for a space without a window', () => {
    const f = pci(platform(), [memoryBar(0x7000_0000)])
    write(f, PciOffset.command, 0xffff, 2)
    expect(f.command & PciCommand.io).toBe(0)
  })

  test('is read and written byte by byte, short at its end', () => {
    const f = pci(platform(), [])
    expect(read(f, 0x01, 1)).toBe(0x1a)
    write(f, PciOffset.interruptLine, 9, 1)
    expect(f.interruptLine).toBe(9)
    expect(f.readConfig(250, new Uint8Array(20), 0, 20)).toBe(6)
    expect(f.writeConfig(250, new Uint8Array(20), 0, 20)).toBe(6)
    expect(f.readConfig(256, new Uint8Array(4), 0, 4)).toBe(0)
    expect(f.readConfig(-1, new Uint8Array(4), 0, 4)).toBe(0)
    expect(f.readConfig(0, new Uint8Array(4), 3, 4)).toBe(1)
    expect(f.readConfig(0, new Uint8Array(4), 0, Number.NaN)).toBe(0)
  })
})

describe('windows', () => {
  test('tell their size when all ones are written', () => {
    const f = pci(platform(), [memoryBar(0x7000_0000, 0x2_0000), portBar(0xe000, 0x20)])
    write(f, 0x10, 0xffff_ffff)
    write(f, 0x14, 0xffff_ffff)
    expect(read(f, 0x10)).toBe(0xfffe_0000)
    expect(read(f, 0x14)).toBe(0xffff_ffe1)
    write(f, 0x10, 0x7000_0000)
    expect(read(f, 0x10)).toBe(0x7000_0000)
  })

  test('are not decoded while they are being sized', () => {
    const on = platform()
    const f = pci(on, [memoryBar(0x7000_0000)])
    f.enable()
    write(f, 0x10, 0xffff_ffff)
    expect(on.memory.regions).toEqual([])
    write(f, 0x10, 0x7000_0000)
    expect(on.memory.regions.map(r => r.base)).toEqual([0x7000_0000])
  })

  test('follow the command register', () => {
    const on = platform()
    const f = pci(on, [memoryBar(0x7000_0000), portBar(0xe000)])
    expect([on.memory.regions.length, on.port.regions.length]).toEqual([0, 0])
    write(f, PciOffset.command, PciCommand.memory, 2)
    expect([on.memory.regions.length, on.port.regions.length]).toEqual([1, 0])
    expect(on.memory.regions[0]).toMatchObject({ label: 'hba BAR0', base: 0x7000_0000, sizeBytes: 4096, adapter: 0 })
    write(f, PciOffset.command, PciCommand.io, 2)
    expect([on.memory.regions.length, on.port.regions.length]).toEqual([0, 1])
    expect(f.bars.map(bar => bar?.decoded)).toEqual([false, true])
  })

  test('answer all ones while decoding is off, and the driver is told why', () => {
    const on = platform()
    const bar = memoryBar(0x7000_0000)
    const f = pci(on, [bar])
    expect(on.memory.read(0x7000_0000, 4)).toBe(-1)
    expect(on.probe.takeCodes()).toEqual([DiagnosticCode.DecodeDisabled])
    f.enable()
    expect(on.memory.read(0x7000_0000, 4)).toBe(0x12345678)
  })

  test('move with their base', () => {
    const on = platform()
    const f = pci(on, [memoryBar(0x7000_0000)])
    f.enable()
    write(f, 0x10, 0x7800_0000)
    expect(on.memory.find(0x7000_0000)).toBeUndefined()
    expect(on.memory.read(0x7800_0004, 4)).toBe(0x12345678)
    expect(f.bars[0]!.base).toBe(0x7800_0000)
  })

  test('may change places', () => {
    const on = platform()
    const f = pci(on, [memoryBar(0x7000_0000), memoryBar(0x7000_1000)])
    f.enable()
    const both: Bytes = new Uint8Array(8)
    new DataView(both.buffer).setUint32(0, 0x7000_1000, true)
    new DataView(both.buffer).setUint32(4, 0x7000_0000, true)
    f.writeConfig(0x10, both, 0, 8)
    expect(on.memory.regions.map(r => r.label)).toEqual(['hba BAR1', 'hba BAR0'])
  })

  test('without a base stay out', () => {
    const on = platform()
    const f = pci(on, [memoryBar(0), undefined, portBar(0)])
    f.enable()
    expect([on.memory.regions.length, on.port.regions.length]).toEqual([0, 0])
    expect(f.bars[1]).toBeUndefined()
  })

  test('that a driver moves onto another adapter are reported and not decoded; the other adapter goes on', () => {
    const on = platform()
    const bar = memoryBar(0x7001_0000)
    pci(on, [bar], { label: 'other', adapter: 1 }).enable()
    const f = pci(on, [memoryBar(0x7000_0000)])
    f.enable()
    on.probe.take()
    write(f, 0x10, 0x7001_0000)
    expect(on.probe.take()).toEqual([[DeviceEvent.Diagnostic, 0, DiagnosticCode.BadSetting, 0x10, 0x7001_0000, 4]])
    expect(on.memory.find(0x7001_0000)!.target).toBe(bar.target)
    write(f, 0x10, 0x7000_0000)
    expect(f.bars[0]!.decoded).toBe(true)
  })

  test('that a driver moves out of port space are reported', () => {
    const on = platform()
    const f = pci(on, [portBar(0xe000)])
    f.enable()
    write(f, 0x10, 0x0002_0000)
    expect(on.probe.takeCodes()).toEqual([DiagnosticCode.BadSetting])
  })

  test('that firmware puts in one range are an error naming both', () => {
    const on = platform()
    pci(on, [memoryBar(0x7000_0000)], { label: 'first' }).enable()
    expect(() => pci(on, [memoryBar(0x7000_0000)], { label: 'second' }).enable()).toThrow(
      "'second BAR0' at 0x70000000-0x70000fff overlaps 'first BAR0' at 0x70000000-0x70000fff in memory space",
    )
  })

  test.each([
    [memoryBar(0x7000_0000, 3000), 'not a power of two'],
    [memoryBar(0x7000_0000, 8), 'not a power of two from 16'],
    [portBar(0xe000, 2), 'not a power of two from 4'],
    [memoryBar(0x7000_0800), 'is not a multiple of its size'],
    [memoryBar(-4096), 'is not a multiple of its size'],
    [memoryBar(2 ** 32), 'is not a multiple of its size'],
  ])('%# of impossible size or base are refused', (bar, message) => {
    expect(() => pci(platform(), [bar])).toThrow(PciError)
    expect(() => pci(platform(), [bar])).toThrow(message)
  })

  test('are six at most', () => {
    expect(() => pci(platform(), Array(7).fill(undefined))).toThrow('7 base address registers, there are 6')
  })
})

describe('bus mastering', () => {
  test('is off until enabled, and drives the DMA port', () => {
    const on = platform()
    const f = pci(on, [])
    expect(on.dma.enabled).toBe(false)
    f.enable({ busMaster: true })
    expect(on.dma.enabled).toBe(true)
    write(f, PciOffset.command, 0, 2)
    expect(on.dma.enabled).toBe(false)
    write(f, PciOffset.command, PciCommand.busMaster, 1)
    expect(on.dma.enabled).toBe(true)
  })
})

test('a function that was pulled out reads all ones, moves nothing and cannot be written, for good; its windows stay', () => {
  const on = platform()
  const f = pci(on, [memoryBar(0x7000_0000)])
  f.enable({ busMaster: true })
  f.unplug()
  write(f, PciOffset.command, 0, 2)
  write(f, 0x10, 0x7800_0000)
  expect(read(f, PciOffset.vendor)).toBe(0xffff_ffff)
  expect(read(f, 0x10)).toBe(0xffff_ffff)
  expect(on.memory.regions.map(r => r.base)).toEqual([0x7000_0000])
  expect(on.dma.enabled).toBe(false)
})

describe('the bus', () => {
  test('finds functions by slot number: bits 0-4 device, 5-7 function', () => {
    const on = platform()
    const bus = new PciBus()
    const a = pci(on, [])
    const b = pci(on, [])
    bus.add({ device: 5, fn: 3 }, b)
    bus.add({ device: 31, fn: 0 }, a)
    expect(slotNumber({ device: 5, fn: 3 })).toBe(0x65)
    expect([bus.function(0x65), bus.function(31), bus.function(5)]).toEqual([b, a, undefined])
    expect([...bus.functions()]).toEqual([
      { slotNumber: 31, function: a },
      { slotNumber: 0x65, function: b },
    ])
  })

  test('reads and writes configuration space; an empty slot gives 0 bytes', () => {
    const bus = new PciBus()
    bus.add({ device: 1, fn: 0 }, pci(platform(), []))
    const buffer: Bytes = new Uint8Array(6)
    expect(bus.readConfig(1, 0, buffer, 2, 4)).toBe(4)
    expect([...buffer]).toEqual([0, 0, 0xf4, 0x1a, 1, 0])
    expect(bus.writeConfig(1, PciOffset.interruptLine, Uint8Array.of(5), 0, 1)).toBe(1)
    expect(bus.function(1)!.interruptLine).toBe(5)
    expect(bus.readConfig(2, 0, buffer, 0, 4)).toBe(0)
    expect(bus.writeConfig(2, 0, buffer, 0, 4)).toBe(0)
  })

  test('takes one function a slot', () => {
    const bus = new PciBus()
    bus.add({ device: 1, fn: 0 }, pci(platform(), []))
    expect(() => bus.add({ device: 1, fn: 0 }, pci(platform(), [], { label: 'late' }))).toThrow(
      'late: PCI slot 1.0 holds hba already',
    )
    expect(() => bus.add({ device: 32, fn: 0 }, pci(platform(), []))).toThrow(PciError)
    expect(() => bus.add({ device: 0, fn: 8 }, pci(platform(), []))).toThrow(PciError)
  })

  test('refuses two windows assigned one range, decoded or not, and names both', () => {
    const on = platform()
    const bus = new PciBus()
    bus.add({ device: 1, fn: 0 }, pci(on, [memoryBar(0x7000_0000, 8192)], { label: 'buslogic' }))
    const second = pci(on, [undefined, memoryBar(0x7000_1000)], { label: 'reference' })
    expect(() => bus.add({ device: 2, fn: 0 }, second)).toThrow(AddressConflictError)
    expect(() => bus.add({ device: 2, fn: 0 }, second)).toThrow(
      "'reference BAR1' at 0x70001000-0x70001fff overlaps 'buslogic BAR0' at 0x70000000-0x70001fff in memory space",
    )
    bus.add({ device: 2, fn: 0 }, pci(on, [portBar(0x7000)]))
    expect(() =>
      bus.add({ device: 3, fn: 0 }, pci(on, [memoryBar(0x7100_0000), memoryBar(0x7100_0000)], { label: 'self' })),
    ).toThrow("'self BAR0'")
  })
})

test('no sequence of configuration writes throws, and the windows always match the registers', () => {
  const step = fc.record({ offset: fc.integer({ min: 0, max: 260 }), bytes: fc.uint8Array({ maxLength: 12 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), steps => {
      const on = platform()
      pci(on, [memoryBar(0x7001_0000), portBar(0xe100)], { label: 'other' }).enable()
      const f = pci(on, [memoryBar(0x7000_0000), portBar(0xe000)])
      for (const { offset, bytes } of steps) {
        f.writeConfig(offset, Uint8Array.from(bytes), 0, bytes.length)
        for (const [i, bar] of f.bars.entries()) {
          const mapped = [...on.memory.regions, ...on.port.regions].find(r => r.label === `hba BAR${i}`)
          expect(mapped?.base).toBe(bar!.decoded ? bar!.base : undefined)
          if (bar!.decoded) expect(f.command & (i === 0 ? PciCommand.memory : PciCommand.io)).not.toBe(0)
        }
        expect(on.dma.enabled).toBe((f.command & PciCommand.busMaster) !== 0)
      }
    }),
  )
})
