// The rules of HwInterrupt that came later, and those of logging, error reports, bus changes and long routines: what breaks them, what does not.
import { describe, expect, it } from 'vitest'
import { CONFIG, HWID } from '../../schemas/scsiport.ts'
import { AdapterPhase, Event, Finding, Notification, Routine, StopKind } from '../trace/events.ts'
import { forbiddenOwner } from './forbidden.ts'
import { Host } from './host-errors.ts'
import { COMPLETE, ERROR, goodRequest, SyntheticRun } from './testing/synthetic-run.ts'

const { CallEnableInterrupts, CallDisableInterrupts, ResetDetected, BusChangeDetected, WmiEvent } = Notification

/** A request whose command the adapter ends so, and how it comes back. */
function request(
  run: SyntheticRun,
  host: number,
  srbStatus: number,
  { log = 0, scsi = 0, late = false }: { log?: number; scsi?: number; late?: boolean } = {},
): number {
  const serial = run.startIo(() => run.write(0x98, 1))
  run.emit(Event.CommandFetched, 1, 0, 0, -1).wait(10)
  run.emit(Event.CommandFinished, 1, scsi, host, host === Host.ok ? 4096 : 0).raise(COMPLETE)
  run.isr(true, () => {
    run.acknowledge(COMPLETE)
    if (log !== 0 && !late) run.emit(Event.LogError, serial, log, 0x300 + host)
    run.emit(Event.Notify, Notification.RequestComplete, serial).emit(Event.SrbCompleted, serial, srbStatus, scsi, 4096)
    if (log !== 0 && late) run.emit(Event.LogError, serial, log, 0x300 + host)
  })
  return serial
}

/** An interrupt whose work is put off; each part may be replaced. */
function deferred(
  run: SyntheticRun,
  {
    mask = () => void run.write(0x18, 0).enable(0),
    between = () => {},
    end = () => void run.emit(Event.Notify, CallDisableInterrupts, 8),
    result = 1,
    enable = () => void run.write(0x18, 0xff).enable(0xff),
  }: { mask?: () => void; between?: () => void; end?: () => void; result?: number; enable?: () => void } = {},
): void {
  const serial = run.startIo()
  run.finishCommand().isr(true, () => {
    run.read(0x10, COMPLETE)
    mask()
    run.emit(Event.Notify, CallEnableInterrupts, 7)
  })
  between()
  run.call(Routine.EnableInterrupts, result, () => {
    run.dismiss(COMPLETE).complete(serial)
    end()
  })
  run.call(Routine.DisableInterrupts, 1, enable)
}

const systemDma = (run: SyntheticRun): SyntheticRun =>
  run.emit(Event.InitField, HWID.HwDmaStarted, 9, 0, 4).emit(Event.ConfigField, CONFIG.Master, 0, 0, 1)

interface Case {
  id: string
  name: string
  severity?: string
  entryPoint?: string
  words: string
  /** Other rules that break with it. */
  also?: string[]
  violate(run: SyntheticRun): void
}

const ISR = 'HwInterrupt'

