// The rules about resets, timers, stalls, DMA, memory and adapter control, each broken, held, not exercised, not applicable.
import { describe, expect, it } from 'vitest'
import { CONFIG, HWID } from '../../schemas/scsiport.ts'
import {
  AdapterPhase,
  CONTROL_LIST,
  DmaFaultKind,
  Event,
  Finding,
  Notification,
  Routine,
  ScsiPortRoutine,
} from '../trace/events.ts'
import { goodRequest, SyntheticRun } from './testing/synthetic-run.ts'

type Step = (run: SyntheticRun) => void

const FIELDS = { master: CONFIG.Master, buses: CONFIG.NumberOfBuses, luBytes: CONFIG.SpecificLuExtensionSize }

/** What HwFindAdapter answered. */
const configured =
  (
    fields: Partial<Record<keyof typeof FIELDS | 'needPhysical' | 'breaks' | 'dma64', number>> = {},
    control = 1,
  ): Step =>
  run => {
    const { master = 1, buses = 1, luBytes = 0, needPhysical = 1, breaks = 17, dma64 = 0 } = fields
    run.emit(Event.InitField, HWID.HwAdapterControl, control, 0, 4)
    for (const [offset, value] of [
      [CONFIG.Master, master],
      [CONFIG.NumberOfBuses, buses],
      [CONFIG.SpecificLuExtensionSize, luBytes],
      [CONFIG.NeedPhysicalAddresses, needPhysical],
      [CONFIG.NumberOfPhysicalBreaks, breaks],
      [CONFIG.Dma64BitAddresses, dma64],
    ] as const)
      run.emit(Event.ConfigField, offset, value, 0, 1)
    run.emit(Event.Adapter, AdapterPhase.Found, 1)
  }

const start: Step = run => void run.startIo()
/** HwResetBus with an SRB outstanding; @param inside what it does @param left SRBs at the end of the hold @param owed Next is missing then */
const reset =
  (inside: Step, { left = 0, owed = 0, result = 1, complete = true } = {}): Step =>
  run => {
    const serial = run.startIo()
    run.emit(Event.Timeout, -1, -1, 1)
    run.call(Routine.ResetBus, result, () => {
      inside(run)
      if (complete) run.emit(Event.SrbCompleted, serial, 0x0e, 0, 0)
    })
    run.emit(Event.ResetHold, 1, 0, 0, owed).wait(4_000_000).emit(Event.ResetHold, 0, -1, left, owed)
  }
const ordered: Step = run => void run.emit(Event.BusReset, 1, 1)
const stalls =
  (...us: number[]): Step =>
  run => {
    for (const one of us) run.emit(Event.Stall, one).wait(one)
  }
const both =
  (...steps: Step[]): Step =>
  run => {
    for (const step of steps) step(run)
  }
const timer =
  (fn: number, us: number): Step =>
  run =>
    void run.emit(Event.Notify, Notification.RequestTimerCall, fn, us)
/** HwAdapterControl of a type. @param pin level of the line at its end */
const control =
  (type: number, result = 0, inside: Step = () => {}, pin = 0): Step =>
  run => {
    run.emit(Event.Control, type, 1)
    run.call(Routine.AdapterControl, result, () => inside(run))
    run.emit(Event.Control, type, 0, result, pin)
  }
const finding =
  (code: (typeof Finding)[keyof typeof Finding], serial = -1, c = 0, d = 0): Step =>
  run =>
    void run.finding(code, serial, c, d)
const mapped: Step = run => void run.emit(Event.MapTransfer, 1, 0, 512, 1)
const text =
  (code: (typeof Finding)[keyof typeof Finding], words: string, routine = 0): Step =>
  run =>
    void run.finding(code, -1, routine, run.trace.intern(words))
const named =
  (name: string): Step =>
  run =>
    void run.finding(Finding.ForbiddenCall, -1, run.trace.intern(name), Routine.AdapterControl)
