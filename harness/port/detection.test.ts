// Drivers that look for their adapter themselves: ISA, PCI without assigned resources, *Again, several registrations.
// Sources: WDK ScsiPortInitialize, HwScsiFindAdapter, Setting the Again parameter, Using the HwContext parameter,
// ScsiPortValidateRange.
import { describe, expect, test } from 'vitest'
import { INTERFACE, NTSTATUS, SP_RETURN } from '../../schemas/scsiport.ts'
import { Event, StopKind } from '../trace/events.ts'
import { BootFailure } from './stop.ts'
import { type FakeMiniport, found, type MiniportSpec, type RoutineFn } from './testing/fake-miniport.ts'
import { type BenchOptions, PortBench } from './testing/port-bench.ts'
import { TOY } from './testing/toy-adapter.ts'

const BASES = [0x330, 0x334, 0x230, 0x234, 0x130, 0x134]
const isa = { AdapterInterfaceType: INTERFACE.Isa } as const

/** DriverEntry: registers once for each interface type, with a counter on its stack as HwContext. */
const registering =
  (...types: number[]): RoutineFn =>
  (m, a1, a2) => {
    const context = m.alloc(4)
    let lowest = 0xffff_ffff
    for (const type of types) {
      m.spec.hwid = { ...m.spec.hwid, AdapterInterfaceType: type }
      const status = m.call('ScsiPortInitialize', a1!, a2!, m.hwid(), context)
      m.note('registered', type, status)
      lowest = Math.min(lowest, status >>> 0)
    }
    return lowest | 0
  }

/** Is a board of the toy's make at a port? Validates, maps, looks, gives back what it does not need. */
function boardAt(m: FakeMiniport, base: number, type: number = INTERFACE.Isa): boolean {
  const args = [m.extension, type, 0, m.address(base), 4, 1]
  if (m.call('ScsiPortValidateRange', ...args) === 0) {
    m.note('taken', base)
    return false
  }
  const at = m.call('ScsiPortGetDeviceBase', ...args)
  const value = m.call('ScsiPortReadPortUchar', at)
  m.note('read', base, value)
  if (value !== 0xff) return true
  m.call('ScsiPortFreeDeviceBase', m.extension, at)
  return false
}

/** One call looks at one address, the next one at the next: HwContext counts. */
const oneByOne: RoutineFn = (m, ...args) => {
  const [, context, , , , again] = args
  const n = m.view.getUint32(context!, true)
  m.view.setUint32(context!, n + 1, true)
  m.u8[again!] = n + 1 < BASES.length ? 1 : 0
  return n < BASES.length && boardAt(m, BASES[n]!) ? found(m, ...args) : SP_RETURN.NOT_FOUND
}

/** One call looks everywhere. */
const everywhere: RoutineFn = (m, ...args) => {
  m.u8[args[5]!] = 0
  return BASES.some(base => boardAt(m, base)) ? found(m, ...args) : SP_RETURN.NOT_FOUND
}

const wired = { BusInterruptLevel: TOY.interruptLine }
const noted = (t: PortBench, what: string): number[][] => t.guest.calls.filter(c => c.routine === what).map(c => c.args)
const isaDriver = (findAdapter: RoutineFn, spec: MiniportSpec = {}): MiniportSpec => ({
  hwid: isa,
  config: wired,
  findAdapter,
  driverEntry: registering(INTERFACE.Isa),
  ...spec,
})
/** HwFindAdapter that answers *Again and finds its adapter, or does not. */
const answering =
  (again: number, finds: boolean): RoutineFn =>
  (m, ...args) => {
    m.u8[args[5]!] = again
    return finds ? found(m, ...args) : SP_RETURN.NOT_FOUND
  }

/** The bench that boots. */
let current: PortBench
const start = (spec: MiniportSpec, options: BenchOptions = {}): [PortBench, string] => {
  const t = new PortBench([spec], options)
  current = t
  try {
    t.boot()
  } catch (error) {
    if (!(error instanceof BootFailure)) throw error
    return [t, error.message]
  }
  return [t, '']
}
const calls = (t: PortBench): number => t.routines().filter(r => r === 'HwFindAdapter').length

