// What a miniport asks to be called for later: HwScsiTimer, the callbacks of CallEnableInterrupts and CallDisableInterrupts.
// Sources: WDK HwScsiTimer, ScsiPortNotification (RequestTimerCall, CallEnableInterrupts, CallDisableInterrupts),
// HwScsiEnableInterruptsCallback, HwScsiDisableInterruptsCallback.
import { describe, expect, test } from 'vitest'
import { PS } from '../../device/clock.ts'
import { Event, Finding, Notification, Routine, StopKind } from '../trace/events.ts'
import { DIRQL, DISPATCH_LEVEL } from './cpu.ts'
import type { FakeMiniport, MiniportSpec, RoutineFn } from './testing/fake-miniport.ts'
import { type BenchOptions, PortBench } from './testing/port-bench.ts'

const bench = (spec: MiniportSpec = {}, options: BenchOptions = {}): PortBench => new PortBench([spec], options).boot()
const timers = (t: PortBench): number[] => t.guest.calls.filter(c => c.routine === 'HwTimer').map(c => c.atPs)
const tick: RoutineFn = () => {}

describe('HwScsiTimer', () => {
  test.each([
    [1, 10],
    [10_000, 20],
    [24_000, 30],
    [99_999, 110],
  ])('%i us: called once, at the next multiple of 10 ms (%i ms), never early', (us, ms) => {
    const t = bench()
    t.pass(5 * PS.ms)
    t.interrupt(m => m.timer(tick, us))
    t.seconds(1)
    expect(timers(t)).toEqual([ms * PS.ms])
  })

  test('granularity 0: exactly', () => {
    const t = bench({}, { settings: { timerGranularityPs: 0 } })
    t.interrupt(m => m.timer(tick, 123))
    const from = t.events(Event.TimerArmed)[0]!.atPs
    t.seconds(1)
    expect(timers(t)).toEqual([from + 123 * PS.us])
  })

  test('a new request replaces the one before', () => {
    const t = bench()
    const called: string[] = []
    t.interrupt(m => m.timer(() => void called.push('first'), 50_000))
    t.interrupt(m => m.timer(() => void called.push('second'), 200_000))
    t.seconds(1)
    expect(called).toEqual(['second'])
  })

  test('0 cancels', () => {
    const t = bench()
    t.interrupt(m => m.timer(tick, 50_000))
    t.interrupt(m => m.timer(tick, 0))
    t.seconds(1)
    expect(timers(t)).toEqual([])
    expect(t.events(Event.TimerArmed).map(e => e.a)).toEqual([50_000, 0])
  })

  test('one that has expired but was not delivered yet is replaced as well', () => {
    const t = bench()
    t.guest.isr.push(m => {
      m.timer(tick, 0)
      t.adapter.lower()
    })
    t.interrupt(m => m.timer(tick, 50_000))
    t.clock.advanceTo(60 * PS.ms)
    t.adapter.raise()
    t.settle()
    expect(timers(t)).toEqual([])
  })

  test('may arm itself again', () => {
    const t = bench()
    const again: RoutineFn = m => m.timer(again, 10_000)
    t.interrupt(m => m.timer(again, 10_000))
    t.pass(105 * PS.ms)
    const calls = timers(t)
    expect(calls.length).toBeGreaterThanOrEqual(5)
    expect(Math.min(...calls.slice(1).map((at, n) => at - calls[n]!))).toBeGreaterThanOrEqual(10 * PS.ms)
  })

  test('is never called from inside another routine: it waits for the ISR', () => {
    const t = bench({}, { settings: { timerGranularityPs: 0 } })
    t.interrupt(m => m.timer(tick, 10))
    t.interrupt(m => {
      m.call('ScsiPortStallExecution', 100)
      m.note('ISR ends')
    })
    expect(t.routines().slice(-3)).toEqual(['HwInterrupt', 'ISR ends', 'HwTimer'])
  })

  test('gets the device extension; may complete requests', () => {
    const t = bench()
    const io = t.request()
    t.interrupt(m => m.timer(() => (m.complete(), m.next()), 1))
    t.pass(20 * PS.ms)
    expect(t.guest.calls.find(c => c.routine === 'HwTimer')!.args).toEqual([t.guest.extension])
    expect(io.done).toBe(true)
  })

  test.each([
    ['NULL', () => 0],
    ['a routine that returns something', (m: FakeMiniport) => m.callback(() => 1, Routine.Interrupt)],
  ])('%s as routine is found', (_name, fn) => {
    const t = bench()
    t.interrupt(m => m.notify(Notification.RequestTimerCall, fn(m), 100))
    expect(t.events(Event.Finding)).toMatchObject([{ a: Finding.BadSignature, c: Routine.Timer }])
    t.seconds(1)
    expect(t.port.dead).toBe(false)
  })
})

