// Rules on adapters of other shapes than the reference adapter's: no status register, commands that are no CDBs, faults that cannot be.
import { describe, expect, it } from 'vitest'
import { AdapterPhase, Event, Notification, Routine } from '../trace/events.ts'
import { type AdapterShape, ANY_ADAPTER } from './names.ts'
import { COMPLETE, ERROR, SyntheticRun } from './testing/synthetic-run.ts'

const QUEUES: AdapterShape = {
  statusRegister: false,
  carriesCdbs: false,
  forbidsDisconnect: false,
  resetCauses: 0,
  immune: { 'bus-reset': 'there is no bus', 'reselect-unknown-tag': 'nobody reselects' },
}
const MAILBOXES: AdapterShape = { ...ANY_ADAPTER, resetCauses: ERROR }

const on = (shape: AdapterShape): SyntheticRun => new SyntheticRun({ names: { adapter: () => shape } })
const fetch = (run: SyntheticRun, tag: number, opcode: number, digest = 0) =>
  run.emit(Event.CommandFetched, tag, 0, 0, opcode | (digest << 8))
/** The head of a completion queue moves, and with it all causes go. */
const HEAD = 0x100c

describe('completions are found in memory', () => {
  const driver = (shape: AdapterShape): SyntheticRun => {
    const run = on(shape)
    const serial = run.startIo(() => run.write(0x1008, 1))
    run.wait(20).finishCommand()
    run.isr(true, () => run.complete(serial).write(HEAD, 1).dismiss(COMPLETE))
    run.wait(20).isr(false)
    return run
  }

  it('INT-1 has nothing to look at, and says so', () => {
    expect(driver(QUEUES).row('INT-1')).toMatchObject({
      ...{ status: 'not-applicable', count: 0, exercised: 0 },
      reason: 'no register of the adapter tells whether it interrupts: the driver looks into memory',
    })
    expect(driver(QUEUES).violated).toEqual([])
  })

  it('with a status register the same driver breaks it', () => {
    expect(driver(ANY_ADAPTER).row('INT-1')).toMatchObject({ status: 'violated', count: 1, exercised: 1 })
  })

  it.each(['INT-2', 'INT-3'])("%s: an interrupt for which completions were found is the driver's own", id => {
    const count = (shape: AdapterShape) => {
      const run = on(shape)
      const serial = run.startIo()
      run.emit(Event.CommandFinished, 0, 0, 0, 4096) // the line stays low
      run.isr(true, () => run.complete(serial).write(HEAD, 1))
      return run.row(id).count
    }
    expect([count(ANY_ADAPTER), count(QUEUES)]).toEqual([1, 0])
  })

  it.each([
    ['a driver that takes one completion and leaves another', true, 'held'],
    ['a driver that takes none', false, 'violated'],
  ] as const)('%s: INT-5', (_what, takes, status) => {
    const run = on(QUEUES)
    const first = run.startIo()
    run.startIo()
    run.finishCommand().emit(Event.CommandFinished, 1, 0, 0, 4096)
    run.isr(true, () => {
      if (takes) run.complete(first).write(HEAD, 1).dismiss(COMPLETE).raise(COMPLETE)
    })
    expect(run.row('INT-5').status).toBe(status)
  })
})

describe('commands that are no CDBs', () => {
  it('are not compared with those of the SRBs', () => {
    const status = (shape: AdapterShape) => {
      const run = on(shape)
      const serial = run.startIo(() => fetch(run, 1, 0x06))
      run.emit(Event.CommandFinished, 1, 0, 0, 0).complete(serial)
      return run.row('IO-25').status
    }
    expect([status(ANY_ADAPTER), status(QUEUES)]).toEqual(['violated', 'not-applicable'])
  })

  it('of the driver itself owe no completion', () => {
    const run = on(QUEUES)
    const serial = run.startIo()
    fetch(run, 5, 0x06, 77)
    run.emit(Event.CommandFinished, 5, 0, 0, 0).raise(COMPLETE)
    run.isr(true, () => run.write(HEAD, 1).dismiss(COMPLETE))
    run.wait(1e6).emit(Event.Timeout, serial)
    expect(run.row('INT-8').count).toBe(0)
  })
})