const BROKEN: Case[] = [
  {
    id: 'INT-1',
    name: 'a write before the status is read',
    severity: 'W',
    words: 'wrote 0x18 before',
    violate: run => run.raise(COMPLETE).isr(true, () => run.write(0x18, 0).acknowledge(COMPLETE)),
  },
  {
    id: 'INT-1',
    name: 'a read of another register first',
    words: 'read 0x0C before',
    violate: run => run.raise(COMPLETE).isr(true, () => run.read(0x0c).acknowledge(COMPLETE)),
  },
  {
    id: 'INT-7',
    name: 'a parity error that comes back as a success',
    severity: 'E',
    words: 'SRB_STATUS_SUCCESS, but the adapter had ended its command with a parity error',
    violate: run => void request(run, Host.parity, 0x01),
  },
  {
    id: 'INT-8',
    name: 'an SRB that the enable callback leaves behind',
    severity: 'E',
    entryPoint: 'HwEnableInterrupts',
    words: 'the callback of CallEnableInterrupts ran when the adapter had finished 2 commands, and completed 1 SRB',
    violate: run => {
      const left = run.startIo()
      run.finishCommand(1)
      deferred(run)
      run.wait(1_000_000).emit(Event.Timeout, left, 0)
    },
  },
  {
    id: 'INT-9',
    name: 'a system DMA transfer without IoMapTransfer',
    severity: 'F',
    words: 'without a call of ScsiPortIoMapTransfer',
    violate: run => void request(systemDma(run), Host.dmaError, 0x04, { log: 6 }),
  },
  {
    id: 'INT-12',
    name: 'seven reads of one register',
    severity: 'W',
    words: 'read 0x0C 7 times',
    violate: run =>
      run.raise(COMPLETE).isr(true, () => {
        run.acknowledge(COMPLETE)
        for (let n = 0; n < 7; n++) run.read(0x0c).emit(Event.Print, 3, -1).emit(Event.Print, 3, -1)
      }),
  },
  {
    id: 'INT-13',
    name: 'work of 60 µs',
    severity: 'W',
    words: 'worked for 61.2 µs without CallEnableInterrupts',
    also: ['INT-10'],
    violate: run => run.raise(COMPLETE).isr(true, () => run.acknowledge(COMPLETE).wait(60).emit(Event.Print, 3, -1)),
  },
  {
    id: 'INT-13',
    name: 'work of more than a millisecond',
    severity: 'E',
    words: 'without CallEnableInterrupts',
    also: ['INT-10'],
    violate: run => run.raise(COMPLETE).isr(true, () => run.acknowledge(COMPLETE).wait(1_100).emit(Event.Print, 3, -1)),
  },
  {
    id: 'INT-14',
    name: 'an adapter that interrupts before the callbacks have run',
    severity: 'E',
    words: 'without masking the adapter',
    violate: run => deferred(run, { mask: () => void run.dismiss(COMPLETE), between: () => void run.raise(COMPLETE) }),
  },
  {
    id: 'INT-14',
    name: 'an output that is left asserted',
    words: 'without masking the adapter',
    also: ['INT-5'],
    violate: run => deferred(run, { mask: () => {} }),
  },
  {
    id: 'INT-16',
    name: 'an enable callback without CallDisableInterrupts',
    severity: 'F',
    entryPoint: 'HwEnableInterrupts',
    words: 'the adapter stays masked',
    violate: run => deferred(run, { end: () => {} }),
  },
  {
    id: 'INT-16',
    name: 'an enable callback that returns FALSE',
    severity: 'W',
    entryPoint: 'HwEnableInterrupts',
    words: 'returned FALSE',
    violate: run => deferred(run, { result: 0 }),
  },
  {
    id: 'INT-17',
    name: 'a disable callback that touches no register',
    severity: 'E',
    entryPoint: 'HwDisableInterrupts',
    words: 'touched no register',
    violate: run => deferred(run, { enable: () => {} }),
  },
  {
    id: 'INT-17',
    name: 'a disable callback that asks for a request',
    entryPoint: 'HwDisableInterrupts',
    words: 'called ScsiPortNotification(NextRequest)',
    violate: run =>
      deferred(run, {
        enable: () => {
          const name = run.trace.intern('ScsiPortNotification(NextRequest)')
          run.write(0x18, 0xff).enable(0xff).finding(Finding.ForbiddenCall, -1, name, Routine.DisableInterrupts)
        },
      }),
  },
  {
    id: 'INT-19',
    name: 'a crash while nothing is active',
    severity: 'E',
    words: 'HwInitialize had not been called yet), and crashed: divide by zero',
    violate: run =>
      run
        .raise(ERROR)
        .isr(false, () =>
          run
            .acknowledge(ERROR)
            .emit(Event.Stopped, StopKind.Trap, Routine.Interrupt, 1, run.trace.intern('divide by zero')),
        ),
  },
  {
    id: 'INT-19',
    name: 'a completion while nothing is active',
    words: 'the adapter was idle), and completed an SRB all the same',
    also: ['IO-2'],
    violate: run => {
      run.call(Routine.Initialize, 1)
      run.raise(COMPLETE).isr(true, () => run.acknowledge(COMPLETE).finding(Finding.UnknownSrb, -1, 0x1000))
    },
  },
  {
    id: 'INT-20',
    name: 'bus data in the ISR',
    severity: 'F',
    words: 'HwInterrupt called ScsiPortGetBusData',
    violate: run => {
      const name = run.trace.intern('ScsiPortGetBusData')
      run
        .raise(COMPLETE)
        .isr(true, () => run.acknowledge(COMPLETE).finding(Finding.ForbiddenCall, -1, name, Routine.Interrupt))
    },
  },
  {
    id: 'INT-21',
    name: 'a reset by somebody else that is not told',
    severity: 'E',
    words: 'ScsiPortNotification(ResetDetected) did not follow',
    violate: run =>
      run
        .emit(Event.BusReset, 0, 0)
        .raise(ERROR)
        .isr(true, () => run.acknowledge(ERROR)),
  },
  {
    id: 'INT-21',
    name: 'a reset that was to be told later, and never was',
    words: 'did not follow',
    violate: run =>
      run
        .emit(Event.BusReset, 0, 0)
        .raise(ERROR)
        .isr(true, () => run.acknowledge(ERROR).emit(Event.Notify, Notification.RequestTimerCall, 1, 100)),
  },
  {
    id: 'INT-22',
    name: 'an unknown tag that is not logged',
    severity: 'E',
    words: 'did not log SP_INVALID_RESELECTION',
    violate: run =>
      run
        .emit(Event.Reselection, 2, 1, 63)
        .raise(ERROR)
        .isr(true, () => run.acknowledge(ERROR)),
  },
  {
    id: 'INT-22',
    name: 'an unknown tag for which some SRB is completed',
    words: 'completed SRB #1, whose command the adapter had not finished',
    violate: run => {
      const serial = run.startIo()
      run.emit(Event.Reselection, 2, 1, 63).raise(ERROR)
      run.isr(true, () => run.acknowledge(ERROR).emit(Event.LogError, -1, 3, 1).complete(serial))
    },
  },
  {
    id: 'INT-23',
    name: 'two WMI events in one call',
    severity: 'W',
    words: 'twice in one call',
    violate: run =>
      run
        .raise(COMPLETE)
        .isr(true, () => run.acknowledge(COMPLETE).emit(Event.Notify, WmiEvent, -1).emit(Event.Notify, WmiEvent, -1)),
  },
  {
    id: 'INT-23',
    name: 'six WMI events in a second',
    words: '6 times within a second',
    violate: run => {
      for (let n = 0; n < 6; n++)
        run.raise(COMPLETE).isr(true, () => run.acknowledge(COMPLETE).emit(Event.Notify, WmiEvent, -1))
    },
  },
  {
    id: 'INT-25',
    name: 'TRUE for an adapter that is gone',
    severity: 'F',
    words: 'not there any more',
    violate: run => run.emit(Event.Adapter, AdapterPhase.Removed).isr(true, () => run.read(0x10, -1).write(0x14, -1)),
  },
  {
    id: 'INT-25',
    name: 'a loop that never ends because the adapter is gone',
    words: 'did not survive',
    violate: run =>
      run
        .emit(Event.Adapter, AdapterPhase.Removed)
        .isr(false, () => run.read(0x10, -1).emit(Event.Stopped, StopKind.TimeLimit, Routine.Interrupt, 1, 0)),
  },
  {
    id: 'LG-1',
    name: 'a DMA error without an entry in the log',
    severity: 'W',
    words: 'with a DMA error, and ScsiPortLogError was not called',
    violate: run => void request(run, Host.dmaError, 0x04),
  },
  {
    id: 'LG-3',
    name: 'a parity error without an entry in the log',
    severity: 'W',
    words: 'SRB_STATUS_PARITY_ERROR, and ScsiPortLogError was not called',
    violate: run => void request(run, Host.parity, 0x0f),
  },
  {
    id: 'LG-4',
    name: 'a code that is no SP_ code',
    severity: 'W',
    words: 'error code 0xE, which is no SP_ code',
    violate: run => run.isr(false, () => run.read().emit(Event.LogError, -1, 0x0e, 1)),
  },
  {
    id: 'LG-4',
    name: 'one UniqueId for two codes',
    words: 'UniqueId 0x5 for error code 5, after the same UniqueId for code 1',
    violate: run => run.isr(false, () => run.read().emit(Event.LogError, -1, 1, 5).emit(Event.LogError, -1, 5, 5)),
  },
  {
    id: 'LG-5',
    name: 'an entry after the completion',
    severity: 'F',
    words: 'for SRB #1 after it had been completed',
    violate: run => void request(run, Host.selectionTimeout, 0x0a, { log: 4, late: true }),
  },
  {
    id: 'ER-1',
    name: 'a selection time-out that is lumped in',
    severity: 'E',
    words:
      'SRB_STATUS_ERROR, but the adapter had ended its command with a selection time-out: that is SRB_STATUS_SELECTION',
    violate: run => void request(run, Host.selectionTimeout, 0x04),
  },
  {
    id: 'ER-2',
    name: 'REQUEST_SENSE_FAILED without AutoRequestSense',
    severity: 'W',
    words: 'AutoRequestSense is FALSE',
    also: ['IO-6'],
    violate: run => void request(run, Host.ok, 0x10, { scsi: 2 }),
  },
  {
    id: 'ER-3',
    name: 'INTERNAL_ERROR',
    severity: 'E',
    words: 'only the port driver may set',
    also: ['IO-5'],
    violate: run => {
      const serial = run.startIo()
      run.finishCommand().isr(true, () => {
        run.acknowledge(COMPLETE).emit(Event.Notify, Notification.RequestComplete, serial)
        run.finding(Finding.BadSrbStatus, serial, 0x30).emit(Event.SrbCompleted, serial, 0x30, 0, 4096)
      })
    },
  },
  {
    id: 'BC-1',
    name: 'six bus changes in a second, without one',
    severity: 'W',
    words: 'sent 6 times within a second',
    violate: run => {
      for (let n = 0; n < 6; n++)
        run.raise(COMPLETE).isr(true, () => run.acknowledge(COMPLETE).emit(Event.Notify, BusChangeDetected, 0))
    },
  },
  {
    id: 'GN-1',
    name: 'a routine without an end',
    severity: 'F',
    entryPoint: 'HwResetBus',
    words: 'HwResetBus did not come to its end',
    violate: run =>
      run.call(Routine.ResetBus, 0, () => run.emit(Event.Stopped, StopKind.TimeLimit, Routine.ResetBus, 1, 0)),
  },
  {
    id: 'GN-3',
    name: 'a long HwStartIo',
    severity: 'W',
    entryPoint: 'HwStartIo',
    words: 'HwStartIo took 60 µs for SRB #1',
    violate: run => void run.startIo(() => run.wait(60)),
  },
]