describe('CallEnableInterrupts and CallDisableInterrupts', () => {
  const disable = (m: FakeMiniport, fn: RoutineFn = () => 1): void =>
    m.notify(Notification.CallDisableInterrupts, m.callback(fn, Routine.DisableInterrupts))
  const defer = (m: FakeMiniport, fn: RoutineFn): void =>
    m.notify(Notification.CallEnableInterrupts, m.callback(fn, Routine.EnableInterrupts))

  test('the enable callback runs at DISPATCH after the ISR, the disable callback at DIRQL after it', () => {
    const t = bench()
    t.interrupt(m => {
      defer(m, () => {
        disable(m)
        m.note('enable callback ends')
      })
      m.note('ISR ends')
    })
    const calls = t.guest.calls.slice(-5)
    expect(calls.map(c => c.routine)).toEqual([
      'HwInterrupt',
      'ISR ends',
      'HwEnableInterrupts',
      'enable callback ends',
      'HwDisableInterrupts',
    ])
    expect([calls[2]!.irql, calls[4]!.irql]).toEqual([DISPATCH_LEVEL, DIRQL])
  })

  test('HwInterrupt is not called meanwhile, but the ISRs of others on the line are', () => {
    const t = new PortBench([{}, {}]).boot()
    const inside: number[] = []
    t.interrupt(m => {
      defer(m, () => {
        const before = t.guest.calls.length
        t.stations[1]!.guest.isr.push(() => {
          t.stations[1]!.adapter.lower()
        })
        t.stations[1]!.adapter.raise()
        m.call('ScsiPortQuerySystemTime', m.alloc(8))
        inside.push(t.guest.calls.length - before, t.stations[1]!.guest.isr.length)
        disable(m)
      })
    })
    expect(inside).toEqual([0, 0])
  })

  test('an interrupt of its own waits and is served after the disable callback', () => {
    const t = bench()
    t.interrupt(m => {
      defer(m, () => {
        t.adapter.raise()
        m.call('ScsiPortQuerySystemTime', m.alloc(8))
        m.isr.push(() => t.adapter.lower())
        disable(m)
      })
    })
    expect(t.port.dead).toBe(false)
    expect(t.routines().slice(-4)).toEqual(['HwInterrupt', 'HwEnableInterrupts', 'HwDisableInterrupts', 'HwInterrupt'])
  })

  test('without CallDisableInterrupts HwInterrupt is never called again', () => {
    const t = bench()
    t.interrupt(m => defer(m, () => 1))
    const io = t.request()
    t.adapter.raise()
    t.settle()
    t.seconds(1)
    expect(t.routines().filter(r => r === 'HwInterrupt')).toHaveLength(1)
    expect([io.done, t.port.interruptible, t.port.dead]).toEqual([false, false, false])
  })

  test('CallDisableInterrupts may come later, from the timer', () => {
    const t = bench()
    t.interrupt(m => defer(m, () => m.timer(() => disable(m), 1)))
    expect(t.port.interruptible).toBe(false)
    t.pass(20 * PS.ms)
    expect(t.routines().at(-1)).toBe('HwDisableInterrupts')
    expect(t.port.interruptible).toBe(true)
  })

  test('requests may be completed and asked for in the enable callback', () => {
    const t = bench()
    const [a, b] = [t.request(), t.request()]
    t.interrupt(m => {
      defer(m, () => {
        m.complete()
        m.next()
        disable(m)
      })
    })
    expect([a.done, t.started()]).toEqual([true, [a.serial, b.serial]])
  })

  test('what was completed in the ISR is delivered before the enable callback runs', () => {
    const order: string[] = []
    const t = bench()
    t.request({ onDone: () => order.push('done') })
    t.interrupt(m => {
      m.complete()
      m.next()
      defer(m, () => {
        order.push('enable')
        disable(m)
      })
    })
    expect(order).toEqual(['done', 'enable'])
  })

  test('completing in the disable callback is found (only re-enable the adapter there)', () => {
    const t = bench()
    t.request()
    t.interrupt(m => {
      defer(m, () => {
        disable(m, () => (m.complete(), m.next(), 1))
      })
    })
    expect(t.findings()).toEqual([Finding.ForbiddenCall, Finding.ForbiddenCall])
  })

  test('NULL as callback is found and changes nothing', () => {
    const t = bench()
    t.interrupt(m => m.notify(Notification.CallEnableInterrupts, 0))
    expect(t.findings()).toEqual([Finding.BadSignature])
    expect(t.port.interruptible).toBe(true)
  })
})

