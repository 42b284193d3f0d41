import { describe, expect, it } from 'vitest'
import { AdapterPhase, Event, Notification, Routine, StopKind } from '../trace/events.ts'
import { COMPLETE, ERROR, goodRequest, SyntheticRun } from './testing/synthetic-run.ts'

const INT_RULES = ['INT-2', 'INT-3', 'INT-4', 'INT-5', 'INT-8', 'INT-10', 'INT-11']

describe('rules of HwInterrupt', () => {
  it('are not exercised when nothing ran', () => {
    const run = new SyntheticRun()
    for (const id of INT_RULES) expect(run.row(id)).toMatchObject({ status: 'not-exercised', count: 0, exercised: 0 })
  })

  it('hold for a good driver that meets its own and foreign interrupts', () => {
    const run = new SyntheticRun()
    for (let n = 0; n < 5; n++) {
      goodRequest(run)
      run.isr(false, () => run.read())
    }
    expect(run.violated).toEqual([])
    for (const id of INT_RULES) expect(run.row(id).status).toBe('held')
    expect(run.row('INT-2').exercised).toBe(5)
    expect(run.row('INT-4').exercised).toBe(5)
    expect(run.row('INT-10').exercised).toBe(10)
  })

  it('judge nothing when the guest was stopped inside', () => {
    const run = new SyntheticRun()
    run
      .raise(COMPLETE)
      .isr(false, () => run.wait(2_000).emit(Event.Stopped, StopKind.Contract, Routine.Interrupt, 1, 0))
    expect(run.violated).toEqual([])
  })
})

describe('INT-2', () => {
  const foreign = (body: (run: SyntheticRun) => void, claimed = false) => {
    const run = new SyntheticRun()
    run.isr(claimed, () => body(run))
    return run
  }

  it.each([
    ['a write', (run: SyntheticRun) => run.read().write(), '1 register write'],
    ['three reads', (run: SyntheticRun) => run.read().read().read(), '3 register reads, allowed are 2'],
    ['6 µs', (run: SyntheticRun) => run.read().wait(5), 'took 6 µs, allowed are 5 µs'],
  ])('is violated by %s in a foreign interrupt', (_name, body, words) => {
    const run = foreign(body)
    expect(run.violated).toEqual(['INT-2'])
    expect(run.row('INT-2')).toMatchObject({
      status: 'violated',
      severity: 'E',
      count: 1,
      first: { entryPoint: 'HwInterrupt', srb: null },
    })
    expect(run.row('INT-2').first!.message).toContain(words)
  })

  it('does not count what another guest did meanwhile', () => {
    const run = foreign(run => {
      run.read()
      run.guest = 1
      run.read().write()
      run.guest = 0
    })
    expect(run.violated).toEqual([])
  })

  it('is not about a call in which the own adapter spoke up', () => {
    const run = foreign(run => run.raise(COMPLETE).acknowledge(COMPLETE), true)
    expect(run.violated).toEqual([])
    expect(run.row('INT-2').status).toBe('not-exercised')
  })

  it('takes the limits it is given', () => {
    const run = new SyntheticRun({ limits: { spuriousPs: 500_000, spuriousReads: 3 } })
    run.isr(false, () => run.read())
    expect(run.row('INT-2').first!.message).toContain('took 1 µs, allowed are 500 ns')
  })
})

