// The processor: virtual time inside routines, limits, deadlines, preemption, IRQL. Sources: DESIGN of the bench (time),
// Driver Verifier 0xF1/0x1002 (time of a routine), WDK "Managing Hardware Priorities".
import { describe, expect, test } from 'vitest'
import { PS } from '../../device/clock.ts'
import { Event, Routine, StopKind } from '../trace/events.ts'
import { DIRQL, DISPATCH_LEVEL, PASSIVE_LEVEL } from './cpu.ts'
import { type FakeMiniport, found } from './testing/fake-miniport.ts'
import { PortBench } from './testing/port-bench.ts'

describe('time inside a routine', () => {
  test('is instructions times cost, charged at imports and at the end', () => {
    const t = new PortBench([{}], { cost: { instructionPs: 3 * PS.ns, callPs: 20 * PS.ns } }).boot()
    const start = t.clock.nowPs
    t.interrupt(m => {
      m.spend(9)
      m.call('ScsiPortQuerySystemTime', m.alloc(8)) // the call is one instruction
      expect(t.clock.nowPs - start).toBe(10 * 3 * PS.ns + 20 * PS.ns)
      m.spend(5)
    })
    expect(t.clock.nowPs - start).toBe(15 * 3 * PS.ns + 20 * PS.ns)
    expect(t.events(Event.Exit).at(-1)!.d).toBe(15)
  })

  test('the counter wraps modulo 2^32 without anybody noticing', () => {
    const t = new PortBench([{}])
    t.guest.setCounter(-500)
    t.boot()
    const start = t.clock.nowPs
    t.interrupt(m => m.spend(1000))
    expect(t.clock.nowPs - start).toBe(1000 * PS.ns)
    expect(t.events(Event.Exit).at(-1)!.d).toBe(1000)
    expect(t.guest.counter()).toBeGreaterThan(0)
  })

  test('a stall passes exactly its microseconds', () => {
    const t = new PortBench([{}]).boot()
    const start = t.clock.nowPs
    t.interrupt(m => m.call('ScsiPortStallExecution', 30))
    expect(t.clock.nowPs - start).toBe(30 * PS.us + PS.ns)
    expect(t.events(Event.Stall)).toMatchObject([{ a: 30 }])
  })

  test('alarms fire at their own instants during pure computing, at the next deadline check', () => {
    const t = new PortBench([{}]).boot()
    let firedPs = -1
    t.interrupt(m => {
      const start = t.clock.nowPs
      t.adapter.later(10 * PS.us, () => {
        firedPs = t.clock.nowPs - start
        m.u8[m.alloc(4)] = 1
      })
      m.spend(9_500)
      expect(firedPs).toBe(-1)
      m.spend(756) // at most 256 instructions later the check looks
      expect(firedPs).toBe(10 * PS.us)
    })
  })
})