const dmaFault =
  (kind: number): Step =>
  run =>
    void run.emit(Event.DmaFault, 0x1000, 0, 16, 1 | (kind << 8))
const translated =
  (how = 1): Step =>
  run =>
    void run.emit(Event.GetPhysical, 1, 0x2000, 4096, how)
/** The adapter fetches the SRB's command with a list of so many elements. */
const fetched =
  (elements: number): Step =>
  run => {
    run.emit(Event.SrbStarted, 77, 0, 0x1234 << 8, 4096)
    run.emit(Event.CommandFetched, 3 | (elements << 8), 0, 0, 0x28 | (0x1234 << 8))
  }
const logged: Step = run => void run.emit(Event.LogError, -1, 6, 1)
const nullUnit: Step = run => void run.emit(Event.Call, ScsiPortRoutine.GetLogicalUnit, 0x0102, 0, 0)

interface Row {
  id: string
  /** Breaks it. */
  broken: Step
  words: string
  severity: string
  entryPoint?: string
  /** Has the precondition and holds it. */
  held: Step
  /** Why it does not concern a driver. */
  exempt?: [Step, string]
}

const inStart =
  (inside: Step): Step =>
  run =>
    void run.startIo(() => inside(run))

const ROWS: Row[] = [
  {
    id: 'RB-1',
    broken: reset(ordered, { left: 1, complete: false }),
    words: '1 SRB of the bus is with the miniport still, the oldest being SRB #1',
    severity: 'F',
    entryPoint: 'HwResetBus',
    held: reset(ordered),
  },
  {
    id: 'RB-2',
    broken: reset(ordered, { owed: 1 }),
    words: 'has not been answered with NextRequest',
    severity: 'E',
    entryPoint: 'HwResetBus',
    held: reset(ordered),
  },
  {
    id: 'RB-3',
    broken: reset(ordered, { result: 0 }),
    words: 'returned FALSE and called ScsiPortLogError not once',
    severity: 'W',
    entryPoint: 'HwResetBus',
    held: reset(both(ordered, logged), { result: 0 }),
  },
  {
    id: 'RB-3',
    broken: both(run => run.emit(Event.Adapter, AdapterPhase.Removed), reset(logged)),
    words: 'returned TRUE although the adapter is gone',
    severity: 'W',
    entryPoint: 'HwResetBus',
    held: both(run => run.emit(Event.Adapter, AdapterPhase.Removed), reset(logged, { result: 0 })),
  },
  {
    id: 'RB-4',
    broken: reset(logged, { result: 0 }),
    words: 'returned FALSE and had reset neither the bus nor the adapter',
    severity: 'E',
    entryPoint: 'HwResetBus',
    held: reset(run => run.emit(Event.AdapterReset, 1)),
  },
  {
    id: 'RB-5',
    broken: both(configured({ buses: 2 }), reset(both(ordered, finding(Finding.OtherPathCompleted, 1, 1, 0)))),
    words: 'was called for bus 0 and completed SRB #1 of bus 1',
    severity: 'E',
    held: both(configured({ buses: 2 }), reset(ordered)),
    exempt: [configured(), 'the adapter has one bus'],
  },
  {
    id: 'RB-6',
    broken: reset(both(ordered, stalls(600, 600))),
    words: 'for 1200 µs in 2 calls',
    severity: 'W',
    held: reset(both(ordered, stalls(600))),
  },
  {
    id: 'RB-7',
    broken: reset(both(stalls(2000), ordered)),
    words: 'for 2000 µs in one call of ScsiPortStallExecution, and the reset has not begun',
    severity: 'W',
    held: reset(both(stalls(999), ordered)),
  },
  {
    id: 'TM-1',
    broken: both(
      start,
      control(1, 0, run => {
        for (let n = 0; n < 100; n++) run.read(0x0c).emit(Event.Stall, 10)
      }),
    ),
    words: 'HwAdapterControl polled 0x0C with 100 stalls in between, for 1000 µs so far',
    severity: 'E',
    held: both(
      start,
      control(1, 0, run => {
        for (let n = 0; n < 99; n++) run.read(0x0c).emit(Event.Stall, 10)
      }),
    ),
  },
  {
    id: 'TM-2',
    broken: both(timer(4, 1000), timer(5, 2000)),
    words: 'replaced the request for function 4 in 1000 microseconds',
    severity: 'E',
    held: both(
      timer(4, 1000),
      timer(4, 2000),
      timer(4, 0),
      timer(5, 10),
      run => run.call(Routine.Timer, 0),
      timer(4, 1),
    ),
  },
  {
    id: 'TM-3',
    broken: both(timer(4, 1000), text(Finding.BadSignature, '(i32, i32) → i32, expected (i32) → ()', Routine.Timer)),
    words: 'a routine of another type: (i32, i32) → i32',
    severity: 'E',
    held: both(timer(4, 1000), text(Finding.BadSignature, 'another', Routine.Interrupt)),
  },
  {
    id: 'TM-5',
    broken: run => {
      const serial = run.startIo()
      timer(4, 1000)(run)
      run.wait(10).complete(serial).wait(10_000)
      run.call(Routine.Timer, 0, () => ordered(run))
    },
    words: 'when every SRB of that time was back, reset the bus',
    severity: 'E',
    entryPoint: 'HwTimer',
    held: run => {
      const serial = run.startIo()
      timer(4, 1000)(run)
      run.call(Routine.Timer, 0, () => ordered(run)) // it hangs still
      timer(4, 1000)(run)
      run.complete(serial).call(Routine.Timer, 0)
    },
  },
  {
    id: 'TM-5',
    broken: run => {
      const serial = run.startIo()
      timer(4, 1000)(run)
      run.complete(serial).startIo()
      run.call(Routine.Timer, 0, () => run.emit(Event.AdapterReset, 1))
    },
    words: 'reset the adapter, which was at work on 1 command',
    severity: 'E',
    entryPoint: 'HwTimer',
    held: run => {
      const serial = run.startIo()
      timer(4, 1000)(run)
      run.complete(serial).call(Routine.Timer, 0, () => run.emit(Event.AdapterReset, 0)) // idle: nobody is hurt
    },
  },
  {
    id: 'TM-5',
    broken: run => {
      const serial = run.startIo()
      timer(4, 1000)(run)
      run.complete(serial)
      run.call(Routine.Timer, 0, () => run.finding(Finding.DoubleCompletion, serial, 2))
    },
    words: 'completed SRB #1',
    severity: 'E',
    entryPoint: 'HwTimer',
    held: run => {
      const serial = run.startIo()
      timer(4, 1000)(run)
      run.complete(serial).call(Routine.Timer, 0)
    },
  },
  {
    id: 'ST-1',
    broken: inStart(stalls(1000)),
    words: 'HwStartIo stalled the processor for 1000 µs in one call',
    severity: 'E',
    held: both(inStart(stalls(999)), run => run.call(Routine.Initialize, 1, () => stalls(5000)(run))),
  },
  {
    id: 'ST-1',
    broken: both(start, run => run.call(Routine.Initialize, 1, () => stalls(100_001)(run))),
    words: 'more than 100000 µs end the system',
    severity: 'F',
    held: both(start, run => run.call(Routine.Initialize, 1, () => stalls(100_000)(run))),
  },
  {
    id: 'ST-2',
    broken: inStart(stalls(400, 400, 400)),
    words: 'stalled the processor 3 times, for 1200 µs together',
    severity: 'E',
    held: both(inStart(stalls(400, 400)), inStart(stalls(400)), control(2, 0, stalls(400, 400, 400))),
  },
  {
    id: 'DM-1',
    broken: both(
      configured(),
      inStart(run => run.emit(Event.FlushDma, 0)),
    ),
    words: 'ScsiPortFlushDma was called',
    severity: 'E',
    held: both(configured(), start),
    exempt: [configured({ master: 0 }), 'the adapter is no bus master'],
  },
  {
    id: 'DM-2',
    broken: both(configured({ master: 0 }), start, finding(Finding.BadMapTransfer, 1, 512, 1024)),
    words: '1024 bytes from offset 512 of the data buffer of SRB #1',
    severity: 'E',
    held: both(configured({ master: 0 }), mapped),
    exempt: [configured(), 'the adapter is a bus master: the system DMA controller does not move its data'],
  },
  {
    id: 'DM-3',
    broken: both(configured({ master: 0 }), mapped, finding(Finding.DmaNotFlushed, 1, 1)),
    words: 'SRB #1 was completed, and its transfer had not been ended',
    severity: 'E',
    held: both(configured({ master: 0 }), mapped),
    exempt: [configured(), 'the adapter is a bus master: the system DMA controller does not move its data'],
  },
  {
    id: 'DM-4',
    broken: both(configured({ master: 0 }), start, mapped, run => {
      run.isr(true, () => run.emit(Event.FlushDma, 0))
      run.wait(1_000_000).emit(Event.Timeout, 1, 0)
    }),
    words: 'HwInterrupt called ScsiPortFlushDma between ScsiPortIoMapTransfer and HwDmaStarted',
    severity: 'E',
    entryPoint: 'HwInterrupt',
    held: both(configured({ master: 0 }), start, mapped, run => {
      run.isr(true, () => {
        run.emit(Event.FlushDma, 0)
        mapped(run) // begins it anew
      })
      run.isr(false).call(Routine.DmaStarted, 0).emit(Event.Timeout, 1, 0)
    }),
    exempt: [configured(), 'the adapter is a bus master: the system DMA controller does not move its data'],
  },
  {
    id: 'DM-4',
    broken: both(configured({ master: 0 }), start, mapped, run => {
      run.isr(true).call(Routine.DmaStarted, 0, () => run.emit(Event.Diagnostic, 12, 0x2c, 1, 4))
    }),
    words: 'HwDmaStarted wrote 0x1 to 0x2C, and the adapter refused it',
    severity: 'E',
    entryPoint: 'HwDmaStarted',
    held: both(configured({ master: 0 }), start, mapped, run => run.isr(false).call(Routine.DmaStarted, 0)),
  },
  {
    id: 'MM-1',
    broken: both(configured(), dmaFault(DmaFaultKind.stray)),
    words: 'was made to write 16 bytes at physical address 0x00001000, which the driver was not given',
    severity: 'F',
    held: both(configured(), translated(), dmaFault(DmaFaultKind.beyond)),
    exempt: [configured({ master: 0 }), 'the adapter is no bus master: it is given no addresses'],
  },
  {
    id: 'MM-2',
    broken: both(configured(), finding(Finding.BadVirtualAddress, -1, 0x5000, 0)),
    words: 'was asked for 0x00005000 without an SRB',
    severity: 'F',
    held: both(configured(), translated()),
    exempt: [configured({ needPhysical: 0 }), 'the driver translates no addresses'],
  },
  {
    id: 'MM-3',
    broken: both(configured(), translated(), dmaFault(DmaFaultKind.beyond)),
    words: 'goes on beyond the length',
    severity: 'F',
    held: both(configured(), translated(), dmaFault(DmaFaultKind.stray)),
    exempt: [configured({ master: 0 }), 'the adapter is no bus master: it is given no addresses'],
  },
  {
    id: 'MM-4',
    broken: both(configured({ needPhysical: 0 }), finding(Finding.PhysicalNotNeeded, -1, 0x5000)),
    words: 'called for 0x00005000, although NeedPhysicalAddresses is FALSE',
    severity: 'E',
    held: both(configured(), translated()),
    exempt: [configured({ needPhysical: 0 }), 'the driver translates no addresses'],
  },
  {
    id: 'MM-5',
    broken: both(configured({ breaks: 4 }), fetched(6)),
    words: 'a list of 6 elements for SRB #77; ConfigInfo promises at most 4',
    severity: 'E',
    entryPoint: 'HwStartIo',
    held: both(configured({ breaks: 4 }), fetched(5)),
    exempt: [configured({ master: 0 }), 'the adapter is no bus master'],
  },
  {
    id: 'MM-6',
    broken: both(configured({ dma64: 1 }), translated(3), dmaFault(DmaFaultKind.truncated)),
    words: 'the lower half of an address above 4 GiB',
    severity: 'F',
    held: both(configured({ dma64: 1 }), translated(3)),
    exempt: [configured({ dma64: 0x80 }), 'the driver takes no 64-bit addresses (Dma64BitAddresses)'],
  },
  {
    id: 'MM-9',
    broken: both(configured({ luBytes: 8 }), inStart(both(nullUnit, finding(Finding.NullWrite, -1, 4, -1)))),
    words: 'NULL for path 0, target 1, LUN 2, and something was written through it, at offset 4',
    severity: 'E',
    held: both(configured({ luBytes: 8 }), inStart(nullUnit), inStart(finding(Finding.NullWrite, -1, 4, -1))),
    exempt: [configured(), 'the driver has no logical unit extensions'],
  },
  {
    id: 'MM-11',
    broken: both(configured(), control(1, 0, named('ScsiPortFreeDeviceBase'))),
    words: 'HwAdapterControl(ScsiStopAdapter) gave a mapping back',
    severity: 'F',
    held: both(configured(), control(1)),
    exempt: [configured({}, 0), 'the driver has no HwAdapterControl'],
  },
  {
    id: 'AC-1',
    broken: both(
      configured(),
      control(0, 0, run => run.finding(Finding.RedZone, -1, 6, run.trace.intern(CONTROL_LIST))),
    ),
    words: 'wrote to SupportedTypeList[2], beyond MaxControlType',
    severity: 'F',
    held: both(configured(), control(0)),
    exempt: [configured({}, 0), 'the driver has no HwAdapterControl'],
  },
  {
    id: 'AC-1',
    broken: both(configured(), control(0, 1)),
    words: 'the question can always be answered',
    severity: 'F',
    held: both(configured(), control(0)),
  },
  {
    id: 'AC-2',
    broken: configured({}, 0),
    words: 'HwAdapterControl in HW_INITIALIZATION_DATA is NULL',
    severity: 'W',
    entryPoint: 'DriverEntry',
    held: configured(),
  },
  {
    id: 'AC-3',
    broken: both(configured(), control(1), run => run.emit(Event.Adapter, AdapterPhase.Stopped, 0, 1, 0)),
    words: 'causes are enabled on the adapter still',
    severity: 'E',
    entryPoint: 'HwAdapterControl',
    held: both(configured(), control(1), run => run.emit(Event.Adapter, AdapterPhase.Stopped, 0, 0, 0)),
    exempt: [configured({}, 0), 'the driver has no HwAdapterControl'],
  },
  {
    id: 'AC-3',
    broken: both(configured(), control(1), run => run.emit(Event.Adapter, AdapterPhase.Stopped, 0, 0, 2)),
    words: 'the adapter works on 2 commands still',
    severity: 'E',
    entryPoint: 'HwAdapterControl',
    held: both(configured(), control(1)),
  },
  {
    id: 'AC-3',
    broken: both(configured(), run => run.emit(Event.Adapter, AdapterPhase.Removed), control(1, 1)),
    words: 'because the adapter is gone: stopping must always work',
    severity: 'E',
    entryPoint: 'HwAdapterControl',
    held: both(configured(), run => run.emit(Event.Adapter, AdapterPhase.Removed), control(1)),
  },
  {
    id: 'AC-4',
    broken: both(configured(), control(2, 0, named('ScsiPortGetBusData'))),
    words: 'HwAdapterControl(ScsiRestartAdapter) called ScsiPortGetBusData',
    severity: 'F',
    held: both(configured(), control(4), control(2), control(1, 0, named('ScsiPortFreeDeviceBase'))),
    exempt: [configured({}, 0), 'the driver has no HwAdapterControl'],
  },
  {
    id: 'AC-5',
    broken: both(
      configured(),
      control(4, 0, () => {}, 1),
    ),
    words: 'returned with the interrupt of the adapter asserted',
    severity: 'E',
    held: both(
      configured(),
      control(4),
      control(2, 0, () => {}, 1),
    ),
    exempt: [both(configured(), control(2)), 'the driver does not support ScsiSetRunningConfig'],
  },
  {
    id: 'AC-6',
    broken: both(configured(), control(1, 0x103)),
    words: 'HwAdapterControl(ScsiStopAdapter) returned 0x103',
    severity: 'E',
    held: both(configured(), control(0), control(2, 1)),
    exempt: [configured({}, 0), 'the driver has no HwAdapterControl'],
  },
]

