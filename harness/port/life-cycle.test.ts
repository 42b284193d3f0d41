// Loading a miniport: DriverEntry, HW_INITIALIZATION_DATA, HwFindAdapter, HwInitialize, stop and restart.
// Sources: WDK "DriverEntry of SCSI Miniport Driver", ScsiPortInitialize, HW_INITIALIZATION_DATA, HwScsiFindAdapter,
// PORT_CONFIGURATION_INFORMATION, HwScsiInitialize, HwScsiAdapterControl.
import { describe, expect, test } from 'vitest'
import { PciOffset } from '../../device/pci.ts'
import { CONFIG, HWID, SP_RETURN } from '../../schemas/scsiport.ts'
import { AdapterPhase, Event, Finding } from '../trace/events.ts'
import { DIRQL, PASSIVE_LEVEL } from './cpu.ts'
import { BootFailure } from './stop.ts'
import { type FakeMiniport, found, type MiniportSpec, register } from './testing/fake-miniport.ts'
import { type BenchOptions, PortBench } from './testing/port-bench.ts'
import { TOY } from './testing/toy-adapter.ts'

const bench = (spec: MiniportSpec = {}, options: BenchOptions = {}): PortBench => new PortBench([spec], options).boot()
const failure = (spec: MiniportSpec): string => {
  try {
    bench(spec)
  } catch (error) {
    if (error instanceof BootFailure) return error.message
    throw error
  }
  return ''
}
describe('the way up', () => {
  test('order and IRQL of the routines', () => {
    const t = bench({ adapterControl: () => 0 })
    expect(t.guest.calls.map(c => [c.routine, c.irql])).toEqual([
      ['DriverEntry', PASSIVE_LEVEL],
      ['HwFindAdapter', PASSIVE_LEVEL],
      ['HwInitialize', DIRQL],
      ['HwAdapterControl', PASSIVE_LEVEL],
    ])
    expect(t.events(Event.Adapter).map(e => [e.a, e.b])).toEqual([
      [AdapterPhase.Found, SP_RETURN.FOUND],
      [AdapterPhase.Initialized, 1],
    ])
  })

  test('HwFindAdapter comes after DriverEntry returned, with HwContext NULL, and gets a zeroed extension', () => {
    let zero = false
    const t = bench({
      driverEntry: (m, a1, a2) => {
        const result = m.call('ScsiPortInitialize', a1!, a2!, m.hwid(), 0x1234)
        m.note('DriverEntry ends')
        return result
      },
      hwid: { DeviceExtensionSize: 1000 },
      findAdapter: (m, ...args) => {
        zero = m.u8.subarray(m.extension, m.extension + 1000).every(b => b === 0)
        return found(m, ...args)
      },
    })
    expect(t.routines().slice(0, 3)).toEqual(['DriverEntry', 'DriverEntry ends', 'HwFindAdapter'])
    const { args } = t.guest.calls[2]!
    expect([args[1], args[2], args[3], zero]).toEqual([0, 0, 0, true])
  })

  test.each([
    ['nothing', 0, 'registered no adapter'],
    ['a status', 0xc00000c0, '0xc00000c0'],
  ])('DriverEntry that calls no ScsiPortInitialize and returns %s', (_name, status, words) => {
    expect(failure({ driverEntry: () => status })).toContain(words)
  })

  test('DriverEntry that fails after ScsiPortInitialize succeeded: the driver is not loaded', () => {
    const spec: MiniportSpec = { driverEntry: (m, ...a) => (register(m, ...a), 0xc0000001) }
    expect(failure(spec)).toContain('0xc0000001')
  })
})