describe('data that the driver takes in itself', () => {
  const moved = (shape: AdapterShape, opcode: number) => {
    const run = on(shape)
    const serial = run.startIo(() => fetch(run, 1, opcode, 0xffffff))
    run.emit(Event.CommandFinished, 1, 0, 0, 0).complete(serial)
    return run.row('IO-7').count
  }

  it.each([
    ['WRITE SAME of zeros moves nothing', QUEUES, 0x93, 0],
    ['UNMAP moves what the driver made of it', QUEUES, 0x42, 0],
    ['READ moves what was asked for', QUEUES, 0x88, 1],
    ['WRITE does', QUEUES, 0x8a, 1],
    ['VERIFY does', QUEUES, 0x8f, 1],
    ['an adapter that carries CDBs moves what they say', ANY_ADAPTER, 0x93, 1],
  ] as const)('%s: IO-7', (_what, shape, opcode, count) => {
    expect(moved(shape, opcode)).toBe(count)
  })
})

describe('an adapter that was taken out', () => {
  const last = (shape: AdapterShape, completes: boolean) => {
    const run = on(shape)
    const serial = run.startIo()
    run.finishCommand().emit(Event.Adapter, AdapterPhase.Removed)
    run.isr(true, () => {
      if (completes) run.complete(serial)
    })
    return run.row('INT-25').count
  }

  it.each([
    ['has left completions in memory', QUEUES, true, 0],
    ['has left none', QUEUES, false, 1],
    ['would have told by a register', ANY_ADAPTER, true, 1],
  ] as const)('%s: INT-25', (_what, shape, completes, count) => {
    expect(last(shape, completes)).toBe(count)
  })
})

describe('faults an adapter cannot suffer', () => {
  const reset = (shape: AdapterShape) =>
    on(shape).emit(Event.BusReset, 0, 0).emit(Event.Reselection, 0, 0, 63).raise(ERROR)

  it.each([
    ['INT-21', 'there is no bus'],
    ['INT-22', 'nobody reselects'],
  ])('%s is not applicable, whatever happened', (id, reason) => {
    const accused = (shape: AdapterShape) => {
      const run = reset(shape)
      run.isr(true, () => run.acknowledge(ERROR))
      return run.row(id)
    }
    expect(accused(QUEUES)).toMatchObject({ status: 'not-applicable', reason, count: 0, exercised: 0 })
  })
})

it('IN-2: an adapter without a bus has none that HwInitialize could reset', () => {
  const start = (shape: AdapterShape) => on(shape).emit(Event.Adapter, AdapterPhase.Initialized, 1).row('IN-2')
  expect(start(QUEUES)).toMatchObject({ status: 'not-applicable', reason: 'there is no bus', exercised: 0 })
  expect(start(ANY_ADAPTER)).toMatchObject({ status: 'held', exercised: 1 })
})

describe('a bus reset by somebody else', () => {
  /** A completion was on its way when the bus was reset; the cause of the reset comes behind it. */
  const run = (shape: AdapterShape, told: boolean): SyntheticRun => {
    const run = on(shape)
    run.emit(Event.BusReset, 0, 0).raise(COMPLETE)
    run.isr(true, () => run.acknowledge(COMPLETE))
    run.raise(ERROR)
    return run.isr(true, () => {
      run.acknowledge(ERROR)
      if (told) run.emit(Event.Notify, Notification.ResetDetected, -1)
    })
  }

  it.each([
    ['told', MAILBOXES, true, 'held'],
    ['not told', MAILBOXES, false, 'violated'],
    // Where nobody knows better, the next cause is taken for the one that brings it.
    ['told, but who knows', ANY_ADAPTER, true, 'violated'],
  ] as const)('is brought by the cause that says so: %s', (_what, shape, told, status) => {
    expect(run(shape, told).row('INT-21')).toMatchObject({ status, exercised: 1 })
  })
})

it('a routine that resets the controller instead of a bus is a reset', () => {
  const run = on(QUEUES)
  run.startIo()
  run.call(Routine.ResetBus, 1, () => run.write(0x14, 0).emit(Event.AdapterReset, 1))
  expect(run.row('RB-4').status).toBe('held')
})
