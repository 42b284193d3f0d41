// The interrupt line: chain order, claims, connection, storms, dead miniports. Sources: WDK HwScsiInterrupt ("return FALSE
// as soon as possible" for a foreign interrupt), ScsiPortNotification (CallEnableInterrupts); Windows' order of connection.
import { describe, expect, test } from 'vitest'
import { PS } from '../../device/clock.ts'
import { SRB_STATUS } from '../../schemas/scsiport.ts'
import { Event, Routine, StopKind } from '../trace/events.ts'
import { type FakeMiniport, found, type MiniportSpec } from './testing/fake-miniport.ts'
import { type BenchOptions, PortBench } from './testing/port-bench.ts'

const bench = (specs: MiniportSpec[], options: BenchOptions = {}): PortBench => new PortBench(specs, options).boot()
/** Which miniports' ISRs were called, in order, and what they returned. */
const isrs = (t: PortBench): [number, number][] =>
  t
    .events(Event.Exit)
    .filter(e => e.a === Routine.Interrupt)
    .map(e => [e.guest, e.c])
const only = { limits: { stormInvocations: 50 } }

describe('the chain of a shared line', () => {
  test('ISRs are called in the order of connection until one claims', () => {
    const t = bench([{}, {}, {}])
    t.interrupt(() => true, t.stations[1])
    expect(isrs(t)).toEqual([
      [0, 0],
      [1, 1],
    ])
  })

  test('rotating: each walk begins one further', () => {
    const t = bench([{}, {}], { rotating: true })
    for (let n = 0; n < 3; n++) t.interrupt(() => true, t.stations[1])
    expect(isrs(t)).toEqual([
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
      [1, 1],
    ])
  })

  test('a line that is still asserted after a claim is walked again from the start', () => {
    const t = bench([{}, {}])
    const both = t.stations.map(s => s)
    for (const { guest, adapter } of both) {
      guest.isr.push(() => adapter.lower())
      adapter.pin.set(true)
    }
    t.settle()
    expect(isrs(t)).toEqual([
      [0, 1],
      [0, 0],
      [1, 1],
    ])
  })

  test('lines of their own: the other miniport is not asked', () => {
    const t = bench([{}, {}], { ownLines: true })
    t.interrupt(() => true, t.stations[1])
    expect(isrs(t)).toEqual([[1, 1]])
  })

  test.each([
    ['TRUE as 1', 1, 1],
    ['TRUE as 0x101: a BOOLEAN has 8 bits', 0x101, 1],
    ['0x100 is FALSE', 0x100, 0],
  ])('%s', (_name, value, seen) => {
    const t = bench([{}])
    t.interrupt(() => value)
    expect(isrs(t)).toEqual([[0, seen]])
  })
})

describe('connection', () => {
  test('an interrupt raised in HwFindAdapter waits; the ISR is called before HwInitialize (WDK: HwScsiInitialize)', () => {
    const t = new PortBench([
      {
        findAdapter: (m, ...args) => {
          t.adapter.raise()
          m.spend(1000)
          return found(m, ...args)
        },
      },
    ])
    t.guest.isr.push(() => t.adapter.lower())
    t.boot()
    expect(t.routines()).toEqual(['DriverEntry', 'HwFindAdapter', 'HwInterrupt', 'HwInitialize'])
    expect(t.adapter.pin.masked).toBe(false)
  })

  test('an interrupt during HwInitialize is served when it returns', () => {
    const t = new PortBench([{ initialize: () => (t.adapter.raise(), true) }])
    t.guest.isr.push(() => t.adapter.lower())
    t.boot()
    expect(t.routines().slice(-2)).toEqual(['HwInitialize', 'HwInterrupt'])
  })

  test('HwInterrupt NULL: polled, nothing is connected (WDK: HW_INITIALIZATION_DATA)', () => {
    const t = bench([{ interrupt: null }, {}], { ownLines: true })
    expect([t.port.connected, t.port.interruptible]).toEqual([false, false])
    t.adapter.raise()
    t.settle()
    expect(t.port.dead).toBe(false)
  })

  test('interrupt level and vector 0: polled, HwInterrupt is not called', () => {
    const t = bench([{ config: { BusInterruptLevel: 0, BusInterruptVector: 0 } }])
    t.adapter.raise()
    t.settle()
    expect([t.port.connected, isrs(t)]).toEqual([false, []])
  })
})