describe('limits', () => {
  const boot = (): PortBench => new PortBench([{}], { limits: { instructions: 100_000 } }).boot()

  test('instructions: pure computing is stopped at a deadline check', () => {
    const t = boot()
    t.interrupt(m => {
      m.spend(1_000_000)
      m.note('not reached')
    })
    expect(t.cpu.stops.get(0)).toMatchObject({ kind: StopKind.InstructionLimit, routine: Routine.Interrupt })
    expect(t.routines()).not.toContain('not reached')
    expect(t.events(Event.Exit).at(-1)!.d).toBeLessThan(100_000 + 300)
  })

  test('instructions count one call only', () => {
    const t = boot()
    for (let n = 0; n < 5; n++) t.interrupt(m => m.spend(90_000))
    expect(t.port.dead).toBe(false)
  })

  test.each([
    ['HwInterrupt', 0.5, (t: PortBench, body: Body) => t.interrupt(body)],
    ['HwTimer', 0.5, (t: PortBench, body: Body) => (t.interrupt(m => m.timer(body, 1)), t.seconds(1))],
  ] as const)('%s may take %d s of virtual time', (_name, seconds, run) => {
    for (const [stallUs, dead] of [
      [seconds * 1e6 - 10, false],
      [seconds * 1e6, true],
    ] as const) {
      const t = new PortBench([{}]).boot()
      run(t, m => void m.call('ScsiPortStallExecution', stallUs))
      expect(t.port.dead).toBe(dead)
    }
  })

  test.each([
    ['initialize', 5],
    ['findAdapter', 10],
    ['driverEntry', 10],
  ] as const)('%s may take %d s (Driver Verifier 0xF1/0x1002)', (routine, seconds) => {
    for (const [stallUs, dead] of [
      [seconds * 1e6 - 10, false],
      [seconds * 1e6, true],
    ] as const) {
      const t = new PortBench([
        {
          [routine]: (m: FakeMiniport, ...args: number[]) => {
            m.call('ScsiPortStallExecution', stallUs)
            if (routine === 'findAdapter') return found(m, ...args)
            return routine === 'driverEntry' ? m.call('ScsiPortInitialize', 0, 0, m.hwid(), 0) : 1
          },
        },
      ]).boot()
      expect([routine, t.port.dead]).toEqual([routine, dead])
      if (dead) expect(t.cpu.stops.get(0)!.message).toContain('of virtual time')
    }
  })

  test.each([
    [0.5, true],
    [2, false],
  ])('HwAdapterControl has a limit of its own: %d s', (seconds, dead) => {
    const t = new PortBench([{ adapterControl: m => (m.call('ScsiPortStallExecution', 1e6), 0) }], {
      limits: { adapterControlPs: seconds * PS.s },
    }).boot()
    expect(t.port.dead).toBe(dead)
    if (dead) expect(t.cpu.stops.get(0)!.message).toContain('more than 500 ms of virtual time')
  })

  test('time goes no further than the limit, whatever the stall asks for', () => {
    const t = new PortBench([{}]).boot()
    const start = t.clock.nowPs
    t.interrupt(m => m.call('ScsiPortStallExecution', 0xffffffff))
    expect(t.cpu.stops.get(0)!.kind).toBe(StopKind.TimeLimit)
    expect(t.clock.nowPs - start).toBeLessThanOrEqual(0.5 * PS.s + PS.us)
  })
})

type Body = (m: FakeMiniport) => undefined | void