describe('INT-3', () => {
  it('is violated by TRUE in a foreign interrupt', () => {
    const run = new SyntheticRun()
    goodRequest(run)
    run.isr(true, () => run.read())
    expect(run.violated).toEqual(['INT-3'])
    expect(run.row('INT-3').first).toMatchObject({ entryPoint: 'HwInterrupt', srb: null })
  })

  it('is violated by claiming a cause that is pending but masked', () => {
    const run = new SyntheticRun()
    run
      .enable(0)
      .raise(COMPLETE)
      .isr(true, () => run.read(0x10, COMPLETE))
    expect(run.violated).toEqual(['INT-3'])
  })

  it('allows TRUE for a cause that came up after entry', () => {
    const run = new SyntheticRun()
    run.isr(true, () => run.raise(COMPLETE).acknowledge(COMPLETE))
    expect(run.violated).toEqual([])
  })

  it('does not take a masked cause that comes up after entry for an interrupt', () => {
    const run = new SyntheticRun()
    run.enable(0).isr(true, () => run.raise(COMPLETE))
    expect(run.violated).toEqual(['INT-3'])
  })

  it('allows TRUE for a pending cause that the call itself unmasked', () => {
    const run = new SyntheticRun()
    run
      .enable(0)
      .raise(COMPLETE)
      .isr(true, () => run.write(0x18, 1).enable(0xff).acknowledge(COMPLETE))
    expect(run.violated).toEqual([])
  })

  it('allows FALSE for the spurious call after an acknowledge that was posted', () => {
    const run = new SyntheticRun({ postedWrites: true })
    const serial = run.startIo()
    run.finishCommand().isr(true, () => run.read(0x10, COMPLETE).write(0x14, COMPLETE).complete(serial))
    run.isr(false, () => run.dismiss(COMPLETE).read(0x10, 0)) // the read flushes
    expect(run.violated).toEqual([])
  })
})

describe('INT-4', () => {
  it('is violated by FALSE while the own output is asserted', () => {
    const run = new SyntheticRun({ names: { causeNames: (_guest, bits) => (bits === ERROR ? 'SCSI_ERROR' : '?') } })
    run.raise(ERROR).isr(false, () => run.read(0x10, ERROR))
    expect(run.violated).toEqual(['INT-4'])
    expect(run.row('INT-4')).toMatchObject({ severity: 'F', first: { entryPoint: 'HwInterrupt' } })
    expect(run.row('INT-4').first!.message).toContain('SCSI_ERROR pending and enabled at entry and still at return')
  })

  it('names only the causes that are enabled', () => {
    const run = new SyntheticRun()
    run.enable(COMPLETE).raise(COMPLETE).raise(ERROR).isr(false)
    expect(run.row('INT-4').first!.message).toContain(': cause 0x1 pending and enabled')
    const next = new SyntheticRun()
    next.enable(3).raise(1).raise(2).raise(ERROR)
    next.isr(true, () => next.acknowledge(1)).isr(false)
    expect(next.row('INT-4').first!.message).toContain(': cause 0x2 pending and enabled')
  })

  it('is violated by FALSE after the interrupt was dismissed', () => {
    const run = new SyntheticRun()
    const serial = run.startIo()
    run.finishCommand().isr(false, () => run.acknowledge(COMPLETE).complete(serial))
    expect(run.violated).toEqual(['INT-4'])
    expect(run.row('INT-4').first!.message).toContain('then returned FALSE')
  })

  it('excuses FALSE when the adapter was taken out', () => {
    const run = new SyntheticRun()
    run.raise(COMPLETE).isr(false, () => run.emit(Event.Adapter, AdapterPhase.Removed).dismiss(COMPLETE).read(0x10, -1))
    expect(run.violated).toEqual([])
  })

  it('with posted writes excuses one call that did not flush, not two in a row', () => {
    const run = new SyntheticRun({ postedWrites: true })
    run
      .raise(COMPLETE)
      .isr(false)
      .isr(true, () => run.acknowledge(COMPLETE))
    expect(run.violated).toEqual([])
    run.raise(COMPLETE).isr(false)
    expect(run.violated).toEqual([])
    run.isr(false)
    expect(run.violated).toEqual(['INT-4'])
  })
})