describe('a driver for ISA', () => {
  test('is called inside ScsiPortInitialize, with zeros and its HwContext, until it has looked everywhere', () => {
    const given: number[] = []
    const [t, reason] = start(
      isaDriver((m, ...args) => {
        const ranges = m.config(args[4]!, 'AccessRanges')
        if (given.length === 0)
          given.push(m.config(args[4]!, 'AdapterInterfaceType'), m.read32(ranges), m.read32(ranges + 8))
        return oneByOne(m, ...args)
      }),
      { isa: [0x230] },
    )
    expect(reason).toBe('')
    expect(given).toEqual([INTERFACE.Isa, 0, 0])
    expect(noted(t, 'read')).toEqual([
      [0x330, 0xff],
      [0x334, 0xff],
      [0x230, 0],
      [0x234, 0xff],
      [0x130, 0xff],
      [0x134, 0xff],
    ])
    // The adapter is started as soon as it is found; then the driver is asked for the next one.
    const find = 'HwFindAdapter'
    const order = t.routines().filter(r => r !== 'read')
    expect(order).toEqual(['DriverEntry', find, find, find, 'HwInitialize', find, find, find, 'registered'])
    expect(noted(t, 'registered')).toEqual([[INTERFACE.Isa, 0]])
    // Only the found board stays mapped, and its interrupt arrives.
    expect(t.port.mappings.map(m => m.bus)).toEqual([0x230])
    const io = t.request()
    t.interrupt(m => (m.complete(), m.next()))
    expect(io.done).toBe(true)
    expect(t.port.notes).toEqual([])
  })

  test.each(BASES.map(base => [base]))('finds its board at 0x%s', base => {
    const [t, reason] = start(isaDriver(everywhere), { isa: [base] })
    expect([reason, t.port.mappings.map(m => m.bus)]).toEqual(['', [base]])
    expect(t.adapter.accesses).toMatchObject([{ kind: 'read', space: 'port', offset: 0 }])
  })

  test('finds nothing where there is nothing; looking is no stray access', () => {
    const [t, reason] = start(isaDriver(everywhere))
    expect(reason).toBe('HwFindAdapter returned SP_RETURN_NOT_FOUND')
    expect(noted(t, 'registered')).toEqual([[INTERFACE.Isa, NTSTATUS.NO_SUCH_DEVICE]])
    expect(t.events(Event.BadAccess).map(e => e.d >>> 16)).toEqual(BASES.map(() => 6))
    expect(t.events(Event.Diagnostic)).toEqual([])
  })

  test('an access to nothing after HwFindAdapter is one', () => {
    const [t] = start(
      isaDriver((m, ...args) => (m.base(0x200, 4, true), found(m, ...args)), {
        initialize: m => m.call('ScsiPortReadPortUchar', 0x200) === 0xff,
      }),
    )
    expect(t.events(Event.BadAccess).map(e => e.d >>> 16)).toEqual([1])
  })

  test('gets no range outside the port space, and none that another adapter owns', () => {
    const t = new PortBench([isaDriver(everywhere), isaDriver(everywhere)], { isa: [0x334, 0x330], ownLines: true })
    t.boot()
    const reads = (n: number) => t.stations[n]!.guest.calls.filter(c => c.routine === 'read').map(c => c.args[0])
    expect([reads(0), reads(1)]).toEqual([[0x334], [0x330]])
    expect(noted(t, 'taken')).toEqual([[0x330]])
    const bases: number[] = []
    start(
      isaDriver((m, ...args) => {
        bases.push(m.base(0xfffe, 4, true), m.base(0xfffc, 4, true), m.base(0x330, 0, true))
        return found(m, ...args)
      }),
    )
    expect(bases).toEqual([0, 0xfffc, 0])
  })

  test('that leaves another interrupt than its adapter has is connected to a silent line', () => {
    const [t] = start(isaDriver(everywhere, { config: { BusInterruptLevel: 5 } }), { isa: [0x330] })
    expect(t.port.connected).toBe(false)
    expect(t.port.notes).toMatchObject([{ severity: 'warning', message: expect.stringContaining('wired to 11') }])
  })

  test('may be interrupted in HwInitialize, inside DriverEntry', () => {
    const [t, reason] = start(
      isaDriver(everywhere, {
        initialize: m => {
          current.adapter.raise()
          m.spend(1000)
          return true
        },
        interrupt: () => (current.adapter.lower(), true),
      }),
      { isa: [0x330] },
    )
    expect(reason).toBe('')
    expect(t.routines().filter(r => r !== 'read')).toEqual([
      'DriverEntry',
      'HwFindAdapter',
      'HwInitialize',
      'HwInterrupt',
      'registered',
    ])
  })

  test('has the time limit of each routine for itself, and is charged each instruction once', () => {
    const [t, reason] = start(
      isaDriver(
        (m, ...args) => {
          m.spend(3000)
          return everywhere(m, ...args)
        },
        {
          driverEntry: (m, ...args) => {
            m.spend(2000)
            const status = registering(INTERFACE.Isa)(m, ...args)
            m.spend(2000)
            return status
          },
        },
      ),
      { isa: [0x330], limits: { instructions: 4500, findAdapterPs: 4_500_000 } },
    )
    expect([reason, t.cpu.stops.size]).toEqual(['', 0])
    const exits = t.events(Event.Exit).map(e => e.d)
    expect(exits.at(-1)).toBeGreaterThanOrEqual(4000)
    expect(exits.at(-1)).toBeLessThan(4010)
  })

  test('that traps while it looks is stopped once, and DriverEntry does not go on', () => {
    const t = new PortBench([
      isaDriver(() => {
        throw new WebAssembly.RuntimeError('unreachable')
      }),
    ])
    t.boot()
    expect(t.cpu.stops.get(0)).toMatchObject({ kind: StopKind.Trap })
    expect(t.routines()).toEqual(['DriverEntry', 'HwFindAdapter'])
    expect(t.cpu.stops.size).toBe(1)
  })
})

