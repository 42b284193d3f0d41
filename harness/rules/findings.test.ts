// The rules that turn what others have found into violations: IO-*, MM-*, LD-*.
import { describe, expect, it } from 'vitest'
import { accessWord, BAD_ACCESS, Event, Finding, Notification, Routine, StopKind } from '../trace/events.ts'
import { goodRequest, SyntheticRun } from './testing/synthetic-run.ts'

/** A run that gives every rule of this file its precondition. */
function exercised(): SyntheticRun {
  const run = new SyntheticRun({ off: ['ER-3'] }) // INTERNAL_ERROR breaks IO-5 and ER-3
  run.call(Routine.DriverEntry, 0, () =>
    run.call(Routine.FindAdapter, 1, () => run.read(0)).call(Routine.Initialize, 1),
  )
  run.emit(Event.GetPhysical, 1, 0x2000, 4096, 1)
  goodRequest(run)
  return run
}

interface Case {
  name: string
  id: string
  severity: string
  entryPoint: string
  /** 'own': the SRB of the request under way. */
  srb: 'own' | null
  words: string
  violate(run: SyntheticRun, serial: number): void
}

const inIsr = (run: SyntheticRun, body: () => void) =>
  run.raise(1).isr(true, () => {
    run.dismiss(1)
    body()
  })

const CASES: Case[] = [
  {
    name: 'a pointer from an SRB that was not the one at hand',
    id: 'IO-4',
    severity: 'F',
    entryPoint: 'HwInterrupt',
    srb: null,
    words: 'an SRB that had been completed was read, in function Abort, and a pointer from it followed',
    violate: run => inIsr(run, () => run.finding(Finding.TouchedAfterCompletion, -1, -1, run.trace.intern('Abort'))),
  },
  {
    name: 'a double completion',
    id: 'IO-2',
    severity: 'F',
    entryPoint: 'HwInterrupt',
    srb: 'own',
    words: 'completed again',
    violate: (run, serial) => inIsr(run, () => run.complete(serial).finding(Finding.DoubleCompletion, serial, 2)),
  },
  {
    name: 'the completion of a made-up SRB',
    id: 'IO-2',
    severity: 'F',
    entryPoint: 'HwInterrupt',
    srb: null,
    words: '0x0000BEE0, which is no SRB',
    violate: run => inIsr(run, () => run.finding(Finding.UnknownSrb, -1, 0xbee0)),
  },
  {
    name: 'a lost SRB',
    id: 'IO-2',
    severity: 'F',
    entryPoint: 'HwStartIo',
    srb: 'own',
    words: 'never completed',
    violate: (run, serial) => run.wait(9_000_000).finding(Finding.SrbLost, serial),
  },
  {
    name: 'a missing Next',
    id: 'IO-3',
    severity: 'E',
    entryPoint: 'HwStartIo',
    srb: 'own',
    words: 'time-out of SRB #2: the adapter stood still',
    violate: run => run.finding(Finding.NextMissing, -1),
  },
  {
    name: 'a missing Next of a known SRB',
    id: 'IO-3',
    severity: 'E',
    entryPoint: 'HwStartIo',
    srb: 'own',
    words: 'time-out of SRB #2',
    violate: (run, serial) => run.finding(Finding.NextMissing, serial),
  },
  {
    name: 'a surplus NextLuRequest',
    id: 'IO-3',
    severity: 'W',
    entryPoint: 'HwInterrupt',
    srb: null,
    words: 'NextLuRequest was called once more',
    violate: run => inIsr(run, () => run.finding(Finding.SurplusNext, -1, Notification.NextLuRequest)),
  },
  {
    name: 'PENDING',
    id: 'IO-5',
    severity: 'F',
    entryPoint: 'HwInterrupt',
    srb: 'own',
    words: 'SrbStatus 0x00, SRB_STATUS_PENDING: it was never set',
    violate: (run, serial) => inIsr(run, () => run.finding(Finding.BadSrbStatus, serial, 0)),
  },
  {
    name: 'PENDING with sense data',
    id: 'IO-5',
    severity: 'F',
    entryPoint: 'HwInterrupt',
    srb: 'own',
    words: 'SRB_STATUS_PENDING',
    violate: (run, serial) => inIsr(run, () => run.finding(Finding.BadSrbStatus, serial, 0x80)),
  },
  {
    name: 'QUEUE_FROZEN',
    id: 'IO-5',
    severity: 'F',
    entryPoint: 'HwInterrupt',
    srb: 'own',
    words: 'QUEUE_FROZEN set',
    violate: (run, serial) => inIsr(run, () => run.finding(Finding.BadSrbStatus, serial, 0x44)),
  },
  {
    name: 'INTERNAL_ERROR',
    id: 'IO-5',
    severity: 'F',
    entryPoint: 'HwInterrupt',
    srb: 'own',
    words: 'INTERNAL_ERROR',
    violate: (run, serial) => inIsr(run, () => run.finding(Finding.BadSrbStatus, serial, 0x30)),
  },
  {
    name: 'an undefined status',
    id: 'IO-5',
    severity: 'F',
    entryPoint: 'HwInterrupt',
    srb: 'own',
    words: 'there is no SRB status 0x1A',
    violate: (run, serial) => inIsr(run, () => run.finding(Finding.BadSrbStatus, serial, 0x1a)),
  },
  {
    name: 'a transfer to a page never granted',
    id: 'MM-1',
    severity: 'F',
    entryPoint: 'HwStartIo',
    srb: 'own',
    words: 'write 512 bytes at physical address 0x1_0000A000',
    violate: run => run.emit(Event.CommandFetched, 3, 0, 0, 0x28).emit(Event.DmaFault, 0xa000, 1, 512, 1),
  },
  {
    name: 'a width the register has not',
    id: 'MM-7',
    severity: 'F',
    entryPoint: 'HwInterrupt',
    srb: null,
    words: 'register access of 2 bytes at 0x70000012, access 3 of the routine: the register has another width',
    violate: run =>
      inIsr(run, () => run.emit(Event.BadAccess, 0x70000012, 0, 3, accessWord(2, false, false, BAD_ACCESS.width))),
  },
  {
    name: 'the wrong space',
    id: 'MM-7',
    severity: 'F',
    entryPoint: 'HwInterrupt',
    srb: null,
    words: 'port access of 1 bytes at 0x0330',
    violate: run =>
      inIsr(run, () => run.emit(Event.BadAccess, 0x330, 0, 1, accessWord(1, true, false, BAD_ACCESS.wrongSpace))),
  },
  {
    name: 'a dereference',
    id: 'MM-8',
    severity: 'F',
    entryPoint: 'HwInterrupt',
    srb: null,
    words: 'address 0x70000010 was dereferenced in readStatus',
    violate: run =>
      inIsr(run, () => run.finding(Finding.RegisterDereference, -1, 0x70000010, run.trace.intern('readStatus'))),
  },
  {
    name: 'a dereference that the trap tells of',
    id: 'MM-8',
    severity: 'F',
    entryPoint: 'HwInterrupt',
    srb: null,
    words: 'readStatus: register dereference at 0x70000010',
    violate: run =>
      inIsr(run, () =>
        run.emit(
          Event.Stopped,
          StopKind.Trap,
          Routine.Interrupt,
          9,
          run.trace.intern('readStatus: register dereference at 0x70000010'),
        ),
      ),
  },
  {
    name: 'an import nobody knows',
    id: 'LD-1',
    severity: 'E',
    entryPoint: 'DriverEntry',
    srb: null,
    words: 'imports KeStallExecutionProcessor',
    violate: run =>
      run.call(Routine.DriverEntry, 0, () =>
        run.finding(Finding.UnknownImport, -1, run.trace.intern('KeStallExecutionProcessor')),
      ),
  },
  {
    name: 'a wrong signature',
    id: 'LD-8',
    severity: 'E',
    entryPoint: 'HwInterrupt',
    srb: null,
    words: 'HwInterrupt (isr) has type (i32) → ()',
    violate: run =>
      run.call(Routine.DriverEntry, 0, () =>
        run.finding(
          Finding.BadSignature,
          -1,
          Routine.Interrupt,
          run.trace.intern('HwInterrupt (isr) has type (i32) → ()'),
        ),
      ),
  },
]