describe('storms', () => {
  const stopped = (t: PortBench): [number, string][] => [...t.cpu.stops].map(([guest, s]) => [guest, s.message])
  const goesOn = (t: PortBench, station: number): boolean => {
    const s = t.stations[station]!
    const io = t.request({}, s)
    t.interrupt((m: FakeMiniport) => (m.complete(), m.next(), true), s)
    return io.done
  }

  test('an ISR that claims and never dismisses is stopped after the limit, the other goes on', () => {
    const t = bench([{}, { interrupt: () => true }], only)
    t.stations[1]!.adapter.raise()
    t.settle()
    expect(stopped(t)).toMatchObject([[1, expect.stringContaining("line 'INT0' stayed asserted")]])
    expect(t.cpu.stops.get(1)!.kind).toBe(StopKind.InterruptStorm)
    expect(t.events(Event.Storm)).toMatchObject([{ guest: 1, a: 51 }])
    expect(isrs(t).filter(([guest]) => guest === 1)).toHaveLength(51)
    expect([t.line.level, goesOn(t, 0)]).toEqual([false, true])
  })

  test('also when another adapter waits on the same line: that one is not blamed', () => {
    const t = bench([{ interrupt: () => true }, {}], only)
    t.adapter.raise()
    const other = t.request({}, t.stations[1])
    t.interrupt(m => (m.complete(), m.next(), true), t.stations[1])
    expect(stopped(t).map(([guest]) => guest)).toEqual([0])
    expect(other.done).toBe(true)
  })

  test('an ISR that claims what is not its own is stopped, and the starved one is served', () => {
    const t = bench([{ interrupt: () => true }, {}], only)
    const io = t.request({}, t.stations[1])
    t.interrupt(m => (m.complete(), m.next(), true), t.stations[1])
    expect(stopped(t)).toMatchObject([[0, expect.stringContaining('claimed the interrupts of another adapter')]])
    expect([io.done, t.stations[1]!.port.dead]).toEqual([true, false])
  })

  test('an ISR that denies its own interrupt is stopped', () => {
    const t = bench([{}, { interrupt: () => false }], only)
    t.stations[1]!.adapter.raise()
    t.settle()
    expect(stopped(t).map(([guest]) => guest)).toEqual([1])
    expect(goesOn(t, 0)).toBe(true)
  })

  test('an adapter that still interrupts after CallEnableInterrupts is to blame, not who shares its line', () => {
    const t = bench([{}, {}], only)
    t.guest.isr.push(m => {
      // The line stays asserted: the adapter was not masked before the call.
      m.notify(
        5,
        m.callback(() => 1, Routine.EnableInterrupts),
      )
    })
    t.adapter.raise()
    t.settle()
    expect(stopped(t)).toMatchObject([[0, expect.stringContaining('CallEnableInterrupts')]])
    expect(goesOn(t, 1)).toBe(true)
  })

  test('a cause that comes back the moment it is dismissed is bounded as well', () => {
    const t = new PortBench(
      [
        {
          interrupt: m => {
            t.adapter.lower()
            t.adapter.later(10 * PS.ns, () => t.adapter.raise())
            m.spend(100)
            return true
          },
        },
      ],
      only,
    ).boot()
    t.adapter.raise()
    t.settle()
    expect(t.cpu.stops.get(0)!.kind).toBe(StopKind.InterruptStorm)
  })

  test('completions are progress: a hundred of them in one go are no storm', () => {
    const t = bench([{}], { ...only, slots: 120 })
    const ios = Array.from({ length: 100 }, (_, n) => {
      const io = t.submit({ target: n & 15, lun: n >> 4 })
      t.settle()
      t.interrupt(m => m.next())
      return io
    })
    for (let n = 0; n < 100; n++) t.guest.isr.push(m => (m.complete(), n === 99 && t.adapter.lower(), true))
    t.adapter.raise()
    t.settle()
    expect(ios.every(io => io.done)).toBe(true)
    expect(t.port.dead).toBe(false)
  })
})

