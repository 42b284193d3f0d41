// A report as a run would make it, from a hand-written trace through the real readers. For tests of the reporters.
import { defaultBudgets, mergeBudgets } from '../../../schemas/budget.ts'
import { type GuestReport, Report, type RuleReport, ZERO_IO } from '../../../schemas/report.ts'
import type { Names } from '../../latency/anatomy.ts'
import { judge } from '../../latency/budgets.ts'
import { isrReport, routineReports } from '../../latency/figures.ts'
import type { GuestLatency } from '../../latency/guest-latency.ts'
import { Script, names as scriptNames } from '../../latency/testing/script.ts'
import { Routine } from '../../trace/events.ts'

const names: Names = { ...scriptNames, guest: guest => ['reference-queued', 'reference-dma'][guest]! }

/** Two drivers on one line: 12 interrupts of the first, 1 of the second, each a foreign one for the other. */
export function sampleTrace(): Script {
  const s = new Script(2).at(5_000)
  for (let i = 0; i < 12; i++) {
    s.enter(0, Routine.StartIo, i).after(1_200).write(0, 0x98, i).exit(0, Routine.StartIo, 1, 210).after(40_000)
    s.isr(0, 400 + 100 * i, i).foreign(1)
  }
  return s.isr(1, 24_000, 99).foreign(0)
}

const rule = (id: string, status: RuleReport['status'], title: string): RuleReport => ({
  id,
  title,
  severity: 'E',
  status,
  count: status === 'violated' ? 2 : 0,
  ...(status === 'violated'
    ? {
        guests: ['reference-dma'],
        first: {
          atNs: 37_500,
          entryPoint: 'HwInterrupt',
          srb: 99,
          message: 'SRB #99 was completed, but INT_STATUS still shows COMMAND_COMPLETE: it was never acknowledged',
          evidence: ['read INT_STATUS (0x10) = 0x00000001', 'notify RequestComplete SRB #99'],
        },
      }
    : {}),
})

function guestReport(guest: GuestLatency, isrMax: number): GuestReport {
  const name = names.guest(guest.guest)
  const ios = guest.claimed.count
  return {
    name,
    driver: { path: `dist/drivers/${name}.wasm`, sha256: '0123456789abcdef'.repeat(4) },
    adapter: { kind: 'reference', label: `hba${guest.guest}`, line: 'INTA', diagnostics: [] },
    isr: isrReport([guest], names),
    routines: routineReports(guest),
    budgets: judge(mergeBudgets(defaultBudgets(), [{ name: 'isr.max', limit: isrMax }]), guest, names),
    rules: [],
    io: { ...ZERO_IO, submitted: ios, completed: ios, bytes: ios * 4096, verifiedBytes: ios * 4096, problems: [] },
    log: [],
    debugPrint: [],
    debugPrintOmitted: 0,
  }
}

/** @param isrMaxPs budget of the longest ISR */
export function sampleReport(isrMaxPs = 30_000_000): Report {
  const { latency, trace, clock } = sampleTrace()
  const guests = latency.guests.map(guest => guestReport(guest, isrMaxPs))
  const budgets = guests.flatMap(g => g.budgets.map(b => ({ ...b, guest: g.name })))
  return Report.parse({
    schema: 'wasm-hba/report@1',
    tool: { name: 'wasm-hba', version: '0.1.0' },
    name: 'two on a line',
    verdict: budgets.every(b => b.pass) ? 'pass' : 'fail',
    seed: 7,
    rerun: 'hba run two.json --seed 7',
    metering: { version: 1 },
    costModel: { preset: 'pcie', values: { mmioRead: 1000 } },
    virtual: { durationNs: clock.nowPs / 1000 },
    lines: [{ name: 'INTA', guests: guests.map(g => g.name), raised: 13, assertedNs: 27_950 }],
    guests,
    isr: isrReport(latency.guests, names),
    io: { ...ZERO_IO, submitted: 13, completed: 13, bytes: 13 * 4096, verifiedBytes: 13 * 4096 },
    budgets,
    rules: [
      rule('INT-2', 'held', 'A foreign interrupt is not claimed'),
      rule('INT-5', 'violated', 'The cause is acknowledged before HwInterrupt returns'),
      rule('INT-8', 'not-exercised', 'No request is completed twice'),
    ],
    images: [{ drive: 'disk.img', bytes: 67_108_864, comparedBytes: 67_108_864, miscompares: 0 }],
    trace: { events: trace.count, lost: 0, hash: trace.hash },
    findings: [],
  })
}