/** The rule alone: what other rules make of these runs is theirs. */
const row = (id: string, step: Step) => {
  const run = new SyntheticRun()
  step(run)
  return run.row(id)
}

describe.each(ROWS)('$id: $words', ({ id, broken, words, severity, entryPoint, held, exempt }) => {
  it('is seen', () => {
    const found = row(id, broken)
    expect(found).toMatchObject({ status: 'violated', severity, count: 1 })
    expect(found.first!.message).toContain(words)
    if (entryPoint !== undefined) expect(found.first!.entryPoint).toBe(entryPoint)
  })

  it('is held, and counts as exercised only then', () => {
    const found = row(id, held)
    expect(found).toMatchObject({ status: 'held', count: 0 })
    expect(found.exercised).toBeGreaterThan(0)
    expect(row(id, () => {}).status).toBe('not-exercised')
  })

  it.runIf(exempt !== undefined)('does not concern every driver', () => {
    const [step, reason] = exempt!
    expect(row(id, step)).toMatchObject({ status: 'not-applicable', reason })
  })

  it('says nothing about another miniport', () => {
    const run = new SyntheticRun()
    run.guest = 1
    broken(run)
    expect(run.row(id, 0).status).not.toBe('violated')
  })
})

describe('a stall that is too long', () => {
  const STALLS = ['INT-11', 'RB-6', 'RB-7', 'ST-1', 'ST-2', 'TM-1']
  const violated = (step: Step): string[] => {
    const run = new SyntheticRun()
    goodRequest(run)
    step(run)
    return run.violated.filter(id => STALLS.includes(id))
  }
  const poll =
    (registers: readonly number[]): Step =>
    run => {
      for (let n = 0; n < 120; n++) run.read(registers[n % registers.length]!).emit(Event.Stall, 10)
    }

  it.each<[string, Step, string[]]>([
    ['one in HwStartIo', inStart(stalls(1500)), ['ST-1']],
    ['several in HwStartIo', inStart(stalls(500, 500)), ['ST-2']],
    ['polling in HwStartIo', inStart(poll([0x0c])), ['TM-1']],
    ['no polling: another register each time', inStart(poll([0, 4, 8, 12])), ['ST-2']],
    ['in HwInterrupt', run => run.isr(false, () => stalls(1500)(run)), ['INT-11']],
    ['in HwResetBus, before', reset(both(stalls(1500), ordered)), ['RB-7']],
    ['in HwResetBus, behind', reset(both(ordered, stalls(1500))), ['RB-6']],
    ['in HwInitialize', run => run.call(Routine.Initialize, 1, () => stalls(1500, 1500)(run)), []],
    ['in ScsiRestartAdapter', control(2, 0, stalls(1500)), []],
    ['in ScsiStopAdapter', control(1, 0, stalls(1500)), ['ST-1']],
  ])('%s is one rule’s', (_name, step, ids) => {
    expect(violated(step)).toEqual(ids)
  })
})