describe('a dead miniport', () => {
  const dead = (): { t: PortBench; io: ReturnType<PortBench['request']>[] } => {
    const t = bench([{}, {}])
    const io = [t.request(), t.request(), t.request({ target: 1 })]
    t.interrupt(() => {
      throw new WebAssembly.RuntimeError('unreachable')
    })
    return { t, io }
  }

  test('its SRBs, active and queued, come back with NO_HBA; nothing is left', () => {
    const { t, io } = dead()
    expect(t.cpu.stops.get(0)!.kind).toBe(StopKind.Trap)
    expect(io.map(one => [one.done, one.status])).toEqual(Array(3).fill([true, SRB_STATUS.NO_HBA]))
    expect([t.port.outstanding, t.port.activeCount, t.port.free.length]).toEqual([0, 0, 8])
  })

  test('what it completed in the call in which it died is closed as well', () => {
    const t = bench([{}])
    const io = t.request()
    t.interrupt(m => {
      m.complete()
      throw new WebAssembly.RuntimeError('unreachable')
    })
    expect([io.done, t.port.outstanding, t.port.activeCount]).toEqual([true, 0, 0])
  })

  test('a request handed to it afterwards comes back at once', () => {
    const { t } = dead()
    expect(t.request()).toMatchObject({ done: true, status: SRB_STATUS.NO_HBA })
  })

  test('no routine of it is entered again: interrupts, timers, ticks', () => {
    const { t } = dead()
    const before = t.guest.calls.length
    t.adapter.raise()
    t.interrupt(() => true, t.stations[1])
    t.seconds(20)
    expect(t.guest.calls).toHaveLength(before)
    expect(t.adapter.pin.masked).toBe(true)
  })

  test('the routine it was preempted in gets no further than its next import', () => {
    const t: PortBench = new PortBench([
      {
        interrupt: () => {
          throw new WebAssembly.RuntimeError('unreachable')
        },
        adapterControl: m => {
          t.adapter.raise()
          m.call('ScsiPortQuerySystemTime', m.alloc(8))
          m.call('ScsiPortQuerySystemTime', m.alloc(8))
          m.note('not reached')
          return 0
        },
      },
    ])
    t.boot()
    expect(t.port.dead).toBe(true)
    expect(t.routines().slice(-2)).toEqual(['HwAdapterControl', 'HwInterrupt'])
    expect([...t.cpu.stops.values()].map(s => s.routine)).toEqual([Routine.Interrupt])
  })

  test('dying in HwStartIo while completions wait to be delivered: those are delivered, the rest closed', () => {
    const t = bench([
      {
        startIo: (m, _ext, srb) => {
          if (m.calls.filter(c => c.routine === 'HwStartIo').length === 2)
            throw new WebAssembly.RuntimeError('unreachable')
          m.active.push(srb!)
        },
      },
    ])
    const ios = [t.request(), t.request({ target: 1 }), t.request({ target: 2 })]
    t.interrupt(m => (m.complete(), m.next(), true))
    expect(ios.map(io => io.status)).toEqual([SRB_STATUS.SUCCESS, SRB_STATUS.NO_HBA, SRB_STATUS.NO_HBA])
    expect([t.port.outstanding, t.port.activeCount, t.port.free.length]).toEqual([0, 0, 8])
  })

  test('sense data of an earlier request is not taken for that of one that was closed', () => {
    const t = bench([{}])
    t.request()
    t.interrupt(m => {
      const at = m.srb(m.active[0]!, 'SenseInfoBuffer')
      m.u8[at] = 0x70
      m.u8[at + 2] = 6
      m.complete(m.active[0]!, SRB_STATUS.ERROR | SRB_STATUS.AUTOSENSE_VALID, 2)
      m.next()
      return true
    })
    t.port.releaseQueue(t.port.lu(0, 0, 0))
    t.settle()
    const ios = Array.from({ length: 8 }, () => t.request())
    t.interrupt(() => {
      throw new WebAssembly.RuntimeError('unreachable')
    })
    expect(ios.map(io => io.autosense)).toEqual(Array(8).fill(false))
  })

  test('its grants are revoked', () => {
    const t = bench([{ config: { Master: 1 } }])
    const io = t.request({ direction: 'in', bytes: 512 })
    const pa = t.port.slice.physicalOf(io.slot.dataAt)
    const dma = t.port.slice.dmaPort(0)
    dma.enabled = true
    expect(dma.write(pa, new Uint8Array(4), 0, 4)).toBe(true)
    t.interrupt(() => {
      throw new WebAssembly.RuntimeError('unreachable')
    })
    expect(dma.write(pa, new Uint8Array(4), 0, 4)).toBe(false)
  })
})