const NAMES = {
  isStatusRegister: (_guest: number, offset: number) => offset === 0x10,
  registerName: (_guest: number, offset: number) => `0x${offset.toString(16).toUpperCase().padStart(2, '0')}`,
}

describe.each(BROKEN)('$id: $name', ({ id, severity, entryPoint = ISR, words, also = [], violate }) => {
  it('is found, and said in words', () => {
    const run = new SyntheticRun({ names: NAMES })
    violate(run)
    const row = run.row(id)
    expect(row).toMatchObject({ status: 'violated', first: { entryPoint } })
    if (severity !== undefined) expect(row.severity).toBe(severity)
    expect(row.first!.message).toContain(words)
    expect(run.violated[0]).toBe(id)
    expect([id, ...also]).toEqual(expect.arrayContaining(run.violated))
  })

  it('is not found when the rule is switched off', () => {
    const run = new SyntheticRun({ names: NAMES, off: [id] })
    violate(run)
    run.rules.finish()
    expect(run.violated).not.toContain(id)
  })
})

describe('what holds', () => {
  it.each<[string, string, (run: SyntheticRun) => void]>([
    ['INT-1', 'a call that touches no register', run => run.raise(COMPLETE).isr(true, () => run.dismiss(COMPLETE))],
    ['INT-7', 'a parity error that is reported', run => void request(run, Host.parity, 0x0f, { log: 1 })],
    ['INT-8', 'work put off as it should be', run => deferred(run)],
    [
      'INT-9',
      'a transfer that was mapped and failed all the same',
      run => {
        systemDma(run).emit(Event.MapTransfer, 1, 0, 4096, 1)
        request(run, Host.dmaError, 0x04, { log: 6 })
      },
    ],
    [
      'INT-9',
      'a transfer on which the scenario plays a trick',
      run => {
        systemDma(run).emit(Event.MapTransfer, 7, 0, 4096, 1)
        const serial = run.startIo()
        run.emit(Event.CommandFetched, 1, 0, 0, -1).emit(Event.FaultInjected, 0, 1)
        run.emit(Event.CommandFinished, 1, 0, Host.dmaError, 0).raise(COMPLETE)
        run.isr(true, () =>
          run.acknowledge(COMPLETE).emit(Event.LogError, serial, 6, 1).emit(Event.SrbCompleted, serial, 4, 0, 4096),
        )
      },
    ],
    [
      'INT-12',
      'a data port read as a buffer',
      run =>
        run.raise(COMPLETE).isr(true, () => {
          run.acknowledge(COMPLETE)
          for (let n = 0; n < 20; n++) run.emit(Event.Read, 0x40, 0, n, 0x204)
        }),
    ],
    [
      'INT-13',
      'a stall, which is the business of INT-11',
      run =>
        run
          .raise(COMPLETE)
          .isr(true, () => run.acknowledge(COMPLETE).emit(Event.Stall, 60).wait(60).emit(Event.Print, 3, -1)),
    ],
    ['INT-14', 'work put off as it should be', run => deferred(run)],
    ['INT-16', 'work put off as it should be', run => deferred(run)],
    ['INT-17', 'work put off as it should be', run => deferred(run)],
    [
      'INT-17',
      'an adapter that was reset in the meantime',
      run => deferred(run, { between: () => void run.emit(Event.AdapterReset, 0), enable: () => {} }),
    ],
    ['INT-19', 'a cause that means nothing', run => run.raise(ERROR).isr(true, () => run.acknowledge(ERROR))],
    [
      'INT-21',
      'a reset that is told',
      run =>
        run
          .emit(Event.BusReset, 0, 0)
          .raise(ERROR)
          .isr(true, () => run.acknowledge(ERROR).emit(Event.Notify, ResetDetected, -1)),
    ],
    [
      'INT-21',
      'a reset that is told from a timer',
      run =>
        run
          .emit(Event.BusReset, 0, 0)
          .raise(ERROR)
          .isr(true, () => run.acknowledge(ERROR).emit(Event.Notify, Notification.RequestTimerCall, 1, 100))
          .call(Routine.Timer, 0, () => run.emit(Event.Notify, ResetDetected, -1)),
    ],
    [
      'INT-22',
      'an unknown tag that is logged',
      run =>
        run
          .emit(Event.Reselection, 2, 1, 63)
          .raise(ERROR)
          .isr(true, () => run.acknowledge(ERROR).emit(Event.LogError, -1, 3, 1)),
    ],
    ['INT-23', 'one event', run => run.isr(false, () => run.read().emit(Event.Notify, WmiEvent, -1))],
    ['INT-25', 'FALSE', run => run.emit(Event.Adapter, AdapterPhase.Removed).isr(false, () => run.read(0x10, -1))],
    ['LG-1', 'a DMA error that is logged', run => void request(run, Host.dmaError, 0x04, { log: 6 })],
    ['LG-3', 'an overrun that is logged', run => void request(run, Host.overrun, 0x12, { log: 5 })],
    ['LG-4', 'the trace flag beside a code', run => run.isr(false, () => run.read().emit(Event.LogError, -1, 0x11, 1))],
    ['LG-5', 'an entry before the completion', run => void request(run, Host.selectionTimeout, 0x0a, { log: 4 })],
    ['ER-1', 'a selection time-out by its name', run => void request(run, Host.selectionTimeout, 0x0a)],
    ['ER-2', 'CHECK CONDITION left to the port driver', run => void request(run, Host.ok, 0x04, { scsi: 2 })],
    [
      'BC-1',
      'six changes that the adapter has told',
      run => {
        for (let n = 0; n < 6; n++)
          run.raise(2).isr(true, () => run.acknowledge(2).emit(Event.Notify, BusChangeDetected, 0))
      },
    ],
    ['GN-1', 'an ordinary request', goodRequest],
    ['GN-3', 'an ordinary request', goodRequest],
  ])('%s: %s', (id, _name, body) => {
    const causeNames = (_guest: number, bits: number) => (bits === 2 ? 'DEVICE_CHANGE' : 'COMMAND_COMPLETE')
    const run = new SyntheticRun({ names: { ...NAMES, causeNames } })
    body(run)
    expect(run.row(id)).toMatchObject({ status: 'held', count: 0 })
    expect(run.row(id).exercised).toBeGreaterThan(0)
  })
})