describe('*Again', () => {
  test('under Plug and Play means nothing: there is one function, and it was offered', () => {
    const [t] = start({ findAdapter: answering(1, true) })
    expect([calls(t), t.port.notes]).toEqual([1, []])
  })

  test.each<[string, RoutineFn, number]>([
    ['TRUE without an adapter: called again', oneByOne, 6],
    ['FALSE: not called again', answering(0, false), 1],
    ['left alone: not called again', () => SP_RETURN.NOT_FOUND, 1],
  ])('%s', (_name, findAdapter, expected) => {
    expect(calls(start(isaDriver(findAdapter))[0])).toBe(expected)
  })

  test('TRUE for ever: an end is made, and said', () => {
    const [t, reason] = start(isaDriver(answering(1, false)))
    expect([calls(t), reason]).toEqual([1024, 'HwFindAdapter returned SP_RETURN_NOT_FOUND'])
    expect(t.port.notes[0]!.message).toContain('1024 times')
  })

  test('another adapter found: refused and said; the first one keeps what it has', () => {
    const [t, reason] = start(
      isaDriver((m, ...args) => {
        const first = calls(current) === 1
        m.u8[args[5]!] = first ? 1 : 0
        m.u8[m.extension] = 42
        m.note('extension', m.extension)
        boardAt(m, 0x330)
        m.config(args[4]!, 'Master', 1)
        m.note('uncached', m.call('ScsiPortGetUncachedExtension', m.extension, args[4]!, 100))
        return found(m, ...args)
      }),
      { isa: [0x330] },
    )
    expect([reason, calls(t)]).toEqual(['', 2])
    const [first, second] = noted(t, 'extension')
    expect(second).not.toEqual(first)
    expect([t.port.extension.at, t.guest.u8[first![0]!]]).toEqual([first![0], 42])
    expect(noted(t, 'uncached').map(([at]) => at !== 0)).toEqual([true, false])
    expect(t.port.mappings).toHaveLength(1)
    expect(t.port.notes).toMatchObject([{ severity: 'warning', message: expect.stringContaining('another adapter') }])
    expect(t.routines().filter(r => r === 'HwInitialize')).toHaveLength(1)
  })

  test('each call before that gets a zeroed extension and the same PORT_CONFIGURATION_INFORMATION', () => {
    const seen: number[][] = []
    start(
      isaDriver((m, ...args) => {
        seen.push([m.u8[m.extension]!, args[4]!, m.config(args[4]!, 'NumberOfBuses')])
        m.u8[m.extension] = 42
        m.config(args[4]!, 'NumberOfBuses', 3)
        return oneByOne(m, ...args)
      }),
    )
    const config = seen[0]![1]
    expect(seen).toEqual(BASES.map((_base, n) => [0, config, n === 0 ? 0 : 3]))
  })
})

