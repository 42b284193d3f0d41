// HwFindAdapter's answers, HwInitialize, HwAdapterControl, stop and restart. Sources: WDK HwScsiFindAdapter,
// HwScsiInitialize, HwScsiAdapterControl, PORT_CONFIGURATION_INFORMATION.
import { describe, expect, test } from 'vitest'
import { ADAPTER_CONTROL, SP_RETURN } from '../../schemas/scsiport.ts'
import { AdapterPhase, Event, Finding } from '../trace/events.ts'
import { DIRQL, PASSIVE_LEVEL } from './cpu.ts'
import { restart, stop } from './life-cycle.ts'
import { BootFailure } from './stop.ts'
import { type FakeMiniport, found, type MiniportSpec } from './testing/fake-miniport.ts'
import { type BenchOptions, PortBench } from './testing/port-bench.ts'

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
const { StopAdapter, RestartAdapter, SetBootConfig, SetRunningConfig } = ADAPTER_CONTROL
/** HwAdapterControl that supports some types and answers with a status. */
const controls =
  (types: readonly number[], status = 0) =>
  (m: FakeMiniport, _ext?: number, type?: number, list?: number): number => {
    if (type !== ADAPTER_CONTROL.QuerySupportedControlTypes) return status
    for (const supported of types) m.u8[list! + 4 + supported] = 1
    return 0
  }
const controlCalls = (t: PortBench): [number, number][] =>
  t.guest.calls.filter(c => c.routine === 'HwAdapterControl').map(c => [c.args[1]!, c.irql])

describe('HwFindAdapter returns', () => {
  test.each([
    [SP_RETURN.NOT_FOUND, 'SP_RETURN_NOT_FOUND'],
    [SP_RETURN.ERROR, 'SP_RETURN_ERROR'],
    [SP_RETURN.BAD_CONFIG, 'SP_RETURN_BAD_CONFIG'],
    [17, '17'],
    [0x101, '257'],
  ])('%i: the adapter does not come up', (result, words) => {
    const t = new PortBench([{ findAdapter: (m, ...args) => (found(m, ...args), result) }])
    expect(() => t.boot()).toThrow(words)
    expect(t.events(Event.Adapter)).toMatchObject([{ a: AdapterPhase.Found, b: result }])
    expect([t.port.connected, t.routines()]).toEqual([false, ['DriverEntry', 'HwFindAdapter']])
  })

  test.each([
    ['NumberOfBuses 0', { NumberOfBuses: 0 }, 'NumberOfBuses to 0'],
    ['NumberOfBuses 9', { NumberOfBuses: 9 }, 'NumberOfBuses to 9'],
    ['MaximumNumberOfTargets 0', { MaximumNumberOfTargets: 0 }, 'MaximumNumberOfTargets to 0'],
    ['MaximumNumberOfTargets 129', { MaximumNumberOfTargets: 129 }, 'MaximumNumberOfTargets to 129'],
    ['an SRB extension of 17 MiB', { SrbExtensionSize: 17 << 20 }, 'larger than 16 MiB'],
    ['an LU extension of 4 GiB', { SpecificLuExtensionSize: 0xffffffff }, 'larger than 16 MiB'],
    ['SRB extensions that do not fit', { SrbExtensionSize: 2 << 20 }, 'no room'],
  ] as const)('FOUND with %s is refused by name', (_name, config, words) => {
    expect(failure({ config })).toContain(words)
  })

  test.each([
    ['DeviceExtensionSize', 0xffffffff, 'extension of 4294967295 bytes'],
    ['DeviceExtensionSize', 15 << 20, 'no room'],
    ['NumberOfAccessRanges', 0xffffffff, 'access ranges'],
  ] as const)('%s %i is refused by name', (field, value, words) => {
    expect(failure({ hwid: { [field]: value } })).toContain(words)
  })

  test('raising SrbExtensionSize after ScsiPortGetUncachedExtension is refused', () => {
    const spec: MiniportSpec = {
      hwid: { SrbExtensionSize: 200 },
      findAdapter: (m, ...args) => {
        const config = args[4]!
        m.config(config, 'Master', 1)
        m.config(config, 'SrbExtensionSize', 16)
        m.call('ScsiPortGetUncachedExtension', m.extension, config, 64)
        found(m, ...args)
        m.config(config, 'Master', 1)
        m.config(config, 'SrbExtensionSize', 200)
        return SP_RETURN.FOUND
      },
    }
    expect(failure(spec)).toContain('raised SrbExtensionSize')
  })
})