describe('INT-5', () => {
  it('is violated by a cause that outlives the call', () => {
    const run = new SyntheticRun()
    const serial = run.startIo()
    run
      .finishCommand()
      .raise(ERROR)
      .isr(true, () => run.acknowledge(COMPLETE).complete(serial))
    expect(run.violated).toEqual(['INT-5'])
    expect(run.row('INT-5')).toMatchObject({ severity: 'F', count: 1, first: { entryPoint: 'HwInterrupt', srb: null } })
    expect(run.row('INT-5').first!.message).toContain('cause 0x8 was pending')
  })

  it('allows the same cause raised anew after its acknowledge', () => {
    const run = new SyntheticRun()
    const serial = run.startIo()
    run.finishCommand().isr(true, () => run.acknowledge(COMPLETE).complete(serial).raise(COMPLETE))
    expect(run.violated).toEqual([])
  })

  it('allows a cause that came up in the call', () => {
    const run = new SyntheticRun()
    run.raise(COMPLETE).isr(true, () => run.acknowledge(COMPLETE).raise(ERROR))
    expect(run.violated).toEqual([])
  })

  it('allows masking the adapter for CallEnableInterrupts', () => {
    const run = new SyntheticRun()
    const serial = run.startIo()
    run
      .finishCommand()
      .isr(true, () => run.read().write(0x18, 0).enable(0).emit(Event.Notify, Notification.CallEnableInterrupts, 7))
    run.call(Routine.EnableInterrupts, 1, () =>
      run.dismiss(COMPLETE).complete(serial).emit(Event.Notify, Notification.CallDisableInterrupts, 8),
    )
    run.call(Routine.DisableInterrupts, 1, () => run.write(0x18, 0xff).enable(0xff))
    expect(run.violated).toEqual([])
    expect(run.row('INT-5').status).toBe('held')
  })

  describe('with posted writes', () => {
    const posted = () => {
      const run = new SyntheticRun({ postedWrites: true })
      run.raise(COMPLETE).isr(true, () => run.read(0x10, COMPLETE).write(0x14, COMPLETE))
      expect(run.violated).toEqual([])
      return run
    }

    it('allows an acknowledge that the next read flushes', () => {
      const run = posted()
      run.isr(false, () => run.dismiss(COMPLETE).read())
      expect(run.violated).toEqual([])
    })

    it('allows an acknowledge that arrives by itself', () => {
      const run = posted()
      run.wait(1).dismiss(COMPLETE)
      run.raise(COMPLETE).isr(true, () => run.acknowledge(COMPLETE))
      expect(run.violated).toEqual([])
    })

    it('blames the call after which a read left the cause standing', () => {
      const run = posted()
      const atNs = run.nowPs / 1000
      run.wait(1).isr(true, () => run.acknowledge(COMPLETE))
      expect(run.violated).toEqual(['INT-5'])
      expect(run.row('INT-5')).toMatchObject({ count: 1, first: { atNs, entryPoint: 'HwInterrupt', srb: null } })
      expect(run.rules.violations()[0]).toMatchObject({ invocation: 1 })
    })

    it('blames a call when the next one leaves the cause, too', () => {
      const run = posted()
      run.isr(true, () => run.write(0x94, 1))
      expect(run.row('INT-5')).toMatchObject({ count: 1 })
      run.isr(true, () => run.write(0x94, 1))
      expect(run.row('INT-5')).toMatchObject({ count: 2 })
    })
  })

  it('with posted writes still needs a write', () => {
    const run = new SyntheticRun({ postedWrites: true })
    run.raise(ERROR).isr(true, () => run.read(0x10, ERROR))
    expect(run.violated).toEqual(['INT-5'])
  })
})