describe('interrupts and IRQL', () => {
  test('each routine runs at its IRQL (WDK: the routine pages; adapter control as for HwStorAdapterControl)', () => {
    const t = new PortBench([{ adapterControl: () => 0, resetBus: m => (m.next(), true) }]).boot()
    t.request()
    t.interrupt(m => {
      m.complete()
      m.next()
      m.timer(() => {}, 1)
      m.notify(
        5,
        m.callback(() => {
          m.notify(
            4,
            m.callback(() => 1, Routine.DisableInterrupts),
          )
        }, Routine.EnableInterrupts),
      )
    })
    t.pass(20 * PS.ms)
    t.port.resetBus(0)
    const irqls = Object.fromEntries(t.guest.calls.map(c => [c.routine, c.irql]))
    expect(irqls).toEqual({
      DriverEntry: PASSIVE_LEVEL,
      HwFindAdapter: PASSIVE_LEVEL,
      HwInitialize: DIRQL,
      HwAdapterControl: PASSIVE_LEVEL,
      HwStartIo: DIRQL,
      HwInterrupt: DIRQL,
      HwTimer: DIRQL,
      HwEnableInterrupts: DISPATCH_LEVEL,
      HwDisableInterrupts: DIRQL,
      HwResetBus: DIRQL,
    })
    expect(t.cpu.irql).toBe(PASSIVE_LEVEL)
  })

  test('a line raised at DIRQL waits until the routine returns', () => {
    const order: string[] = []
    const t = new PortBench([
      {
        startIo: m => {
          t.adapter.raise()
          m.call('ScsiPortQuerySystemTime', m.alloc(8))
          m.spend(1000)
          order.push('StartIo ends')
        },
      },
    ]).boot()
    t.guest.isr.push(() => {
      order.push('ISR')
      t.adapter.lower()
    })
    t.request()
    expect(order).toEqual(['StartIo ends', 'ISR'])
  })

  test('a routine at PASSIVE is preempted at an import by the ISR of another miniport, and goes on', () => {
    const order: string[] = []
    const t: PortBench = new PortBench([
      {},
      {
        findAdapter: (m, ...args) => {
          t.stations[0]!.guest.isr.push(() => {
            order.push('ISR of the other')
            t.adapter.lower()
          })
          t.adapter.raise()
          order.push('before the import')
          m.call('ScsiPortQuerySystemTime', m.alloc(8))
          order.push('after the import')
          return found(m, ...args)
        },
      },
    ])
    t.boot()
    expect(order).toEqual(['before the import', 'ISR of the other', 'after the import'])
    expect(t.events(Event.Enter).map(e => [e.guest, e.a])).toContainEqual([1, Routine.Initialize])
  })

  test('also during pure computing, at a deadline check', () => {
    const order: string[] = []
    const t: PortBench = new PortBench([
      {},
      {
        findAdapter: (m, ...args) => {
          t.stations[0]!.guest.isr.push(() => {
            order.push('ISR')
            t.adapter.lower()
          })
          t.adapter.later(5 * PS.us, () => t.adapter.raise())
          m.spend(10_000)
          order.push('end')
          return found(m, ...args)
        },
      },
    ])
    t.boot()
    expect(order).toEqual(['ISR', 'end'])
  })

  test('the time of a nested ISR is not charged to the routine it preempted', () => {
    const t: PortBench = new PortBench(
      [
        {},
        {
          findAdapter: (m, ...args) => {
            m.call('ScsiPortStallExecution', 9_000_000)
            for (let n = 0; n < 10; n++) {
              t.stations[0]!.guest.isr.push(other => {
                other.call('ScsiPortStallExecution', 400_000)
                t.adapter.lower()
              })
              t.adapter.raise()
              m.call('ScsiPortStallExecution', 1)
            }
            return found(m, ...args)
          },
        },
      ],
      { cost: { isrEntryPs: 200 * PS.ms, isrExitPs: 200 * PS.ms } },
    )
    t.boot()
    expect(t.events(Event.Enter, 0).filter(e => e.a === Routine.Interrupt)).toHaveLength(10)
    expect([...t.cpu.stops.keys()]).toEqual([])
    expect(t.events(Event.Exit, 1).find(e => e.a === Routine.FindAdapter)!.d).toBeLessThan(100)
  })
})

test('the own ISR during HwAdapterControl (PASSIVE_LEVEL): its instructions are not counted twice', () => {
  const t = new PortBench([
    {
      adapterControl: m => {
        m.spend(100)
        t.adapter.raise()
        const start = t.clock.nowPs
        m.call('ScsiPortStallExecution', 1) // preempted here
        m.call('ScsiPortStallExecution', 1)
        expect(t.clock.nowPs - start).toBe(2 * PS.us + (100 + 2 + 3000) * PS.ns)
        m.spend(50)
        return 0
      },
    },
  ])
  t.guest.isr.push(m => {
    m.spend(3000)
    t.adapter.lower()
  })
  t.boot()
  const exits = t.events(Event.Exit).map(e => [e.a, e.d])
  expect(exits.slice(-2)).toEqual([
    [Routine.Interrupt, 3000],
    [Routine.AdapterControl, 152],
  ])
})

describe('the cost of interrupts', () => {
  test('entry once for a walk of the chain, exit after each ISR', () => {
    const t = new PortBench([{}, {}], { cost: { isrEntryPs: 1000 * PS.ns, isrExitPs: 200 * PS.ns } }).boot()
    const start = t.clock.nowPs
    t.interrupt(() => true, t.stations[1])
    const enters = t.events(Event.Enter).filter(e => e.a === Routine.Interrupt)
    expect(enters.map(e => [e.guest, (e.atPs - start) / PS.ns])).toEqual([
      [0, 1000],
      [1, 1200],
    ])
    expect((t.clock.nowPs - start) / PS.ns).toBe(1400)
  })
})