describe('HW_INITIALIZATION_DATA', () => {
  const REVISION_MISMATCH = 0xc0000059 | 0
  const status = (hwid: MiniportSpec['hwid'], change: (m: FakeMiniport, at: number) => void = () => {}): number => {
    let result = 1
    const spec: MiniportSpec = {
      hwid: hwid ?? {},
      driverEntry: (m, a1, a2) => {
        const at = m.hwid()
        change(m, at)
        result = m.call('ScsiPortInitialize', a1!, a2!, at, 0)
        return result
      },
    }
    failure(spec)
    return result
  }

  test.each([
    [80, 0],
    [76, 0],
    [75, REVISION_MISMATCH],
    [81, REVISION_MISMATCH],
    [0, REVISION_MISMATCH],
    [0xffffffff, REVISION_MISMATCH],
  ])('HwInitializationDataSize %i', (size, expected) => {
    expect(status({ HwInitializationDataSize: size })).toBe(expected)
  })

  test('of 76 bytes (NT 4) has no HwAdapterControl, whatever stands behind it', () => {
    const t = bench({ hwid: { HwInitializationDataSize: HWID.bytesNt4 }, adapterControl: () => 0 })
    expect(t.routines()).not.toContain('HwAdapterControl')
  })

  test.each(['HwInitialize', 'HwStartIo', 'HwFindAdapter', 'HwResetBus'] as const)('%s is mandatory', field => {
    expect(status({ [field]: 0 })).toBe(REVISION_MISMATCH)
  })

  test.each(['HwInterrupt', 'HwDmaStarted', 'HwAdapterControl'] as const)('%s may be NULL', field => {
    expect(status({ [field]: 0 })).toBe(0)
  })

  test('a routine of another type is found, with both types in words', () => {
    const t = new PortBench([{}])
    const wrong = t.guest.callback(() => 0, 3)
    t.guest.spec.hwid = { HwInterrupt: wrong, HwResetBus: 99 }
    expect(() => t.boot()).toThrow(BootFailure)
    const texts = t.events(Event.Finding).map(e => [e.a, t.trace.text[e.d]])
    expect(texts).toEqual([
      [Finding.BadSignature, expect.stringContaining('has type (i32, i32) → i32, expected (i32) → i32')],
      [Finding.BadSignature, 'HwResetBus is table index 99, which holds no function'],
    ])
  })

  test('outside memory it stops the driver', () => {
    const t = bench({ driverEntry: m => m.call('ScsiPortInitialize', 0, 0, m.u8.length - 40, 0) })
    expect(t.cpu.stops.get(0)!.message).toContain('ScsiPortInitialize')
  })

  test.each([
    ['1ABC', '00fe', true],
    ['1abc', '00FE', true],
    ['1A', '', true],
    ['', '', true],
    ['1abd', '00fe', false],
    ['1abc', '00f', true],
    ['1abc', 'fe', false],
  ])('vendor %s, device %s: compared case-insensitively over the given lengths', (vendorId, deviceId, matches) => {
    const message = failure({ vendorId, deviceId })
    expect(message === '').toBe(matches)
    if (!matches) expect(message).toContain('1abc:00fe')
  })

  test.each([
    [2, 'EISA'],
    [3, 'Micro Channel'],
    [6, 'interface type 6'],
  ])('a bus that the machine does not have (%i) is no candidate', (type, words) => {
    const t = new PortBench([{ hwid: { AdapterInterfaceType: type } }])
    expect(() => t.boot()).toThrow(`no bus of ${words}`)
    expect(t.routines()).toEqual(['DriverEntry'])
  })

  test('several: the first that finds the adapter is used; the others leave nothing behind', () => {
    const t = new PortBench([
      {
        hwid: { NeedPhysicalAddresses: 1 },
        driverEntry: (m, a1, a2) => {
          m.call('ScsiPortInitialize', a1!, a2!, m.hwid(), 0)
          return m.call('ScsiPortInitialize', a1!, a2!, m.hwid(), 0)
        },
        findAdapter: (m, ...args) => {
          m.config(args[4]!, 'Master', 1)
          m.base(t.adapter.memoryBase, 16, false)
          m.note('uncached', m.call('ScsiPortGetUncachedExtension', m.extension, args[4]!, 100))
          const first = !m.calls.some(c => c.routine === 'first')
          if (first) m.note('first', m.extension)
          found(m, ...args)
          m.config(args[4]!, 'Master', 1)
          return first ? SP_RETURN.NOT_FOUND : SP_RETURN.FOUND
        },
      },
    ])
    t.boot()
    const [a, b] = t.guest.calls.filter(c => c.routine === 'uncached').map(c => c.args[0]!)
    expect([a !== 0, b !== 0, t.port.mappings.length]).toEqual([true, true, 1])
    expect(t.port.commonBuffer!.at).toBe(a! - (b! - t.port.commonBuffer!.at))
  })
})

