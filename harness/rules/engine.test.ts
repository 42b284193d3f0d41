import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { RuleReport } from '../../schemas/report.ts'
import { Event, Finding, Routine } from '../trace/events.ts'
import type { Rule } from './rule.ts'
import { goodRequest, SyntheticRun } from './testing/synthetic-run.ts'

const LONG = (run: SyntheticRun, us: number) => run.raise(1).isr(true, () => run.read().dismiss(1).wait(us))

describe('the rule engine', () => {
  it('counts per guest and keeps the first violation of each', () => {
    const run = new SyntheticRun()
    LONG(run, 30)
    run.guest = 2
    LONG(run, 70)
    LONG(run, 30)
    expect(run.row('INT-10', 0)).toMatchObject({ status: 'violated', severity: 'W', count: 1 })
    expect(run.row('INT-10', 1)).toMatchObject({ status: 'not-exercised', count: 0 })
    expect(run.row('INT-10', 2)).toMatchObject({ status: 'violated', severity: 'E', count: 2 })
    expect(run.row('INT-10', 2).first!.message).toContain('took 71 µs')
  })

  it('sums up over the guests', () => {
    const run = new SyntheticRun()
    run.guest = 1
    LONG(run, 70)
    run.guest = 0
    LONG(run, 30)
    const rows = run.rules.summary(['left', 'right', 'idle'])
    expect(rows.find(r => r.id === 'INT-10')).toMatchObject({
      status: 'violated',
      severity: 'E',
      count: 2,
      guests: ['left', 'right'],
      first: { guest: 'right', atNs: 71_000 },
    })
    expect(rows.find(r => r.id === 'INT-4')).toMatchObject({ status: 'held', count: 0 })
    expect(rows.find(r => r.id === 'IO-5')).toMatchObject({ status: 'not-exercised' })
    expect(rows.find(r => r.id === 'IO-5')).not.toHaveProperty('first')
  })

  it('writes rows that fit the report', () => {
    const run = new SyntheticRun()
    goodRequest(run)
    LONG(run, 70)
    z.array(RuleReport).parse(run.rules.report(0))
    z.array(RuleReport).parse(run.rules.summary(['a', 'b', 'c']))
  })

  it('gives the first violations in the order of their events, with number and invocation', () => {
    const run = new SyntheticRun()
    run.isr(true, () => run.read())
    LONG(run, 60)
    const [first, second] = run.rules.violations()
    expect(first).toMatchObject({
      id: 'INT-3',
      guest: 0,
      routine: Routine.Interrupt,
      invocation: 1,
      srb: -1,
      number: 2,
    })
    expect(second).toMatchObject({ id: 'INT-10', invocation: 2 })
    expect(run.trace.kind[run.trace.indexOf(first!.number)]).toBe(Event.Exit)
  })

  it('shows the last accesses before a violation, with the names it is given', () => {
    const run = new SyntheticRun({
      names: {
        registerName: (guest, offset) => (guest === 0 && offset === 0x10 ? 'INT_STATUS (0x10)' : '?'),
        causeNames: () => 'COMMAND_COMPLETE',
        describeSrb: serial => `SRB #${serial} (READ)`,
      },
    })
    const serial = run.startIo()
    run.raise(1).isr(true, () => run.read(0x10, 1).complete(serial))
    expect(run.row('INT-5').first!.message).toContain('COMMAND_COMPLETE')
    expect(run.row('INT-5').first!.evidence!.slice(-4)).toEqual([
      '1 µs before: HwInterrupt entered',
      '0 ns before: read INT_STATUS (0x10): 0x00000001',
      '0 ns before: ScsiPortNotification(RequestComplete, SRB #1 (READ))',
      '0 ns before: HwInterrupt returned 1',
    ])
  })

  it('makes one text, however often a rule is broken', () => {
    let texts = 0
    const rule: Rule = {
      id: 'T-1',
      title: '',
      severity: 'W',
      source: '',
      why: '',
      instead: '',
      precondition: '',
      create: context => ({
        subscriptions: [
          {
            kind: Event.Stall,
            reader: { on: index => context.violation(index, context.trace.guest[index]!, () => `text ${++texts}`) },
          },
        ],
      }),
    }
    const run = new SyntheticRun({ rules: [rule] })
    for (let n = 0; n < 100; n++) run.emit(Event.Stall, 1)
    expect(run.row('T-1')).toMatchObject({ count: 100, first: { message: 'text 1', entryPoint: 'loading' } })
    expect(texts).toBe(1)
  })

  it('tells the rules when the run is over', () => {
    const rule: Rule = {
      id: 'T-2',
      title: '',
      severity: 'I',
      source: '',
      why: '',
      instead: '',
      precondition: '',
      create: context => ({ finish: () => context.exercised(0, 3) }),
    }
    expect(new SyntheticRun({ rules: [rule] }).row('T-2')).toMatchObject({ status: 'held', exercised: 3 })
  })

  it('switches rules off by id, in any case', () => {
    const run = new SyntheticRun({ off: ['int-10', 'Int-13'] })
    LONG(run, 70)
    expect(run.violated).toEqual([])
    expect(run.rules.report(0).map(r => r.id)).not.toContain('INT-10')
  })

  it('refuses an id it does not know, with the nearest one', () => {
    expect(() => new SyntheticRun({ off: ['INT5'] })).toThrow(
      /unknown rule 'INT5': did you mean 'INT-5'\? Allowed: .*INT-11/,
    )
  })

  it('places findings of inspectors, which come after Exit, in the routine that just returned', () => {
    const run = new SyntheticRun()
    const serial = run.startIo()
    run.finding(Finding.BadSrbStatus, serial, 0)
    expect(run.row('IO-5').first).toMatchObject({ entryPoint: 'HwStartIo', srb: serial })
  })

  it('keeps nested routines apart', () => {
    const run = new SyntheticRun()
    run.call(Routine.DriverEntry, 0, () => {
      run.call(Routine.FindAdapter, 1, () => run.emit(Event.BadAccess, 0x10, 0, 1, 4))
      run.finding(Finding.UnknownImport, -1, -1)
    })
    expect(run.row('MM-7').first!.entryPoint).toBe('HwFindAdapter')
    expect(run.row('LD-1').first!.entryPoint).toBe('DriverEntry')
  })

  it('ignores events of the bench itself and of guests it does not know', () => {
    const run = new SyntheticRun({ guests: 1 })
    for (const guest of [1, 2, 255])
      for (const kind of Object.values(Event)) for (const a of [0, 1, 4, 5]) run.trace.emit(kind, guest, a, 1, 1, 1)
    expect(run.violated).toEqual([])
  })

  it('survives any sequence of events', () => {
    const run = new SyntheticRun()
    let state = 1
    const next = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      return (state >>> 8) % below
    }
    const kinds = Object.values(Event)
    for (let n = 0; n < 50_000; n++)
      run.trace.emit(kinds[next(kinds.length)]!, next(4), next(20) - 1, next(1 << 20) - 1, next(8) - 1, next(3))
    z.array(RuleReport).parse(run.rules.summary(['a', 'b', 'c']))
  })
})
