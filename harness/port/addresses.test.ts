// Physical and virtual addresses, the common buffer, PCI configuration space. Sources: WDK ScsiPortGetPhysicalAddress,
// ScsiPortGetVirtualAddress, ScsiPortGetUncachedExtension, ScsiPortGetBusData, ScsiPortSetBusDataByOffset.
import { describe, expect, test } from 'vitest'
import { PS } from '../../device/clock.ts'
import { SP_RETURN } from '../../schemas/scsiport.ts'
import { Event, Finding, StopKind } from '../trace/events.ts'
import { type FakeMiniport, found, type MiniportSpec } from './testing/fake-miniport.ts'
import { type BenchOptions, PortBench } from './testing/port-bench.ts'
import { TOY } from './testing/toy-adapter.ts'

const MASTER: MiniportSpec = {
  hwid: { NeedPhysicalAddresses: 1, SrbExtensionSize: 40, AutoRequestSense: 1 },
  config: { Master: 1 },
  uncachedBytes: 5000,
}
const bench = (spec: MiniportSpec = MASTER, options: BenchOptions = {}): PortBench =>
  new PortBench([spec], options).boot()
const uncachedAt = (t: PortBench): number => t.guest.calls.find(c => c.routine === 'uncached')!.args[0]!
/** Runs something in HwFindAdapter, with Master set. */
const inFindAdapter = (
  body: (m: FakeMiniport, config: number, t: PortBench) => void,
  options: BenchOptions = {},
): PortBench => {
  const t: PortBench = new PortBench(
    [
      {
        ...MASTER,
        findAdapter: (m, ...args) => {
          m.config(args[4]!, 'Master', 1)
          body(m, args[4]!, t)
          m.config(args[4]!, 'NumberOfBuses', 1)
          return SP_RETURN.FOUND
        },
      },
    ],
    options,
  )
  return t.boot()
}

describe('ScsiPortGetPhysicalAddress of a data buffer', () => {
  test('walks it piece by piece: pages are scattered, lengths end at pages and at the buffer', () => {
    const t = bench(MASTER, { dataBytes: 12288 })
    t.port.take() // the next buffer begins in the middle of a page
    const io = t.request({ direction: 'in', bytes: 10000 })
    const { dataAt } = io.slot
    const first = 4096 - (dataAt % 4096)
    const pieces: number[] = []
    t.interrupt(m => {
      const va = m.srb(io.at, 'DataBuffer')
      let last = -1
      for (let done = 0; done < 10000; ) {
        const { pa, length } = m.physical(io.at, va + done)
        expect(pa).toBe(t.port.slice.physicalOf(dataAt + done))
        expect(pa).not.toBe(dataAt + done)
        expect(pa).not.toBe(last)
        last = pa + length
        pieces.push(length)
        done += length
      }
    })
    expect(pieces).toEqual([first, 4096, 10000 - first - 4096])
    expect(t.events(Event.GetPhysical)[0]).toMatchObject({ a: io.serial, c: first, d: 1 })
  })

  test('from the middle: the rest of the piece', () => {
    const t = bench()
    const io = t.request({ direction: 'in', bytes: 4096 })
    t.interrupt(m => expect(m.physical(io.at, m.srb(io.at, 'DataBuffer') + 100).length).toBe(3996))
  })

  const refused: [string, (t: PortBench, m: FakeMiniport, srb: number) => [number, number]][] = [
    ['one byte behind the buffer', (_t, m, srb) => [srb, m.srb(srb, 'DataBuffer') + 512]],
    ['one byte before it', (_t, m, srb) => [srb, m.srb(srb, 'DataBuffer') - 1]],
    ['the data buffer without its SRB', (_t, m, srb) => [0, m.srb(srb, 'DataBuffer')]],
    ['the SRB extension with the SRB', (_t, m, srb) => [srb, m.srb(srb, 'SrbExtension')]],
    ['the SRB itself', (_t, _m, srb) => [0, srb]],
    ['the device extension', (_t, m) => [0, m.extension]],
    ['the miniport own memory', (_t, m) => [0, m.alloc(16)]],
    ['an SRB that is none', (_t, m, srb) => [m.alloc(64), m.srb(srb, 'DataBuffer')]],
    ['an SRB that is not active', (t, m, srb) => [t.port.slots[5]!.at, m.srb(srb, 'DataBuffer')]],
    ['behind the common buffer', (t, _m) => [0, t.port.commonBuffer!.at + t.port.commonBuffer!.bytes]],
  ]
  test.each(refused)('%s: address 0, length 0, and a finding (Driver Verifier 0xF1/0x1006)', (_name, place) => {
    const t = bench()
    const io = t.request({ direction: 'in', bytes: 512 })
    t.interrupt(m => {
      const [srb, va] = place(t, m, io.at)
      expect(m.physical(srb, va)).toEqual({ pa: 0, length: 0 })
    })
    expect(t.findings()).toEqual([Finding.BadVirtualAddress])
    expect(t.events(Event.GetPhysical)).toMatchObject([{ c: 0, d: 0 }])
  })

  test('after the completion its addresses are no more translated', () => {
    const t = bench()
    const io = t.request({ direction: 'in', bytes: 512 })
    t.interrupt(m => {
      const va = m.srb(io.at, 'DataBuffer')
      m.complete()
      expect(m.physical(io.at, va)).toEqual({ pa: 0, length: 0 })
      m.next()
    })
  })
})

