// Calls in which something was first wrong, found in the ring of a hand-written run and of a real one.
import { beforeAll, describe, expect, test } from 'vitest'
import { buildDrivers } from '../../../guest-drivers/build.mjs'
import type { GuestReport, Report, RuleReport } from '../../../schemas/report.ts'
import { NS, names, Script } from '../../latency/testing/script.ts'
import { Event, Routine, StopKind } from '../../trace/events.ts'
import { picturedRun } from '../testing/pictured-run.ts'
import { sampleReport } from '../testing/sample.ts'
import { violationMoments } from './violations.ts'

const violated = (id: string, event: number, entryPoint: string, srb: number | null = null): RuleReport => ({
  ...{ id, title: id, severity: 'E', status: 'violated', count: 1 },
  first: { atNs: 0, event, entryPoint, srb, message: `breaks ${id}` },
})

const reportOf = (rules: RuleReport[], part: Partial<GuestReport> = {}): Report => {
  const sample = sampleReport()
  return { ...sample, guests: [{ ...sample.guests[0]!, rules, ...part }] }
}

const momentsOf = (script: Script, report: Report) =>
  violationMoments(report, {
    trace: script.trace,
    names: { ...names, causeNames: () => '', command: () => '', srbFunction: () => '' },
    wiring: { lines: ['INTA'], lineOf: [0, 0] },
    costs: { mmioReadPs: 10 * NS, mmioWritePs: 10 * NS, portReadPs: 0, portWritePs: 0 },
    guests: ['driver-0', 'driver-1'],
  })

/** An ISR at 100 ns, with another miniport's in it, and a HwStartIo with SRB 7 and one with SRB 8 after it. */
const script = (): Script =>
  new Script(2)
    .at(90)
    .line(0, true)
    .at(100)
    .enter(0, Routine.Interrupt)
    .at(120)
    .read(0, 16, 1)
    .enter(1, Routine.Interrupt)
    .at(150)
    .exit(1, Routine.Interrupt)
    .at(200)
    .exit(0, Routine.Interrupt)
    .at(300)
    .enter(0, Routine.StartIo, 7)
    .at(320)
    .write(0, 20, 1)
    .exit(0, Routine.StartIo)
    .at(400)
    .enter(0, Routine.StartIo, 8)
    .at(450)
    .exit(0, Routine.StartIo)