describe('INT-8', () => {
  it('blames the interrupt after which an SRB ran into its time-out', () => {
    const run = new SyntheticRun()
    goodRequest(run)
    const serial = run.startIo()
    run
      .finishCommand()
      .wait(1)
      .isr(true, () => run.acknowledge(COMPLETE))
    const atNs = run.nowPs / 1000
    expect(run.violated).toEqual([])
    run.wait(4_000_000).emit(Event.Timeout, serial, 0)
    expect(run.violated).toEqual(['INT-8'])
    expect(run.row('INT-8')).toMatchObject({
      severity: 'E',
      count: 1,
      first: { entryPoint: 'HwInterrupt', srb: serial, atNs },
    })
    expect(run.row('INT-8').first!.message).toContain('finished 1 command, and completed 0 SRBs')
  })

  it('finds the one of two that was left behind', () => {
    const run = new SyntheticRun()
    const one = run.startIo()
    const two = run.startIo()
    run
      .finishCommand(1)
      .finishCommand(2)
      .isr(true, () => run.acknowledge(COMPLETE).complete(one))
    goodRequest(run)
    run.wait(1_000_000).emit(Event.Timeout, two, 0)
    expect(run.row('INT-8').first).toMatchObject({ srb: two, entryPoint: 'HwInterrupt' })
    expect(run.rules.violations()[0]!.number).toBeLessThan(30)
  })

  it('is earlier than the loss it explains', () => {
    const run = new SyntheticRun()
    const serial = run.startIo()
    run.finishCommand().isr(true, () => run.acknowledge(COMPLETE))
    run.wait(1_000_000).finding(4, serial)
    expect(run.violated).toEqual(['INT-8', 'IO-2'])
  })

  it.each<[string, (run: SyntheticRun, serial: number) => void]>([
    [
      'completes it in a timer',
      (run, serial) =>
        run.isr(true, () => run.acknowledge(COMPLETE)).call(Routine.Timer, 0, () => run.complete(serial)),
    ],
    [
      'fetches sense data first',
      (run, serial) => {
        run.isr(true, () => run.acknowledge(COMPLETE).write(0x98, 2))
        run.finishCommand().isr(true, () => run.acknowledge(COMPLETE).complete(serial))
      },
    ],
    [
      'leaves it, with its cause, to the next interrupt',
      (run, serial) =>
        run
          .isr(true, () => run.acknowledge(COMPLETE).raise(COMPLETE))
          .isr(true, () => run.acknowledge(COMPLETE).complete(serial)),
    ],
    [
      'has lost it to a bus reset',
      (run, serial) => {
        run.isr(true, () => run.acknowledge(COMPLETE)).emit(Event.BusReset, 0, 1)
        run.complete(serial)
      },
    ],
  ])('says nothing when the driver %s', (_name, body) => {
    const run = new SyntheticRun()
    const serial = run.startIo()
    run.finishCommand()
    body(run, serial)
    const late = run.startIo() // never finished by the adapter: a dropped command is not the driver's fault
    run.wait(1_000_000).emit(Event.Timeout, late, 0)
    expect(run.violated).toEqual([])
  })

  it('does not blame a call that put the work off', () => {
    const run = new SyntheticRun()
    const serial = run.startIo()
    run
      .finishCommand()
      .isr(true, () => run.acknowledge(COMPLETE).emit(Event.Notify, Notification.RequestTimerCall, 9, 500))
    run.emit(Event.Timeout, serial, 0)
    expect(run.violated).toEqual([])
  })

  it('does not take the cancelling of a timer for work put off', () => {
    const run = new SyntheticRun()
    const serial = run.startIo()
    run
      .finishCommand()
      .isr(true, () => run.acknowledge(COMPLETE).emit(Event.Notify, Notification.RequestTimerCall, 9, 0))
    run.emit(Event.Timeout, serial, 0)
    expect(run.violated).toEqual(['INT-8'])
  })

  it('forgets what was settled before another SRB was lost by the adapter', () => {
    const run = new SyntheticRun()
    const one = run.startIo()
    const dropped = run.startIo()
    run.finishCommand(1).isr(true, () => run.acknowledge(COMPLETE))
    run.call(Routine.Timer, 0, () => run.complete(one))
    run.emit(Event.Timeout, dropped, 0)
    expect(run.violated).toEqual([])
  })

  it('forgets what a bus reset dropped', () => {
    const run = new SyntheticRun()
    run.startIo()
    const dropped = run.startIo()
    run.finishCommand(1).isr(true, () => run.acknowledge(COMPLETE).emit(Event.BusReset, 1, 2))
    goodRequest(run)
    run.emit(Event.Timeout, dropped, 0)
    expect(run.violated).toEqual([])
  })

  it('does not blame a call that left the cause pending for the rest', () => {
    const run = new SyntheticRun()
    const one = run.startIo()
    const two = run.startIo()
    run.finishCommand(1).finishCommand(2)
    run.isr(true, () => run.acknowledge(COMPLETE).complete(one).raise(COMPLETE))
    run.emit(Event.Timeout, two, 0)
    expect(run.violated).toEqual([])
  })

  it('does not blame an interrupt before the SRB was started', () => {
    const run = new SyntheticRun()
    const one = run.startIo()
    run.finishCommand().isr(true, () => run.acknowledge(COMPLETE))
    const two = run.startIo()
    run.emit(Event.Timeout, two, 0)
    expect(run.violated).toEqual([])
    run.emit(Event.Timeout, one, 0)
    expect(run.violated).toEqual(['INT-8'])
  })
})

