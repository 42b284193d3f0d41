import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BusMemory, BusMemoryError, type BusSlice, type DmaPort, GrantAccess, PAGE_BYTES } from './bus-memory.ts'
import type { Bytes } from './bytes.ts'
import { DmaRefusal } from './dma-fault.ts'
import { DeviceEvent, DiagnosticCode, DmaFaultKind } from './probe.ts'
import { RecordingProbe } from './testing/recording-probe.ts'

const ADAPTER = 3
const KiB = 1024
const MiB = 1024 * KiB

function bench(bytes = 64 * KiB, offset = 16 * KiB) {
  const probe = new RecordingProbe()
  const bus = new BusMemory(probe)
  const memory: Bytes = new Uint8Array(bytes)
  const slice = bus.addSlice('guest #0', memory, offset, bytes - offset)
  return { probe, bus, memory, slice, port: slice.dmaPort(ADAPTER), at: offset }
}

const pattern = (bytes: number): Bytes => Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + 1) & 0xff)

/** Every sector of a driver's scatter/gather list: one transfer for each physically contiguous piece. */
function transfer(
  slice: BusSlice,
  at: number,
  length: number,
  one: (pa: number, done: number, count: number) => boolean,
): boolean {
  for (let done = 0; done < length; ) {
    const count = Math.min(length - done, slice.contiguousBytes(at + done))
    if (!one(slice.physicalOf(at + done), done, count)) return false
    done += count
  }
  return true
}

describe('slices', () => {
  test.each([
    ['offset not a page', 100, 4096, 'must be multiples of 4096'],
    ['length not a page', 4096, 100, 'must be multiples of 4096'],
    ['empty', 4096, 0, 'is not inside'],
    ['beyond the memory', 8192, 8192, 'is not inside'],
    ['before the memory', -4096, 4096, 'is not inside'],
  ])('%s: refused', (_, offset, length, message) => {
    expect(() => new BusMemory(new RecordingProbe()).addSlice('x', new Uint8Array(12288), offset, length)).toThrow(
      message,
    )
    expect(() => new BusMemory(new RecordingProbe()).addSlice('x', new Uint8Array(12288), offset, length)).toThrow(
      BusMemoryError,
    )
  })

  test('lie below the register windows, apart from each other, above their own indexes', () => {
    const bus = new BusMemory(new RecordingProbe())
    const slices = Array.from({ length: 8 }, (_, i) =>
      bus.addSlice(`guest #${i}`, new Uint8Array(8 * MiB), 4 * MiB, 4 * MiB),
    )
    let end = 0x1000_0000
    for (const slice of slices) {
      expect(slice.base).toBeGreaterThanOrEqual(end)
      expect(slice.base).toBeGreaterThanOrEqual(slice.memory.length)
      end = slice.base + slice.sizeBytes + PAGE_BYTES
    }
    expect(end).toBeLessThan(0x6000_0000)
  })

  test('that do not fit below lie above 4 GiB, where they work the same', () => {
    const bus = new BusMemory(new RecordingProbe())
    const big = bus.addSlice('big', new Uint8Array(128 * MiB), 0, 128 * MiB)
    const second = bus.addSlice('second', new Uint8Array(96 * MiB), 0, 96 * MiB)
    expect(big.base).toBeGreaterThanOrEqual(2 ** 32)
    expect(second.base).toBeGreaterThanOrEqual(big.base + big.sizeBytes)
    second.memory.set(pattern(PAGE_BYTES), 5 * PAGE_BYTES)
    second.grant(5 * PAGE_BYTES, PAGE_BYTES, GrantAccess.both)
    const buffer: Bytes = new Uint8Array(PAGE_BYTES)
    expect(second.dmaPort(0).read(second.physicalOf(5 * PAGE_BYTES), buffer, 0, PAGE_BYTES)).toBe(true)
    expect(buffer).toEqual(pattern(PAGE_BYTES))
  })
})

