// The report of a run that never began, because a driver cannot be loaded or the scenario does not fit it: what is wrong, and no figures.
import { REPORT_SCHEMA, type Report, ZERO_IO } from '../../schemas/report.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { GuestLoadError } from '../guest/guest.ts'
import { METERING_VERSION } from '../guest/meter.ts'
import { isrReport } from '../latency/figures.ts'
import type { RunIo } from '../run-io.ts'

export function refusedReport(scenario: Scenario, io: Pick<RunIo, 'rerun' | 'version'>, error: Error): Report {
  const { preset, ...values } = scenario.machine.cost
  const [first] = error.message.split('\n')
  const problems = error instanceof GuestLoadError ? error.problems.map(problem => problem.message) : undefined
  return {
    schema: REPORT_SCHEMA,
    tool: { name: 'wasm-hba', version: io.version },
    ...(scenario.name === undefined ? {} : { name: scenario.name }),
    verdict: 'fail',
    reasons: problems?.map(problem => `${first} ${problem}`) ?? [error.message],
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
    findings: (problems ?? [error.message]).map(message => ({ severity: 'error', message })),
  }
}