describe('PORT_CONFIGURATION_INFORMATION as HwFindAdapter gets it', () => {
  const config = (spec: MiniportSpec = {}, options: BenchOptions = {}): [Record<string, number>, PortBench, number] => {
    let fields: Record<string, number> = {}
    let at = 0
    const t = bench(
      {
        ...spec,
        findAdapter: (m, ...args) => {
          at = args[4]!
          const names = (Object.keys(CONFIG) as (keyof typeof CONFIG)[]).filter(n => n !== 'bytes')
          fields = Object.fromEntries(names.map(name => [name, m.config(at, name as 'Master')]))
          return found(m, ...args)
        },
      },
      options,
    )
    return [fields, t, at]
  }

  test('every field', () => {
    const [fields] = config({ hwid: { SrbExtensionSize: 24, SpecificLuExtensionSize: 16 } })
    const { AccessRanges, ...rest } = fields
    expect(AccessRanges).toBeGreaterThan(0)
    expect(rest).toEqual({
      Length: 140,
      SystemIoBusNumber: 0,
      AdapterInterfaceType: 5,
      BusInterruptLevel: TOY.interruptLine,
      BusInterruptVector: TOY.interruptLine,
      InterruptMode: 0,
      MaximumTransferLength: 0xffffffff,
      NumberOfPhysicalBreaks: 0xffffffff,
      DmaChannel: 0xffffffff,
      DmaPort: 0xffffffff,
      DmaWidth: 0,
      DmaSpeed: 0,
      AlignmentMask: 0,
      NumberOfAccessRanges: 2,
      Reserved: 0,
      NumberOfBuses: 0,
      InitiatorBusId: 0xff,
      ScatterGather: 0,
      Master: 0,
      CachesData: 0,
      AdapterScansDown: 0,
      Dma32BitAddresses: 0,
      DemandMode: 0,
      MapBuffers: 0,
      NeedPhysicalAddresses: 0,
      TaggedQueuing: 0,
      AutoRequestSense: 0,
      MultipleRequestPerLu: 0,
      ReceiveEvent: 0,
      MaximumNumberOfTargets: 8,
      SlotNumber: 3,
      DmaChannel2: 0xffffffff,
      DmaPort2: 0xffffffff,
      DeviceExtensionSize: 64,
      SpecificLuExtensionSize: 16,
      SrbExtensionSize: 24,
      Dma64BitAddresses: 0x80,
      MaximumNumberOfLogicalUnits: 8,
      WmiDataProvider: 0,
    })
  })

  test('InitiatorBusId is 0xFF for all eight buses', () => {
    const [, t, at] = config({ config: { InitiatorBusId: 0xff } })
    const ids = t.guest.u8.subarray(at + CONFIG.InitiatorBusId, at + CONFIG.InitiatorBusId + 8)
    expect([...ids]).toEqual(Array(8).fill(0xff))
  })

  test.each([
    'MapBuffers',
    'NeedPhysicalAddresses',
    'TaggedQueuing',
    'AutoRequestSense',
    'MultipleRequestPerLu',
    'ReceiveEvent',
  ] as const)('%s comes from HW_INITIALIZATION_DATA', field => {
    expect(config({ hwid: { [field]: 1 } })[0][field]).toBe(1)
  })

  test('the setting maximumSgList replaces NumberOfPhysicalBreaks (registry MaximumSGList)', () => {
    expect(config({}, { settings: { maximumSgList: 17 } })[0].NumberOfPhysicalBreaks).toBe(17)
  })

  test('access ranges are the windows of the PCI function', () => {
    const [fields, t] = config()
    const word = (n: number): number => t.guest.read32(fields.AccessRanges! + 4 * n)
    expect([0, 1, 2, 3].map(word)).toEqual([t.adapter.memoryBase, 0, TOY.registerBytes, 1])
    expect([4, 5, 6, 7].map(word)).toEqual([t.adapter.portBase, 0, TOY.portBytes, 0])
  })

  test('a window that nobody assigned an address to is no range', () => {
    let start = -1
    const t = new PortBench([
      {
        findAdapter: (m, ...args) => {
          start = m.read32(m.config(args[4]!, 'AccessRanges'))
          return found(m, ...args)
        },
      },
    ])
    t.adapter.pci.writeConfig(PciOffset.bar0, new Uint8Array(4), 0, 4)
    t.boot()
    expect(start).toBe(t.adapter.portBase)
  })

  test.each([1, 3])('no more ranges than asked for (%i); the rest are zero', count => {
    const [fields, t] = config({ hwid: { NumberOfAccessRanges: count } })
    const starts = Array.from({ length: count }, (_, n) => t.guest.read32(fields.AccessRanges! + 16 * n))
    expect(starts).toEqual([t.adapter.memoryBase, t.adapter.portBase, 0].slice(0, count))
  })
})