describe('transfers', () => {
  test.each([1, 7, 31, 32, 33, 512, 4096])('of %d bytes inside a page move exactly these bytes', length => {
    const { memory, slice, port, at } = bench()
    slice.grant(at, PAGE_BYTES, GrantAccess.both)
    const offset = PAGE_BYTES - length
    expect(port.write(slice.physicalOf(at + offset), pattern(length + 8), 4, length)).toBe(true)
    expect(memory.subarray(at + offset, at + PAGE_BYTES)).toEqual(pattern(length + 8).subarray(4, 4 + length))
    expect(memory.subarray(0, at + offset).every(byte => byte === 0)).toBe(true)
    const buffer: Bytes = new Uint8Array(length + 8)
    expect(port.read(slice.physicalOf(at + offset), buffer, 4, length)).toBe(true)
    expect(buffer.subarray(4, 4 + length)).toEqual(pattern(length + 8).subarray(4, 4 + length))
    expect([port.readBytes, port.writtenBytes, port.faults]).toEqual([length, length, 0])
  })

  test('in place: a granted piece of one page is shown where it lies, everything else is not, and nothing is reported', () => {
    const { memory, slice, port, at, probe } = bench()
    memory.set(pattern(PAGE_BYTES), at)
    slice.grant(at, 256, GrantAccess.both)
    slice.grant(at + PAGE_BYTES, PAGE_BYTES, GrantAccess.write)
    const pa = slice.physicalOf(at)
    expect(port.look(pa + 64, 128)).toBe(at + 64)
    expect(port.bytes).toBe(memory)
    expect(port.readBytes).toBe(128)
    const refused = [
      port.look(pa + 192, 65), // beyond the grant
      port.look(slice.physicalOf(at + PAGE_BYTES), 8), // for the other direction
      port.look(slice.physicalOf(at + 2 * PAGE_BYTES), 8), // never granted
      port.look(at, 8), // no address of the bus
    ]
    port.enabled = false
    refused.push(port.look(pa, 8))
    expect(refused).toEqual([-1, -1, -1, -1, -1])
    expect([port.readBytes, port.faults, probe.take()]).toEqual([128, 0, []])
  })

  test('in place: not across pages, even of a common buffer', () => {
    const { slice, port, at } = bench()
    const pa = slice.makeContiguous(at, 2 * PAGE_BYTES)
    slice.grant(at, 2 * PAGE_BYTES, GrantAccess.both)
    expect([port.look(pa + PAGE_BYTES - 64, 64), port.look(pa + PAGE_BYTES - 64, 65)]).toEqual([
      at + PAGE_BYTES - 64,
      -1,
    ])
  })

  test('cross pages of a common buffer', () => {
    const { memory, slice, port, at } = bench()
    const pa = slice.makeContiguous(at, 3 * PAGE_BYTES)
    slice.grant(at, 3 * PAGE_BYTES, GrantAccess.both)
    expect(port.write(pa + 100, pattern(9000), 0, 9000)).toBe(true)
    expect(memory.subarray(at + 100, at + 9100)).toEqual(pattern(9000))
  })

  test('do not cross into the next virtual page of a scattered buffer', () => {
    const { memory, slice, port, at, probe } = bench()
    slice.grant(at, 2 * PAGE_BYTES, GrantAccess.both)
    expect(port.write(slice.physicalOf(at), pattern(5000), 0, 5000)).toBe(false)
    expect(memory[at + PAGE_BYTES]).toBe(0)
    expect(memory.subarray(at, at + PAGE_BYTES)).toEqual(pattern(PAGE_BYTES))
    expect(probe.take()).toEqual([
      [DeviceEvent.DmaFault, ADAPTER, slice.physicalOf(at), 0, 5000, 1 | (DmaFaultKind.beyond << 8)],
    ])
  })

  test('of no bytes always succeed', () => {
    const { port } = bench()
    expect(port.read(0, new Uint8Array(0), 0, 0)).toBe(true)
  })

  test('with too small a buffer are the adapter’s own mistake', () => {
    const { port } = bench()
    expect(() => port.read(0, new Uint8Array(4), 2, 3)).toThrow(RangeError)
    expect(() => port.write(0, new Uint8Array(4), -1, 3)).toThrow(RangeError)
    expect(() => port.write(0, new Uint8Array(4), 0, -3)).toThrow(RangeError)
  })

  test('in pieces carry any buffer there and back', () => {
    fc.assert(
      fc.property(fc.nat(20_000), fc.integer({ min: 1, max: 20_000 }), fc.boolean(), (skip, length, contiguous) => {
        const { memory, slice, port, at } = bench()
        const from = at + skip
        if (contiguous) slice.makeContiguous(from, length)
        slice.grant(from, length, GrantAccess.both)
        const data = pattern(length)
        expect(transfer(slice, from, length, (pa, done, count) => port.write(pa, data, done, count))).toBe(true)
        expect(memory.subarray(from, from + length)).toEqual(data)
        const back: Bytes = new Uint8Array(length)
        expect(transfer(slice, from, length, (pa, done, count) => port.read(pa, back, done, count))).toBe(true)
        expect(back).toEqual(data)
      }),
      { numRuns: 40 },
    )
  })
})