describe('INT-10', () => {
  it.each([
    [25, undefined],
    [26, 'W'],
    [50, 'W'],
    [51, 'E'],
  ])('%i µs: %s', (us, severity) => {
    const run = new SyntheticRun({ off: ['INT-13'] })
    run.raise(COMPLETE).isr(true, () => run.dismiss(COMPLETE).wait(us))
    expect(run.violated).toEqual(severity === undefined ? [] : ['INT-10'])
    if (severity !== undefined)
      expect(run.row('INT-10')).toMatchObject({ severity, first: { entryPoint: 'HwInterrupt' } })
  })

  it('shows the worst severity and the first violation', () => {
    const run = new SyntheticRun()
    for (const us of [30, 60, 40]) run.raise(COMPLETE).isr(true, () => run.dismiss(COMPLETE).wait(us))
    expect(run.row('INT-10')).toMatchObject({ severity: 'E', count: 3 })
    expect(run.row('INT-10').first!.message).toContain('took 30 µs (0 register reads, 0 writes, 100 instructions)')
  })
})

describe('INT-11', () => {
  it.each<[number[], string | undefined, number]>([
    [[50], undefined, 0],
    [[51], 'W', 1],
    [[999], 'W', 1],
    [[1_000], 'E', 1],
    [[40, 40, 40], undefined, 0],
    [Array.from({ length: 30 }, () => 40), 'E', 1],
    [[100_000], 'E', 1],
    [[100_001], 'F', 1],
    [[-1], 'F', 1],
    [[60, 2_000], 'E', 2],
  ])('stalls of %j µs: %s', (stalls, severity, count) => {
    const run = new SyntheticRun({ off: ['INT-2', 'INT-10'] })
    run.isr(false, () => {
      for (const us of stalls) run.emit(Event.Stall, us)
    })
    expect(run.row('INT-11')).toMatchObject({ status: count > 0 ? 'violated' : 'held', count })
    if (severity !== undefined)
      expect(run.row('INT-11')).toMatchObject({ severity, first: { entryPoint: 'HwInterrupt' } })
  })

  it('adds up per call, and leaves other routines to other rules', () => {
    const run = new SyntheticRun({ off: ['INT-2', 'INT-10'] })
    for (let n = 0; n < 30; n++) run.isr(false, () => run.emit(Event.Stall, 40))
    run.startIo(() => run.emit(Event.Stall, 5_000))
    expect(run.violated).toEqual(['ST-1'])
  })
})

describe('a rule of HwInterrupt that is switched off', () => {
  it.each<[string, (run: SyntheticRun) => void]>([
    ['INT-2', run => run.isr(false, () => run.write())],
    ['INT-3', run => run.isr(true)],
    ['INT-4', run => run.raise(ERROR).isr(false)],
    ['INT-5', run => run.raise(ERROR).isr(true)],
    [
      'INT-8',
      run => {
        const serial = run.startIo()
        run.finishCommand().isr(true, () => run.acknowledge(COMPLETE))
        run.emit(Event.Timeout, serial)
      },
    ],
    ['INT-10', run => run.raise(ERROR).isr(true, () => run.dismiss(ERROR).wait(40))],
    ['INT-11', run => run.raise(ERROR).isr(true, () => run.dismiss(ERROR).emit(Event.Stall, 60))],
  ])('%s: finds nothing and has no row', (id, violate) => {
    const on = new SyntheticRun()
    violate(on)
    expect(on.violated).toEqual([id])
    const off = new SyntheticRun({ off: [id] })
    violate(off)
    expect(off.violated).toEqual([])
    expect(off.rules.report(0).map(r => r.id)).not.toContain(id)
  })
})