describe('rules made from findings', () => {
  it.each(CASES)('$id is violated by $name', ({ id, severity, entryPoint, srb, words, violate }) => {
    const run = exercised()
    expect(run.row(id).status).toBe('held')
    const serial = run.startIo()
    violate(run, serial)
    expect(run.violated).toEqual([id])
    const row = run.row(id)
    expect(row).toMatchObject({
      status: 'violated',
      severity,
      count: 1,
      first: { entryPoint, srb: srb === 'own' ? serial : null },
    })
    expect(row.first!.message).toContain(words)
    expect(row.first!.atNs).toBe(run.nowPs / 1000)
    expect(run.row(id, 1).status).toBe('not-exercised')
  })

  it.each([...new Set(CASES.map(c => c.id))])('%s is not exercised in an empty run, and gone when switched off', id => {
    expect(new SyntheticRun().row(id)).toMatchObject({ status: 'not-exercised', count: 0 })
    const off = new SyntheticRun({ off: [id, 'ER-3'] })
    for (const c of CASES) if (c.id === id) c.violate(off, off.startIo())
    expect(off.violated).toEqual([])
    expect(() => off.row(id)).toThrow(`no row ${id}`)
  })

  it('say nothing about what the bench does to a stopped guest', () => {
    const run = exercised()
    const serial = run.startIo()
    run.emit(Event.Stopped, StopKind.Trap, Routine.StartIo, 1, 0)
    run.finding(Finding.SrbLost, serial).finding(Finding.NextMissing, serial)
    run.emit(Event.BadAccess, 0, 0, 1, 4).emit(Event.DmaFault, 0, 0, 16, 1)
    expect(run.violated).toEqual([])
  })

  it('take a trap for what it says, and once', () => {
    const other = exercised()
    other.emit(Event.Stopped, StopKind.Trap, Routine.StartIo, 1, other.trace.intern('f: divide by zero'))
    expect(other.violated).toEqual([])
    const both = exercised()
    both.finding(Finding.RegisterDereference, -1, -1, -1)
    both.emit(Event.Stopped, StopKind.Trap, Routine.StartIo, 1, both.trace.intern('f: register dereference'))
    expect(both.row('MM-8')).toMatchObject({ count: 1, first: { message: 'the register address was dereferenced' } })
  })

  it('leave out the SRB of an extension that belongs to none', () => {
    const run = exercised()
    inIsr(run, () => run.finding(Finding.ExtensionNotWritten, -1, -1, 0xe1000001 | 0))
    expect(run.row('IO-11').first!.message).toBe(
      '0xE1000001 was used as a pointer: it stood in an SRB extension before the driver had written to it',
    )
  })

  it('leave out the SRB of a transfer that belongs to none', () => {
    const run = new SyntheticRun()
    run.call(Routine.Initialize, 1, () => run.write(0x80, 0x1000)).emit(Event.DmaFault, 0x1000, 0, 64, 0)
    expect(run.row('MM-1').first).toMatchObject({ entryPoint: 'HwInitialize', srb: null })
    expect(run.row('MM-1').first!.message).toContain(
      'the adapter, was made to read 64 bytes at physical address 0x00001000',
    )
  })
})