describe('above 4 GiB', () => {
  test('a slice moves there before anything was handed out, and half an address is told as such', () => {
    const { slice, port, at, probe } = bench()
    slice.moveHigh()
    const pa = slice.physicalOf(at)
    expect(pa).toBeGreaterThanOrEqual(2 ** 32)
    slice.moveHigh()
    expect(slice.physicalOf(at)).toBe(pa)
    slice.grant(at, 16, GrantAccess.both)
    expect(port.write(pa, pattern(16), 0, 16)).toBe(true)
    probe.take()
    expect(port.write(pa % 2 ** 32, pattern(16), 0, 16)).toBe(false)
    expect(probe.take()).toEqual([[DeviceEvent.DmaFault, ADAPTER, pa | 0, 0, 16, 1 | (DmaFaultKind.truncated << 8)]])
  })
})

describe('refusals', () => {
  /** A 16-byte write to `pa` must be refused for this reason, move nothing and be told to the probe. */
  function refused(
    b: ReturnType<typeof bench>,
    pa: number,
    refusal: string,
    text: RegExp,
    one: 'read' | 'write' = 'write',
  ) {
    const { port, bus, probe, memory } = b
    probe.take()
    const before = memory.slice()
    const buffer: Bytes = new Uint8Array(16).fill(0xee)
    expect(port[one](pa, buffer, 0, 16)).toBe(false)
    expect(memory).toEqual(before)
    expect(buffer.every(byte => byte === 0xee)).toBe(true)
    expect(port.lastFault).toBe(bus.lastFault)
    expect(bus.lastFault).toMatchObject({
      refusal,
      address: pa,
      lengthBytes: 16,
      write: one === 'write',
      adapter: ADAPTER,
    })
    expect(bus.lastFault!.text).toMatch(text)
    expect(bus.lastFault!.text).toContain('16 bytes')
    expect(bus.lastFault!.text).toContain(`0x${pa.toString(16).padStart(8, '0')}`)
    expect(probe.take()).toEqual([
      [
        DeviceEvent.DmaFault,
        ADAPTER,
        pa | 0,
        Math.floor(pa / 2 ** 32),
        16,
        (one === 'write' ? 1 : 0) | ((refusal === DmaRefusal.beyondGrant ? DmaFaultKind.beyond : 0) << 8),
      ],
    ])
  }

  test('never granted', () => {
    const b = bench()
    refused(b, b.slice.physicalOf(b.at), DmaRefusal.neverGranted, /was never granted/)
  })

  test('granted once and revoked, with the request it was for', () => {
    const b = bench()
    b.slice.grant(b.at, 512, GrantAccess.both, 17)
    b.slice.revoke(b.at, 512)
    refused(b, b.slice.physicalOf(b.at), DmaRefusal.revoked, /was granted for request #17 and has been revoked/)
    expect(b.bus.lastFault!.owner).toBe(17)
  })

  test('granted for the other direction', () => {
    const b = bench()
    b.slice.grant(b.at, 512, GrantAccess.read, 4)
    refused(b, b.slice.physicalOf(b.at), DmaRefusal.direction, /request #4 for the other direction only/)
    b.slice.revoke(b.at, 512)
    b.slice.grant(b.at, 512, GrantAccess.write)
    refused(b, b.slice.physicalOf(b.at), DmaRefusal.direction, /other direction/, 'read')
  })

  test.each([
    ['one byte before', -1],
    ['one byte beyond', 100 - 16 + 1],
  ])('%s the granted range', (_, skew) => {
    const b = bench()
    b.slice.grant(b.at + 200, 100, GrantAccess.both)
    refused(b, b.slice.physicalOf(b.at + 200 + skew), DmaRefusal.beyondGrant, /but not all of these bytes/)
    expect(b.port.write(b.slice.physicalOf(b.at + 200), new Uint8Array(100), 0, 100)).toBe(true)
  })

  test('memory of another guest, by name', () => {
    const b = bench()
    const other = b.bus.addSlice('guest #1', new Uint8Array(8192), 0, 8192)
    other.grant(0, 8192, GrantAccess.both)
    refused(b, other.physicalOf(0), DmaRefusal.foreign, /memory of another guest \(guest #1\)/)
    expect(other.memory.every(byte => byte === 0)).toBe(true)
  })

  test('an index into linear memory used as an address', () => {
    const b = bench()
    b.slice.grant(b.at, 4096, GrantAccess.both)
    refused(b, b.at, DmaRefusal.noMemory, /it looks like a virtual one/)
  })

  test.each([0, 0x6fff_ffff, 0x7000_0000, 0xffff_fff0, 2 ** 33, 2 ** 52])('no memory at %d', pa => {
    refused(bench(), pa, DmaRefusal.noMemory, /there is no memory at/)
  })

  test('the old address of a page that became part of a common buffer', () => {
    const b = bench()
    const old = b.slice.physicalOf(b.at)
    b.slice.makeContiguous(b.at, 8192)
    b.slice.grant(b.at, 8192, GrantAccess.both)
    refused(b, old, DmaRefusal.noMemory, /there is no memory/)
  })

  test('a transfer that runs over the end of a common buffer stops there', () => {
    const b = bench()
    const pa = b.slice.makeContiguous(b.at, 4096)
    b.slice.grant(b.at, 4096, GrantAccess.both)
    expect(b.port.write(pa + 4000, pattern(200), 0, 200)).toBe(false)
    expect(b.bus.lastFault).toMatchObject({ faultAddress: pa + 4096, refusal: DmaRefusal.noMemory })
  })

  test('bus mastering off', () => {
    const b = bench()
    b.slice.grant(b.at, 4096, GrantAccess.both)
    b.port.enabled = false
    const pa = b.slice.physicalOf(b.at)
    expect(b.port.read(pa, new Uint8Array(8), 0, 8)).toBe(false)
    expect(b.port.write(pa, new Uint8Array(8), 0, 8)).toBe(false)
    expect(b.probe.takeCodes()).toEqual([DiagnosticCode.BusMasterDisabled, DiagnosticCode.BusMasterDisabled])
    expect(b.bus.lastFault!.text).toMatch(/bus mastering is off/)
    b.port.enabled = true
    expect(b.port.read(pa, new Uint8Array(8), 0, 8)).toBe(true)
  })

  test('any address and length neither throws nor touches memory that is not granted', () => {
    const addresses = fc.oneof(
      fc.maxSafeNat(),
      fc.integer({ min: 0x1000_0000, max: 0x1010_0000 }),
      fc.constantFrom(2 ** 63, 2 ** 64 - 2048),
    )
    fc.assert(
      fc.property(addresses, fc.nat(10_000), (pa, length) => {
        const { memory, slice, port, at } = bench()
        slice.grant(at + 8192, 4096, GrantAccess.both)
        port.write(pa, new Uint8Array(length).fill(0xff), 0, length)
        memory.fill(0, at + 8192, at + 12288)
        return memory.every(byte => byte === 0)
      }),
    )
  })
})

describe('two ports of one slice', () => {
  test('are switched on and off apart', () => {
    const { slice, at } = bench()
    slice.grant(at, 16, GrantAccess.both)
    const [a, b]: [DmaPort, DmaPort] = [slice.dmaPort(0), slice.dmaPort(1)]
    a.enabled = false
    expect(a.read(slice.physicalOf(at), new Uint8Array(4), 0, 4)).toBe(false)
    expect(b.read(slice.physicalOf(at), new Uint8Array(4), 0, 4)).toBe(true)
  })
})