describe('the common buffer', () => {
  test('SRB extensions and sense buffers first, the uncached extension at the end of a page; contiguous, not where memory is', () => {
    const t = bench()
    const uncached = uncachedAt(t)
    const buffer = t.port.commonBuffer!
    const [first, last] = [t.port.slots[0]!, t.port.slots.at(-1)!]
    expect(first.extensionAt).toBe(buffer.at)
    expect(uncached).toBeGreaterThanOrEqual(last.senseAt + 18)
    expect(buffer.bytes % 4096).toBe(0)
    expect(uncached + 5000).toBe(buffer.at + buffer.bytes)
    const pa = t.port.slice.physicalOf(buffer.at)
    for (let n = 0; n < buffer.bytes; n += 4096) expect(t.port.slice.physicalOf(buffer.at + n)).toBe(pa + n)
    expect(t.guest.u8.subarray(uncached, buffer.at + buffer.bytes).every(b => b === 0)).toBe(true)
  })

  test('an uncached extension of whole pages begins on a page, for the adapter, too', () => {
    const t = bench({ ...MASTER, uncachedBytes: 8192 })
    expect(uncachedAt(t) % 4096).toBe(0)
    expect(t.port.slice.physicalOf(uncachedAt(t)) % 4096).toBe(0)
  })

  test('its addresses translate with Srb NULL; the length is what is left of it', () => {
    const t = bench()
    const io = t.request()
    t.interrupt(m => {
      const buffer = t.port.commonBuffer!
      for (const va of [
        uncachedAt(t),
        uncachedAt(t) + 4999,
        m.srb(io.at, 'SrbExtension'),
        m.srb(io.at, 'SenseInfoBuffer'),
      ])
        expect(m.physical(0, va)).toEqual({ pa: t.port.slice.physicalOf(va), length: buffer.at + buffer.bytes - va })
      const sense = m.srb(io.at, 'SenseInfoBuffer')
      expect(m.physical(io.at, sense).pa).toBe(t.port.slice.physicalOf(sense))
    })
    expect(t.findings()).toEqual([])
  })

  test('the adapter may read and write all of it', () => {
    const t = bench()
    const dma = t.port.slice.dmaPort(0)
    dma.enabled = true
    const { at, bytes } = t.port.commonBuffer!
    const all = new Uint8Array(bytes)
    expect(dma.read(t.port.slice.physicalOf(at), all, 0, bytes)).toBe(true)
    expect(dma.write(t.port.slice.physicalOf(at), all, 0, bytes)).toBe(true)
  })

  test('ScsiPortGetVirtualAddress is the inverse for it, NULL for everything else', () => {
    const t = bench()
    const io = t.request({ direction: 'in', bytes: 512 })
    const back = (m: FakeMiniport, pa: number): number =>
      m.call('ScsiPortGetVirtualAddress', m.extension, m.address(pa))
    t.interrupt(m => {
      const va = uncachedAt(t) + 77
      expect(back(m, m.physical(0, va).pa)).toBe(va)
      expect(back(m, m.physical(io.at, m.srb(io.at, 'DataBuffer')).pa)).toBe(0)
      for (const pa of [0, va, 0xffff_ffff, 2 ** 63]) expect(back(m, pa)).toBe(0)
    })
  })

  test('a second request, one without Master, one on a bus without memory, one too large: NULL', () => {
    inFindAdapter((m, config) => {
      const get = (bytes: number): number => m.call('ScsiPortGetUncachedExtension', m.extension, config, bytes)
      m.config(config, 'Master', 0)
      expect(get(100)).toBe(0)
      m.config(config, 'Master', 1)
      m.config(config, 'AdapterInterfaceType', 3)
      expect(get(100)).toBe(0)
      m.config(config, 'AdapterInterfaceType', 5)
      for (const bytes of [0xffff_ffff, 100 << 20, 2 << 20]) expect(get(bytes)).toBe(0)
      m.config(config, 'SrbExtensionSize', 0x7fff_ffff)
      expect(get(100)).toBe(0)
      m.config(config, 'SrbExtensionSize', 40)
      expect(get(100)).not.toBe(0)
      expect(get(100)).toBe(0)
    })
  })

  test('SrbExtensionSize as it stands in the configuration then, not as in HW_INITIALIZATION_DATA', () => {
    const t = inFindAdapter((m, config) => {
      m.config(config, 'SrbExtensionSize', 400)
      m.call('ScsiPortGetUncachedExtension', m.extension, config, 64)
    })
    expect(t.port.slots[1]!.extensionAt - t.port.slots[0]!.extensionAt).toBeGreaterThanOrEqual(400 + 18)
  })

  test('without it SRB extensions have no physical address', () => {
    const t = bench({ hwid: { SrbExtensionSize: 16 }, config: { Master: 1 } })
    const io = t.request()
    t.interrupt(m => expect(m.physical(0, m.srb(io.at, 'SrbExtension')).length).toBe(0))
  })
})

