// What the port driver and its inspectors find while a miniport loads and starts: the evidence of the rules LD, FA and IN.
import { describe, expect, test } from 'vitest'
import { CONFIG, INTERFACE, NTSTATUS, RANGE, SRB_STATUS } from '../../schemas/scsiport.ts'
import { AdapterPhase, Event, Finding, Routine, ScsiPortRoutine } from '../trace/events.ts'
import { ModuleData } from './module-data.ts'
import { BootFailure } from './stop.ts'
import { type FakeMiniport, found, type MiniportSpec } from './testing/fake-miniport.ts'
import { type BenchOptions, PortBench } from './testing/port-bench.ts'
import { HW_CONTEXT_POISON } from './watch.ts'

/** Boots as far as it goes. */
function started(spec: MiniportSpec, settings: BenchOptions['settings'] = {}): PortBench {
  const t = new PortBench([spec], { settings })
  try {
    t.boot()
  } catch (error) {
    if (!(error instanceof BootFailure)) throw error
  }
  return t
}

const findings = (t: PortBench, code: number): number[][] =>
  t
    .events(Event.Finding)
    .filter(e => e.a === code)
    .map(e => [e.c, e.d])

describe('DriverEntry', () => {
  test('other arguments than it got', () => {
    const t = started({ driverEntry: (m, a1, a2) => m.call('ScsiPortInitialize', a2!, a1!, m.hwid(), 0) })
    expect(findings(t, Finding.DriverArgument).map(([which]) => which)).toEqual([1, 2])
    expect(findings(started({}), Finding.DriverArgument)).toEqual([])
  })

  test('a result that ScsiPortInitialize never said', () => {
    const twice = (result: (a: number, b: number) => number): PortBench =>
      started({
        driverEntry: (m, a1, a2) => {
          const good = m.call('ScsiPortInitialize', a1!, a2!, m.hwid(), 0)
          const bad = m.hwid()
          m.view.setUint32(bad, 4, true)
          return result(good, m.call('ScsiPortInitialize', a1!, a2!, bad, 0))
        },
      })
    expect(
      findings(
        twice(() => 1),
        Finding.EntryResult,
      ),
    ).toEqual([[1, 0]])
    expect(
      findings(
        twice(good => good),
        Finding.EntryResult,
      ),
    ).toEqual([])
    expect(
      findings(
        twice((_good, bad) => bad),
        Finding.EntryResult,
      ),
    ).toEqual([])
  })

  test('the call comes into the trace with its structure, even when it is refused', () => {
    const t = started({ hwid: { HwInitializationDataSize: 72 } })
    expect(t.events(Event.InitField)[0]).toMatchObject({ a: 0, b: 72 })
    const calls = t.events(Event.Call).filter(e => e.a === ScsiPortRoutine.Initialize)
    expect(calls).toMatchObject([{ b: INTERFACE.PCIBus, c: 0, d: NTSTATUS.REVISION_MISMATCH }])
  })
})

describe('HwFindAdapter', () => {
  const againLeft = (spec: MiniportSpec): number => {
    const event = started(spec)
      .events(Event.Adapter)
      .find(e => e.a === AdapterPhase.Found)!
    return event.c
  }

  test('*Again: neither TRUE nor FALSE until it is set', () => {
    expect(againLeft({})).toBe(0xcc)
    const set = (m: FakeMiniport, ...args: number[]): number => {
      m.u8[args[5]!] = 0
      return found(m, ...args) as number
    }
    expect(againLeft({ findAdapter: set })).toBe(0)
  })

  test.each<[string, BenchOptions['settings'], number, number]>([
    ['under Plug and Play', {}, 0x1234, 0],
    ['as a trap', { hwContext: 'poison' }, 0x1234, HW_CONTEXT_POISON],
    ['as a trap, but none was given', { hwContext: 'poison' }, 0, 0],
    ['as given, when no resources are assigned', { resources: 'none', hwContext: 'poison' }, 0x1234, 0x1234],
  ])('HwContext %s', (_name, settings, given, expected) => {
    const t = started({ driverEntry: (m, a1, a2) => m.call('ScsiPortInitialize', a1!, a2!, m.hwid(), given) }, settings)
    expect(t.stations[0]!.guest.calls.find(c => c.routine === 'HwFindAdapter')!.args[1]).toBe(expected)
  })

  test('without resources: no ranges, no interrupt, no slot; and the adapter can be mapped all the same', () => {
    const seen: number[] = []
    started(
      {
        findAdapter: (m, ...args) => {
          const config = args[4]!
          const ranges = m.config(config, 'AccessRanges')
          seen.push(m.read32(ranges + RANGE.RangeLength), m.config(config, 'BusInterruptLevel'))
          seen.push(m.config(config, 'SlotNumber'))
          return found(m, ...args)
        },
      },
      { resources: 'none' },
    )
    expect(seen).toEqual([0, 0, 0])
  })

  test.each<[string, MiniportSpec, number, number[][]]>([
    ['Master is not set yet', { uncachedBytes: 64 }, Finding.BufferMember, [[CONFIG.Master, 0]]],
    ['everything is set', { uncachedBytes: 64, config: { Master: 1 } }, Finding.BufferMember, []],
    [
      'Dma64BitAddresses comes late',
      {
        config: { Master: 1 },
        uncachedBytes: 64,
        findAdapter: (m, ...args) => {
          const result = found(m, ...args)
          m.config(args[4]!, 'Dma64BitAddresses', 1)
          return result as number
        },
      },
      Finding.BufferMemberLate,
      [[CONFIG.Dma64BitAddresses, 1]],
    ],
  ])('ScsiPortGetUncachedExtension while %s', (_name, spec, code, expected) => {
    expect(findings(started(spec), code)).toEqual(expected)
  })
})