describe('HwInitialize', () => {
  test.each([0, 0x100])('returns %i (FALSE): the adapter is not used, no routine is called any more', result => {
    const t = new PortBench([{ initialize: m => (m.timer(() => {}, 1), result) }])
    expect(() => t.boot()).toThrow('HwInitialize returned FALSE')
    const before = t.guest.calls.length
    t.adapter.raise()
    t.settle()
    t.seconds(2)
    expect(t.guest.calls).toHaveLength(before)
    expect(t.port.connected).toBe(false)
  })

  test('ResetDetected from it holds the first requests (WDK: HwScsiInitialize)', () => {
    const t = bench({ initialize: m => (m.notify(3), true) })
    t.request()
    expect(t.started()).toEqual([])
    t.seconds(4)
    expect(t.started()).toHaveLength(1)
  })
})

describe('HwAdapterControl', () => {
  test('ScsiQuerySupportedControlTypes: MaxControlType 5, the list pre-set to FALSE', () => {
    let list: number[] = []
    const t = bench({
      adapterControl: (m, _ext, _type, at) => {
        list = [m.read32(at!), ...m.u8.subarray(at! + 4, at! + 9)]
        m.u8[at! + 4 + StopAdapter] = 1
        return 0
      },
    })
    expect(list).toEqual([5, 0, 0, 0, 0, 0])
    expect(t.port.controlTypes).toBe(1 << StopAdapter)
  })

  test('a write behind the list is found (never write index MaxControlType or above)', () => {
    const t = bench({ adapterControl: controls([5]) })
    t.port.inspector.sweep()
    const [finding] = t.events(Event.Finding)
    expect([finding!.a, finding!.c]).toEqual([Finding.RedZone, 9])
    expect(t.trace.text[finding!.d]).toContain('SCSI_SUPPORTED_CONTROL_TYPE_LIST')
  })

  test('an unsuccessful query means: none supported', () => {
    const t = bench({ adapterControl: (m, ...args) => (controls([1, 2])(m, ...args), 1) })
    expect(t.port.controlTypes).toBe(0)
  })

  test.each([
    ['StopAdapter', StopAdapter, false],
    ['RestartAdapter', RestartAdapter, false],
    ['SetRunningConfig', SetRunningConfig, true],
    ['SetBootConfig', SetBootConfig, true],
  ] as const)(
    'ScsiPortGetBusData during %s is found unless configuration may be touched there',
    (_name, type, allowed) => {
      const t = bench({
        adapterControl: (m, ext, now, list) => {
          if (now === type) m.call('ScsiPortGetBusData', ext!, 4, 0, 3, m.alloc(64), 64)
          return controls([StopAdapter, RestartAdapter, SetRunningConfig, SetBootConfig])(m, ext, now, list)
        },
      })
      stop(t.port)
      restart(t.port)
      expect(t.findings()).toEqual(allowed ? [] : [Finding.ForbiddenCall])
    },
  )
})

describe('stop', () => {
  test('ScsiStopAdapter at DIRQL, then ScsiSetBootConfig; afterwards no routine is called', () => {
    const t = bench({ adapterControl: controls([StopAdapter, SetBootConfig]) })
    t.interrupt(m => m.timer(() => {}, 100_000))
    stop(t.port)
    expect(controlCalls(t).slice(1)).toEqual([
      [StopAdapter, DIRQL],
      [SetBootConfig, PASSIVE_LEVEL],
    ])
    const before = t.guest.calls.length
    t.request()
    t.adapter.raise()
    t.settle()
    t.seconds(5)
    expect(t.guest.calls).toHaveLength(before)
    expect(t.events(Event.Adapter).at(-1)!.a).toBe(AdapterPhase.Stopped)
  })

  test('another miniport on the line goes on; the stopped one is not asked', () => {
    const t = new PortBench([{}, {}]).boot()
    stop(t.port)
    const io = t.request({}, t.stations[1])
    t.interrupt(m => (m.complete(), m.next(), true), t.stations[1])
    expect(io.done).toBe(true)
    expect(t.routines()).not.toContain('HwInterrupt')
  })

  test('a timer asked for while stopping is not delivered', () => {
    const t = bench({
      adapterControl: (m, ext, type, list) => {
        if (type === StopAdapter) m.timer(() => {}, 1)
        return controls([StopAdapter])(m, ext, type, list)
      },
    })
    stop(t.port)
    t.settle()
    t.seconds(1)
    expect(t.routines()).not.toContain('HwTimer')
  })

  test('a polled adapter is stopped like any other; one that never came up is not', () => {
    const t = bench({ interrupt: null, adapterControl: controls([StopAdapter]) })
    t.bench.shutdown()
    expect(controlCalls(t).map(([type]) => type)).toEqual([0, StopAdapter])
    const never = new PortBench([{ findAdapter: () => SP_RETURN.NOT_FOUND }])
    expect(() => never.boot()).toThrow(BootFailure)
    never.bench.shutdown()
    expect(never.events(Event.Adapter).map(e => e.a)).toEqual([AdapterPhase.Found])
  })

  test('twice is once; a miniport without HwAdapterControl is stopped without a call', () => {
    const t = bench()
    stop(t.port)
    stop(t.port)
    expect(t.events(Event.Adapter).filter(e => e.a === AdapterPhase.Stopped)).toHaveLength(1)
  })
})