describe('conversions', () => {
  test('ScsiPortConvertUlongToPhysicalAddress and back', () => {
    const t = bench()
    t.interrupt(m => {
      const out = m.address(2 ** 40)
      m.call('ScsiPortConvertUlongToPhysicalAddress', out, 0x8765_4321)
      expect([m.read32(out), m.read32(out + 4)]).toEqual([0x8765_4321, 0])
      expect(m.call('ScsiPortConvertPhysicalAddressToUlong', m.address(5 * 2 ** 32 + 7))).toBe(7)
    })
  })
})

describe('PCI configuration space', () => {
  const get = (m: FakeMiniport, at: number, bytes: number, { type = 4, bus = 0, slot = 3 } = {}): number =>
    m.call('ScsiPortGetBusData', m.extension, type, bus, slot, at, bytes)

  test('ScsiPortGetBusData: the bytes of the slot, as many as asked for', () => {
    inFindAdapter(m => {
      const at = m.alloc(300)
      m.u8.fill(0xcc, at, at + 300)
      expect(get(m, at, 64)).toBe(64)
      expect([m.view.getUint16(at, true), m.view.getUint16(at + 2, true), m.u8[at + 64]]).toEqual([
        TOY.vendor,
        TOY.device,
        0xcc,
      ])
      expect(get(m, at, 300)).toBe(256)
    })
  })

  test.each([
    ['an empty slot: 2, vendor 0xFFFF', { slot: 9 }, 2, 0xffff],
    ['an empty function of a slot that is taken', { slot: 3 | (1 << 5) }, 2, 0xffff],
    ['a bus that does not exist: 0', { bus: 1 }, 0, 0xcccc],
    ['another kind of bus data: 0', { type: 1 }, 0, 0xcccc],
  ])('%s', (_name, place, result, vendor) => {
    inFindAdapter(m => {
      const at = m.alloc(64)
      m.u8.fill(0xcc, at, at + 64)
      expect(get(m, at, 64, place)).toBe(result)
      expect(m.view.getUint16(at, true)).toBe(vendor)
    })
  })

  test('Length 0: the port driver buffer, its address stored at Buffer', () => {
    inFindAdapter(m => {
      const at = m.alloc(4)
      expect(get(m, at, 0)).toBe(256)
      const buffer = m.read32(at)
      expect([m.view.getUint16(buffer, true), buffer >= m.arenaOffset]).toEqual([TOY.vendor, true])
      get(m, at, 0)
      expect(m.read32(at)).toBe(buffer)
    })
  })

  test('ScsiPortSetBusDataByOffset writes what may be written', () => {
    inFindAdapter((m, _config, t) => {
      const at = m.alloc(4)
      m.view.setUint32(at, 0x1234_5607, true)
      const set = (type: number, offset: number, bytes: number): number =>
        m.call('ScsiPortSetBusDataByOffset', m.extension, type, 0, 3, at, offset, bytes)
      expect(set(4, 4, 2)).toBe(2)
      expect(t.adapter.pci.command & 7).toBe(7)
      expect([set(1, 4, 2), set(4, 255, 2), set(4, 0xffff_ffff, 2), set(4, 0, 0xffff_ffff)]).toEqual([0, 0, 0, 0])
      expect(t.adapter.pci.vendor).toBe(TOY.vendor)
    })
  })

  test('each 4 bytes cost one configuration access', () => {
    inFindAdapter(
      (m, _config, t) => {
        const at = m.alloc(64)
        const start = t.clock.nowPs
        get(m, at, 64)
        expect(t.clock.nowPs - start).toBe(16 * PS.us + PS.ns)
      },
      { cost: { configAccessPs: PS.us } },
    )
  })
})