describe('what does not concern a driver', () => {
  it.each<[string, string, (run: SyntheticRun) => void]>([
    ['INT-9', 'the adapter does not use system DMA', run => void request(run, Host.dmaError, 0x04)],
    ['INT-14', 'the driver did not use CallEnableInterrupts', goodRequest],
    ['INT-16', 'the driver did not use CallEnableInterrupts', goodRequest],
    ['INT-17', 'the driver did not use CallEnableInterrupts', goodRequest],
    ['INT-23', 'WmiDataProvider is FALSE', goodRequest],
    [
      'ER-2',
      'AutoRequestSense is TRUE',
      run => void request(run.emit(Event.ConfigField, CONFIG.AutoRequestSense, 1, 0, 1), Host.ok, 0x10, { scsi: 2 }),
    ],
  ])('%s: %s', (id, reason, body) => {
    const run = new SyntheticRun()
    body(run)
    expect(run.row(id)).toMatchObject({ status: 'not-applicable', reason, exercised: 0 })
  })

  it.each(['INT-7', 'INT-19', 'INT-21', 'INT-22', 'INT-25', 'LG-1', 'LG-3', 'LG-4', 'LG-5', 'BC-1'])(
    '%s is not exercised by an ordinary request',
    id => {
      const run = new SyntheticRun()
      goodRequest(run)
      expect(run.row(id)).toMatchObject({ status: 'not-exercised', exercised: 0 })
    },
  )
})