describe('several registrations', () => {
  const { Isa, PCIBus, Eisa } = INTERFACE
  const both = (order: number[], findAdapter: RoutineFn): MiniportSpec =>
    isaDriver((m, ...args) => (m.note('type', m.config(args[4]!, 'AdapterInterfaceType')), findAdapter(m, ...args)), {
      driverEntry: registering(...order),
    })
  const assigned: RoutineFn = (m, ...args) =>
    m.read32(m.config(args[4]!, 'AccessRanges')) !== 0 ? found(m, ...args) : everywhere(m, ...args)

  test.each([
    ['ISA finds nothing, PCI has its resources assigned', [Isa, PCIBus], undefined, [Isa, PCIBus]],
    ['EISA does not exist, ISA finds it first', [Eisa, PCIBus, Isa], 0x330, [Isa]],
  ])('%s', (_name, order, at, tried) => {
    const [t, reason] = start(both(order, assigned), at === undefined ? {} : { isa: [at] })
    expect([reason, noted(t, 'type').map(([type]) => type)]).toEqual(['', tried])
    const said =
      at === undefined ? [] : [{ severity: 'note', message: expect.stringContaining('PCI 1abc:00fe as well') }]
    expect(t.port.notes).toMatchObject(said)
  })

  test('none finds an adapter: every reason is named', () => {
    const [, reason] = start({ ...both([Eisa, Isa, PCIBus], everywhere), vendorId: '104b' })
    expect(reason).toBe(
      'the machine has no bus of EISA; HwFindAdapter returned SP_RETURN_NOT_FOUND; the driver asks for PCI 104b:00fe; the adapter is PCI 1abc:00fe',
    )
  })

  test('DriverEntry that fails although its adapter was found: unloaded, and silent', () => {
    const spec = isaDriver(everywhere, { driverEntry: (m, ...args) => (registering(Isa)(m, ...args), -1) })
    const [t, reason] = start(spec, { isa: [0x330] })
    expect([reason, t.port.stopped]).toEqual(['DriverEntry returned 0xffffffff: the driver is not loaded', true])
  })
})

describe('a driver that scans PCI', () => {
  /** Looks through all slots, and takes what has the toy's ids. */
  const scanning: RoutineFn = (m, ...args) => {
    const buffer = m.alloc(256)
    const bars: number[] = []
    for (let slot = 0; slot < 32; slot++) {
      if (m.call('ScsiPortGetBusData', m.extension, 4, 0, slot, buffer, 256) <= 2) continue
      m.note('slot', slot, m.view.getUint16(buffer, true))
      bars.push(m.read32(buffer + 0x10) & ~15)
    }
    const [bar] = bars
    if (bar === undefined) return SP_RETURN.NOT_FOUND
    const where = [m.extension, INTERFACE.PCIBus, 0, m.address(bar), TOY.registerBytes, 0]
    m.note('base', m.call('ScsiPortValidateRange', ...where), m.call('ScsiPortGetDeviceBase', ...where))
    return found(m, ...args)
  }

  test('sees its own adapter and no other', () => {
    const spec: MiniportSpec = { findAdapter: scanning, vendorId: '', deviceId: '' }
    const t = new PortBench([spec, spec], { settings: { resources: 'none' }, ownLines: true }).boot()
    const slots = t.stations.map(({ guest }) => guest.calls.filter(c => c.routine === 'slot').map(c => c.args[0]))
    expect(slots).toEqual([[3], [4]])
    for (const { guest, adapter } of t.stations) {
      const [valid, base] = guest.calls.find(c => c.routine === 'base')!.args
      expect([valid, base! >>> 24]).toEqual([1, 0x78 + adapter.index])
    }
  })

  test('with resources assigned every slot can be read', () => {
    const spec: MiniportSpec = { findAdapter: scanning }
    const t = new PortBench([spec, spec], { ownLines: true }).boot()
    expect(noted(t, 'slot').map(([slot]) => slot)).toEqual([3, 4])
  })
})
