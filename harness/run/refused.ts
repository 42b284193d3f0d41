// The report of a run that never began because a driver cannot be loaded: what is wrong with it, and no figures.
import { REPORT_SCHEMA, type Report, ZERO_IO } from '../../schemas/report.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import type { GuestLoadError } from '../guest/guest.ts'
import { METERING_VERSION } from '../guest/meter.ts'
import { isrReport } from '../latency/figures.ts'
import type { RunIo } from '../run-io.ts'

export function refusedReport(scenario: Scenario, io: RunIo, error: GuestLoadError): Report {
  const { preset, ...values } = scenario.machine.cost
  const [first] = error.message.split('\n')
  return {
    schema: REPORT_SCHEMA,
    tool: { name: 'wasm-hba', version: io.version },
    ...(scenario.name === undefined ? {} : { name: scenario.name }),
    verdict: 'fail',
    reasons: error.problems.map(problem => `${first} ${problem.message}`),
    seed: scenario.seed,
    rerun: io.rerun,
    metering: { version: Number(METERING_VERSION) },
    costModel: {
      preset,
      values: Object.fromEntries(Object.entries(values).map(([key, ps]) => [key.replace(/Ps$/, 'Ns'), ps / 1000])),
    },
    virtual: { durationNs: 0 },
    lines: [],
    guests: [],
    isr: isrReport([], { guest: () => '', register: () => '' }),
    io: { ...ZERO_IO, problems: [] },
    budgets: [],
    rules: [],
    images: [],
    faults: [],
    trace: { events: 0, lost: 0, hash: '0'.repeat(16) },
    findings: error.problems.map(problem => ({ severity: 'error', message: problem.message })),
  }
}