test('an INQUIRY of the scan that comes back BUSY', () => {
  let busy = true
  const t = new PortBench([
    {
      config: { MaximumNumberOfTargets: 1, MaximumNumberOfLogicalUnits: 1, InitiatorBusId: 0x7 },
      startIo: (m, _ext, srb) => {
        m.complete(srb!, busy ? SRB_STATUS.BUSY : SRB_STATUS.NO_DEVICE)
        m.next()
        busy = false
        return true
      },
    },
  ]).boot()
  t.scan()
  expect(t.findings()).toEqual([Finding.BusyAtScan])
})

describe('CHECK CONDITION without sense data', () => {
  test.each([
    [1, [Finding.SenseMissing]],
    [0, []],
  ])('AutoRequestSense %d', (autosense, expected) => {
    const t = new PortBench([{ config: { AutoRequestSense: autosense } }]).boot()
    const io = t.request()
    t.interrupt(m => m.complete(io.at, SRB_STATUS.ERROR, 2))
    expect(t.findings()).toEqual(expected)
  })
})

describe('the module’s own data', () => {
  const STACK = 2048
  function rig(stack?: number) {
    const buffer = new ArrayBuffer(8192)
    const globals = [{ name: 'count', value: () => count }]
    let count = 0
    const events: number[][] = []
    const texts: string[] = []
    const guest = {
      i32: new Int32Array(buffer),
      u8: new Uint8Array(buffer),
      nullBytes: 64,
      variableBytes: 4096,
      dataEnd: 1100,
      stack,
      globals,
    }
    const trace = {
      emit: (...args: number[]) => events.push(args.slice(-2)),
      intern: (text: string) => texts.push(text) - 1,
    }
    const data = new ModuleData({ index: 0, guest, trace } as unknown as ConstructorParameters<typeof ModuleData>[0])
    data.fillStack()
    data.remember()
    return { data, u8: guest.u8, events, texts, bump: () => ++count }
  }

  test.each<[string, number | undefined, number, number[][]]>([
    ['a byte of data', undefined, 1031, [[1031, -1]]],
    ['a byte beyond the data of a module without stack', undefined, 3000, [[3000, -1]]],
    ['the shadow stack', STACK, 2000, []],
    ['data above the stack', STACK, 3000, [[3000, -1]]],
    ['data below the stack', STACK, 1031, [[1031, -1]]],
    ['the host’s part', undefined, 5000, []],
    ['the bytes at NULL, which are another rule’s', undefined, 8, []],
  ])('%s changes', (_name, stack, at, expected) => {
    const { data, u8, events } = rig(stack)
    u8[at]! ^= 0xff
    data.afterRoutine(Routine.StartIo)
    expect(events).toEqual(expected)
    data.compare()
    expect(events).toEqual(expected)
  })

  test('a global changes: it is named', () => {
    const { data, events, texts, bump } = rig()
    bump()
    data.compare()
    expect([events, texts]).toEqual([[[-1, 0]], ['count']])
  })

  test('the stack is full of noise before DriverEntry', () => {
    const { u8 } = rig(STACK)
    expect(u8.subarray(1104, STACK).filter(b => b !== 0).length).toBeGreaterThan(700)
    expect(u8.subarray(1024, 1100).every(b => b === 0)).toBe(true)
  })
})
