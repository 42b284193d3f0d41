// What the port driver tells the trace for the rules about resets, DMA, memory and adapter control.
import { describe, expect, test } from 'vitest'
import { PS } from '../../device/clock.ts'
import { ADAPTER_CONTROL } from '../../schemas/scsiport.ts'
import { AdapterPhase, Event, Finding } from '../trace/events.ts'
import { restart, stop } from './life-cycle.ts'
import type { FakeMiniport, MiniportSpec } from './testing/fake-miniport.ts'
import { type BenchOptions, PortBench } from './testing/port-bench.ts'

const bench = (spec: MiniportSpec = {}, options: BenchOptions = {}): PortBench => new PortBench([spec], options).boot()

describe('a bus reset', () => {
  /** A request that times out. @param next the miniport has said Next* before */
  const hang = (spec: MiniportSpec, next: boolean): PortBench => {
    const t = bench(spec)
    t.request({ timeout: 1 })
    if (next) t.interrupt(m => m.next())
    t.seconds(2)
    t.pass(4 * PS.s)
    return t
  }
  const facts = (t: PortBench) => [
    t.events(Event.Timeout).map(e => e.c),
    t.events(Event.ResetHold).map(e => [e.a, e.c, e.d]),
  ]

  test.each<[string, MiniportSpec, boolean, unknown]>([
    [
      'given back, asked for more',
      {},
      true,
      [
        [0],
        [
          [1, 0, 0],
          [0, 0, 0],
        ],
      ],
    ],
    [
      'SRBs left',
      { resetBus: () => 1 },
      true,
      [
        [0],
        [
          [1, 1, 0],
          [0, 1, 0],
        ],
      ],
    ],
    [
      'no Next* before nor after',
      { resetBus: m => (m.complete(), 1) },
      false,
      [
        [1],
        [
          [1, 0, 1],
          [0, 0, 1],
        ],
      ],
    ],
  ])('%s: SRBs left and Next* owed stand in the trace', (_name, spec, next, expected) => {
    expect(facts(hang(spec, next))).toEqual(expected)
  })

  test('an SRB of another path that is completed in HwResetBus is found', () => {
    const t = bench({
      config: { NumberOfBuses: 2 },
      resetBus: m => {
        while (m.active.length > 0) m.complete()
        return 1
      },
    })
    const own = t.request({ path: 0, timeout: 1 })
    t.interrupt(m => m.next())
    const other = t.request({ path: 1, target: 1, timeout: 9 })
    t.interrupt(m => m.next())
    t.seconds(2)
    expect(t.events(Event.Finding)).toMatchObject([{ a: Finding.OtherPathCompleted, b: other.serial, c: 1, d: 0 }])
    expect(own.done).toBe(true)
  })
})

describe('system DMA', () => {
  const SUBORDINATE: MiniportSpec = { dmaStarted: () => {}, config: { DmaChannel: 5 } }
  const map = (m: FakeMiniport, at: number): number =>
    m.call('ScsiPortIoMapTransfer', m.extension, at, m.srb(at, 'DataBuffer'), 64)
  const flush = (m: FakeMiniport): number => m.call('ScsiPortFlushDma', m.extension)

  test.each<[string, (m: FakeMiniport, at: number) => void, number[]]>([
    ['flushed, completed', (m, _at) => (flush(m), m.complete(), m.next()), []],
    ['completed only', (m, _at) => (m.complete(), m.next()), [1]],
    ['mapped again', (m, at) => map(m, at), [2]],
    ['flushed, mapped again', (m, at) => (flush(m), map(m, at)), []],
  ])('%s', (_name, then, expected) => {
    const t = bench(SUBORDINATE)
    const io = t.request({ direction: 'in', bytes: 64 })
    t.interrupt(m => void map(m, io.at))
    t.interrupt(m => void then(m, io.at))
    const found = t.events(Event.Finding)
    expect(found.map(e => [e.a, e.b, e.c])).toEqual(expected.map(why => [Finding.DmaNotFlushed, io.serial, why]))
  })
})

describe('ScsiPortGetPhysicalAddress without NeedPhysicalAddresses', () => {
  test('is found once, in HwFindAdapter or later', () => {
    const t = bench({ config: { Master: 1, NeedPhysicalAddresses: 0 } })
    const io = t.request({ direction: 'in', bytes: 64 })
    t.interrupt(m => {
      m.physical(io.at, m.srb(io.at, 'DataBuffer'))
      m.physical(io.at, m.srb(io.at, 'DataBuffer'))
    })
    expect(t.findings()).toEqual([Finding.PhysicalNotNeeded])
  })

  test('is nothing when ConfigInfo says TRUE', () => {
    const t = bench({ config: { Master: 1, NeedPhysicalAddresses: 1 } })
    const io = t.request({ direction: 'in', bytes: 64 })
    t.interrupt(m => void m.physical(io.at, m.srb(io.at, 'DataBuffer')))
    expect(t.findings()).toEqual([])
  })
})

describe('HwAdapterControl', () => {
  const { StopAdapter, RestartAdapter, SetRunningConfig, QuerySupportedControlTypes } = ADAPTER_CONTROL
  const types =
    (...supported: number[]) =>
    (m: FakeMiniport, _ext?: number, type?: number, list?: number): number => {
      if (type === QuerySupportedControlTypes) for (const one of supported) m.u8[list! + 4 + one] = 1
      return type === StopAdapter ? 7 : 0
    }

  test('each call stands in the trace with its type and its result', () => {
    const t = bench({ adapterControl: types(StopAdapter, RestartAdapter, SetRunningConfig) })
    stop(t.port)
    restart(t.port)
    expect(t.events(Event.Control).map(e => [e.a, e.b, e.c])).toEqual([
      [QuerySupportedControlTypes, 1, 0],
      [QuerySupportedControlTypes, 0, 0],
      [StopAdapter, 1, 0],
      [StopAdapter, 0, 7],
      [SetRunningConfig, 1, 0],
      [SetRunningConfig, 0, 0],
      [RestartAdapter, 1, 0],
      [RestartAdapter, 0, 0],
    ])
  })

  test.each([2, 40])('MaxControlType is what the scenario says: %i', max => {
    let given = 0
    const t = bench(
      {
        adapterControl: (m, _ext, type, list) => {
          if (type === QuerySupportedControlTypes) given = m.read32(list!)
          return types(StopAdapter)(m, _ext, type, list)
        },
      },
      { settings: { maxControlType: max } },
    )
    expect([given, t.port.controlTypes]).toEqual([max, 1 << StopAdapter])
  })

  test.each([
    [false, 0],
    [true, 2],
  ])('what the adapter may do still when it was stopped: %s, %i', (mayInterrupt, outstanding) => {
    const t = bench({ adapterControl: types(StopAdapter) })
    t.adapter.mayInterrupt = mayInterrupt
    t.adapter.outstanding = outstanding
    stop(t.port)
    expect(t.events(Event.Adapter).at(-1)).toMatchObject({
      a: AdapterPhase.Stopped,
      c: mayInterrupt ? 1 : 0,
      d: outstanding,
    })
  })
})