describe('a forbidden call', () => {
  it.each<[number, string, string]>([
    [Routine.Interrupt, 'ScsiPortGetBusData', 'INT-20'],
    [Routine.Interrupt, 'ScsiPortInitialize', 'LD-11'],
    [Routine.StartIo, 'ScsiPortGetBusData', 'FA-21'],
    [Routine.StartIo, 'ScsiPortGetUncachedExtension', 'FA-19'],
    [Routine.Timer, 'ScsiPortValidateRange', 'INT-20'],
    [Routine.DriverEntry, 'ScsiPortLogError', 'LD-11'],
    [Routine.DisableInterrupts, 'ScsiPortStallExecution', 'INT-17'],
    [Routine.AdapterControl, 'ScsiPortGetDeviceBase', 'AC-4'],
    [Routine.AdapterControl, 'ScsiPortFreeDeviceBase', 'MM-11'],
  ])('from routine %i of %s is for %s', (routine, name, owner) => {
    expect(forbiddenOwner(routine, name)).toBe(owner)
  })
})

it('INT-22: error information that a command replaced before the driver asked is not asked for', () => {
  const run = new SyntheticRun()
  run.emit(Event.Reselection, 2, 1, 63).raise(ERROR)
  run.isr(true, () => run.emit(Event.CommandFinished, 1, 0, 3, 0).acknowledge(ERROR))
  expect(run.row('INT-22')).toMatchObject({ status: 'not-exercised', count: 0 })
})