describe('pointers outside memory stop the miniport and name the routine', () => {
  const calls: [string, (m: FakeMiniport, end: number) => void][] = [
    ['ScsiPortGetPhysicalAddress', (m, end) => m.call('ScsiPortGetPhysicalAddress', end, m.extension, 0, 0, 64)],
    ['ScsiPortGetPhysicalAddress', (m, end) => m.call('ScsiPortGetPhysicalAddress', 64, m.extension, 0, 0, end)],
    ['ScsiPortGetVirtualAddress', (m, end) => m.call('ScsiPortGetVirtualAddress', m.extension, end)],
    ['ScsiPortGetBusData', (m, end) => m.call('ScsiPortGetBusData', m.extension, 4, 0, 3, end, 64)],
    ['ScsiPortSetBusDataByOffset', (m, end) => m.call('ScsiPortSetBusDataByOffset', m.extension, 4, 0, 3, end, 0, 4)],
    ['ScsiPortGetUncachedExtension', (m, end) => m.call('ScsiPortGetUncachedExtension', m.extension, end, 64)],
    ['ScsiPortGetDeviceBase', (m, end) => m.call('ScsiPortGetDeviceBase', m.extension, 5, 0, end, 4, 0)],
    ['ScsiPortValidateRange', (m, end) => m.call('ScsiPortValidateRange', m.extension, 5, 0, end, 4, 0)],
    ['ScsiPortConvertUlongToPhysicalAddress', (m, end) => m.call('ScsiPortConvertUlongToPhysicalAddress', end, 1)],
    ['ScsiPortConvertPhysicalAddressToUlong', (m, end) => m.call('ScsiPortConvertPhysicalAddressToUlong', end)],
    ['ScsiPortQuerySystemTime', (m, end) => m.call('ScsiPortQuerySystemTime', end)],
    ['ScsiPortMoveMemory', (m, end) => m.call('ScsiPortMoveMemory', end, 64, 4)],
    ['ScsiPortMoveMemory', (m, end) => m.call('ScsiPortMoveMemory', 64, end, 4)],
    ['ScsiPortMoveMemory', m => m.call('ScsiPortMoveMemory', 64, 128, 0xffff_ffff)],
  ]
  test.each(calls)('%s', (name, call) => {
    const t = bench({ findAdapter: (m, ...args) => (call(m, m.u8.length - 2), found(m, ...args)) })
    expect(t.cpu.stops.get(0)).toMatchObject({ kind: StopKind.BadArgument, message: expect.stringContaining(name) })
  })
})
