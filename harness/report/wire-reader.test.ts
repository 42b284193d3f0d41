import { describe, expect, test } from 'vitest'
import { Clock } from '../../device/clock.ts'
import { accessWord, BAD_ACCESS, DiagnosticCode, Event, Routine } from '../trace/events.ts'
import { Trace } from '../trace/trace.ts'
import { DiagnosticReader, LineReader } from './wire-reader.ts'

const names = { register: (_guest: number, offset: number) => `REG_${offset.toString(16)}` }

describe('lines', () => {
  test('each raise is counted once however many adapters hold the wire, and the time it was high', () => {
    const clock = new Clock()
    const trace = new Trace(clock, 64)
    const lines = new LineReader(trace, 2, [0, 0, 1])
    const line = (ns: number, adapter: number, level: number): void => {
      clock.advanceTo(ns * 1000)
      trace.emit(Event.Line, adapter, level, adapter, 1, 0)
    }
    line(10, 0, 1)
    line(15, 1, 1) // a second adapter on the wire that is high already
    line(20, 0, 1)
    line(30, 1, 0)
    line(40, 2, 1)
    line(45, 2, 0)
    line(50, 0, 1)
    trace.emit(Event.Storm, 0, 1001, 0, 0, 0)
    expect(lines.report(0, 'INTA', ['a', 'b'])).toEqual({
      name: 'INTA',
      guests: ['a', 'b'],
      raised: 2,
      assertedNs: 20,
      storms: 1,
    })
    expect(lines.report(1, 'INTB', ['c'])).toMatchObject({ raised: 1, assertedNs: 5, storms: 0 })
  })
})

describe('diagnostics', () => {
  test('are counted by code and register, with the routine that ran at the first', () => {
    const trace = new Trace(new Clock(), 64)
    const reader = new DiagnosticReader(trace, names)
    trace.emit(Event.Enter, 0, Routine.StartIo, 1, 7, 0)
    trace.emit(Event.Enter, 1, Routine.Interrupt, 1, -1, 0)
    trace.emit(Event.Diagnostic, 0, DiagnosticCode.ReservedBitsWritten, 0x08, 0x30, 4)
    trace.emit(Event.Exit, 1, Routine.Interrupt, 1, 0, 0)
    trace.emit(Event.Exit, 0, Routine.StartIo, 1, 1, 0)
    trace.emit(Event.Diagnostic, 0, DiagnosticCode.ReservedBitsWritten, 0x08, 0x30, 4)
    trace.emit(Event.Diagnostic, 1, DiagnosticCode.Unimplemented, 0x10, 1, 4)
    expect(reader.report(0)).toEqual([
      {
        code: 'ReservedBitsWritten',
        register: 'REG_8',
        count: 2,
        message: 'reserved bits written, value 0x30',
        routine: 'HwStartIo',
      },
    ])
    expect(reader.report(1)).toMatchObject([{ code: 'Unimplemented', register: 'REG_10', routine: null }])
  })

  test('an access that reaches no register says why', () => {
    const trace = new Trace(new Clock(), 64)
    const reader = new DiagnosticReader(trace, names)
    trace.emit(Event.BadAccess, 0, 0x7800_1000 | 0, -1, 1, accessWord(4, false, false, BAD_ACCESS.outsideMapping))
    expect(reader.report(0)).toMatchObject([{ code: 'outsideMapping', register: '0x78001000', count: 1 }])
  })

  test('a flood of different complaints is bounded', () => {
    const trace = new Trace(new Clock(), 64)
    const reader = new DiagnosticReader(trace, names)
    for (let n = 0; n < 5000; n++) trace.emit(Event.Diagnostic, 0, DiagnosticCode.NoRegister, n * 4, 0, 4)
    expect(reader.report(0)).toHaveLength(200)
  })
})