/** Numbers of events: Line 0, Enter 1, Read 2, the other's 3 and 4, Exit 5, HwStartIo 6 to 8, and 9 to 10. */
describe('the call', () => {
  test('is the one that the event is in; two rules broken in one call are in one picture', () => {
    const [one, ...more] = momentsOf(
      script(),
      reportOf([violated('INT-5', 5, 'HwInterrupt'), violated('INT-1', 2, 'HwInterrupt')]),
    )
    expect(more).toEqual([])
    expect(one!.wrong.map(({ what, event }) => [what, event])).toEqual([
      ['INT-5', 5],
      ['INT-1', 2],
    ])
    const { moment } = one!
    expect([moment.routine, moment.atNs, moment.durationNs, moment.claimed, moment.unfinished]).toEqual([
      ...[undefined, 100, 70],
      ...[true, false],
    ])
    expect(moment.phases[0]).toEqual({ name: 'raise → enter', from: -10, to: 0 })
    // With what comes after it.
    expect(moment.accesses.map(({ name }) => name)).toEqual(['INT_STATUS', 'INT_ACK'])
    const marks = moment.marks.filter(({ label }) => label.startsWith('! '))
    expect(marks.map(({ label, at, detail }) => [label, at, detail])).toEqual([
      ['! INT-1', 20, 'breaks INT-1'],
      ['! INT-5', 100, 'breaks INT-5'],
    ])
  })

  test('of another routine has no phases of an ISR; with an SRB it is the one with that SRB', () => {
    const at = (srb: number | null) =>
      momentsOf(script(), reportOf([violated('IO-2', 10, 'HwStartIo', srb)]))[0]!.moment
    expect([at(7), at(8), at(null)].map(({ atNs, routine, phases }) => [atNs, routine, phases])).toEqual([
      [300, 'HwStartIo', []],
      [400, 'HwStartIo', []],
      [400, 'HwStartIo', []],
    ])
  })

  test('is the last one before what was found between two calls', () => {
    const late = script().at(9_000_000)
    late.trace.emit(Event.Timeout, 0, 7, 0, 0, 0)
    const [found] = momentsOf(late, reportOf([violated('IO-3', 11, 'HwInterrupt')]))
    expect(found!.moment.atNs).toBe(100)
    // The instant of the violation is far outside of the picture.
    expect(found!.moment.marks.some(({ label }) => label === '! IO-3')).toBe(false)
  })

  test('in which a guest was stopped is drawn, too, up to there', () => {
    const stopped = new Script(1).at(10).enter(0, Routine.Timer).at(60).stop(0, StopKind.Trap, Routine.Timer)
    const stop = { kind: 'trap', routine: 'HwTimer', functionName: null, atNs: 60, srb: null, message: '' }
    const [found] = momentsOf(stopped, reportOf([], { stopped: stop }))
    expect(found!.wrong).toMatchObject([{ what: 'stopped', isRule: false, message: 'trap' }])
    expect(found!.moment).toMatchObject({ routine: 'HwTimer', unfinished: true, durationNs: 50 })
  })

  test('that broke a budget most is drawn, whatever else came after it', () => {
    const worst = { ...sampleReport().isr.worst!, routine: 'HwStartIo', number: 3 }
    const budget = { name: 'startio.max', limitNs: 10, actualNs: 20, pass: false, worst }
    const [found, ...more] = momentsOf(script(), reportOf([], { budgets: [budget, { ...budget, pass: true }] }))
    expect([found!.wrong, more]).toEqual([
      [{ what: 'budget startio.max', isRule: false, event: 6, message: '10 ns allowed, 20 ns found' }],
      [],
    ])
    expect(found!.moment).toMatchObject({ routine: 'HwStartIo', atNs: 300 })
  })

  test('after which data were wrong, or a request failed, is drawn, when it is the first for certain', () => {
    const wrong = (capacity: number) => {
      const run = new Script(1, capacity).at(100).enter(0, Routine.Interrupt).at(200).exit(0, Routine.Interrupt).at(250)
      run.trace.emit(Event.Workload, 0, 2, 8, 0, 512)
      run.trace.emit(Event.Workload, 0, 3, 9, 0, 512)
      run.at(300).enter(0, Routine.Interrupt).at(400).exit(0, Routine.Interrupt)
      run.trace.emit(Event.Workload, 0, 3, 10, 0, 512)
      run.trace.emit(Event.Workload, 0, 4, 11, 0, 512)
      return momentsOf(run, reportOf([], { io: { ...sampleReport().io, miscompares: 2 } }))
    }
    const [found, failed] = wrong(64)
    expect(failed).toMatchObject({ wrong: [{ what: 'failed I/O', event: 7 }], moment: { atNs: 300 } })
    expect(found).toMatchObject({
      wrong: [{ what: 'miscompare', message: 'request 9 read something else than was written', event: 3 }],
      moment: { atNs: 100 },
    })
    expect(wrong(4)).toEqual([])
  })

  test.each([
    ['before any routine', violated('LD-1', 0, 'loading')],
    ['in a routine that never ran', violated('TM-1', 5, 'HwTimer')],
    ['without an event', { ...violated('INT-5', 5, 'HwInterrupt'), first: undefined }],
  ])('%s there is none', (_, rule) => {
    const { first, ...rest } = rule
    expect(momentsOf(script(), reportOf([first === undefined ? rest : { ...rest, first }]))).toEqual([])
  })

  test('that the ring has lost there is none', () => {
    const long = new Script(1, 64).enter(0, Routine.Interrupt)
    for (let n = 0; n < 100; n++) long.after(10).read(0, 16, 1)
    long.exit(0, Routine.Interrupt)
    expect(momentsOf(long, reportOf([violated('INT-5', 101, 'HwInterrupt')]))).toEqual([])
  })
})

describe('a real driver that does not acknowledge', () => {
  beforeAll(async () => void (await buildDrivers({ only: ['faulty/INT-5'] })), 60_000)

  test('is shown without the write that is missing, where the report says', async () => {
    const { report, recording } = await picturedRun({ workload: { ios: 10 } }, ['faulty/INT-5'])
    const found = violationMoments(report, recording!)
    const { first } = report.guests[0]!.rules.find(({ id }) => id === 'INT-5')!
    const one = found.find(({ wrong }) => wrong.some(({ what }) => what === 'INT-5'))!
    expect(one.wrong.find(({ what }) => what === 'INT-5')).toEqual({
      ...{ what: 'INT-5', isRule: true, event: first!.event, message: first!.message },
    })
    const names = one.moment.accesses.filter(({ own, from, to }) => own && from >= 0 && to <= one.moment.durationNs)
    expect(names.map(({ kind, name }) => `${kind} ${name}`)).toContain('read INT_STATUS')
    expect(names.map(({ name }) => name)).not.toContain('INT_ACK')
    const mark = one.moment.marks.find(({ label }) => label === '! INT-5')!
    expect(Math.round((one.moment.atNs + mark.at) * 1000)).toBe(Math.round(first!.atNs * 1000))
  }, 60_000)
})