describe('restart', () => {
  const works = (t: PortBench): boolean => {
    const io = t.request()
    t.interrupt(m => (m.complete(), m.next()))
    return io.done
  }

  test('with ScsiRestartAdapter: SetRunningConfig before, extensions intact, HwInitialize not called', () => {
    const t = bench({ adapterControl: controls([StopAdapter, RestartAdapter, SetRunningConfig]) })
    t.guest.u8[t.guest.extension] = 42
    stop(t.port)
    restart(t.port)
    expect(controlCalls(t).slice(2)).toEqual([
      [SetRunningConfig, PASSIVE_LEVEL],
      [RestartAdapter, DIRQL],
    ])
    expect(t.routines().filter(r => r === 'HwInitialize')).toHaveLength(1)
    expect(t.guest.u8[t.guest.extension]).toBe(42)
    expect(t.events(Event.Adapter).at(-1)).toMatchObject({ a: AdapterPhase.Restarted, b: 1 })
    expect(works(t)).toBe(true)
  })

  test('without it: HwFindAdapter with a zeroed extension, then HwInitialize', () => {
    const t = bench({ uncachedBytes: 256, config: { Master: 1 } })
    t.guest.u8[t.guest.extension] = 42
    const before = t.guest.extension
    stop(t.port)
    restart(t.port)
    const order = ['DriverEntry', 'HwFindAdapter', 'uncached', 'HwInitialize']
    expect(t.routines()).toEqual([...order, ...order.slice(1)])
    const [first, second] = t.guest.calls.filter(c => c.routine === 'uncached').map(c => c.args[0]!)
    expect([t.guest.extension, t.guest.u8[t.guest.extension], second]).toEqual([before, 0, first])
    expect(works(t)).toBe(true)
  })

  test('a hundred times: no memory is lost', () => {
    const t = bench({ uncachedBytes: 100_000, config: { Master: 1 }, hwid: { DeviceExtensionSize: 50_000 } })
    for (let n = 0; n < 100; n++) {
      stop(t.port)
      restart(t.port)
    }
    expect(works(t)).toBe(true)
  })

  test('what was open before does not come back: busy adapter, reset hold, deferred interrupts', () => {
    const t = bench({ adapterControl: controls([StopAdapter, RestartAdapter]) })
    t.request()
    t.interrupt(m => m.complete())
    t.interrupt(m => m.notify(3))
    t.interrupt(m =>
      m.notify(
        5,
        m.callback(() => 1, 8),
      ),
    )
    stop(t.port)
    restart(t.port)
    expect(works(t)).toBe(true)
  })

  test.each([
    ['ScsiRestartAdapter is unsuccessful', { adapterControl: controls([RestartAdapter], 1) }],
    ['HwInitialize is FALSE the second time', { initialize: (m: FakeMiniport) => m.calls.length < 4 }],
  ])('%s: a named failure, and no routine is called any more', (_name, spec) => {
    const t = bench(spec)
    stop(t.port)
    expect(() => restart(t.port)).toThrow(BootFailure)
    const before = t.guest.calls.length
    t.request()
    t.seconds(3)
    expect(t.guest.calls).toHaveLength(before)
  })
})