describe('callbacks that ask for themselves without end', () => {
  const again =
    (type: number, routine: Routine): RoutineFn =>
    m => {
      const fn: RoutineFn = x => x.notify(type, x.callback(fn, routine))
      m.notify(type, m.callback(fn, routine))
    }
  test.each([
    ['HwEnableInterrupts', again(Notification.CallEnableInterrupts, Routine.EnableInterrupts)],
    ['HwDisableInterrupts', again(Notification.CallDisableInterrupts, Routine.DisableInterrupts)],
  ])('%s: the miniport is stopped, its name in the reason', (name, body) => {
    const t = new PortBench([{}, {}], { limits: { stormInvocations: 50 } }).boot()
    const io = t.request()
    t.interrupt(m => void body(m))
    expect(t.cpu.stops.get(0)).toMatchObject({
      kind: StopKind.InterruptStorm,
      message: expect.stringContaining(`${name} was asked for again through 51 DPCs`),
    })
    expect([io.done, t.stations[1]!.port.dead]).toEqual([true, false])
  })

  test('HwDmaStarted that calls ScsiPortIoMapTransfer', () => {
    const t = new PortBench([
      {
        config: { DmaChannel: 5 },
        dmaStarted: m =>
          void m.call('ScsiPortIoMapTransfer', m.extension, m.active[0]!, m.srb(m.active[0]!, 'DataBuffer'), 4),
        startIo: (m, _ext, srb) => {
          m.active.push(srb!)
          m.call('ScsiPortIoMapTransfer', m.extension, srb!, m.srb(srb!, 'DataBuffer'), 4)
        },
      },
    ]).boot()
    t.request({ direction: 'in', bytes: 64 })
    expect(t.cpu.stops.get(0)!.message).toContain('HwDmaStarted')
  })
})

describe('notifications nobody acts on', () => {
  test.each([
    ['BusChangeDetected', Notification.BusChangeDetected, [0]],
    ['WMIEvent', Notification.WmiEvent, [0x1000, 4, 0xff, 0, 0]],
    ['LinkUp, which is no ScsiPort notification', 10, []],
    ['a number nobody knows', 0x7fff_ffff, []],
  ])('%s is recorded', (_name, type, args) => {
    const t = bench()
    t.interrupt(m => m.notify(type, ...args))
    expect(t.events(Event.Notify).at(-1)!.a).toBe(type)
    expect([t.port.dead, t.findings()]).toEqual([false, []])
  })

  test('arguments outside memory stop the miniport by name', () => {
    const t = bench()
    t.interrupt(m => m.call('ScsiPortNotification', Notification.RequestComplete, m.extension, m.u8.length - 2))
    expect(t.cpu.stops.get(0)!.message).toContain('ScsiPortNotification')
  })
})
