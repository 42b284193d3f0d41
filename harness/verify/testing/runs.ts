// Runs of a campaign made by hand: what guests say of rules, and what else became of them.
import type { GuestReport, RuleReport } from '../../../schemas/report.ts'
import { sampleReport } from '../../report/testing/sample.ts'
import { findRule } from '../../rules/catalogue.ts'
import type { CampaignRun } from '../campaign-run.ts'

export const SHA = 'ab'.repeat(32)

export interface RunShape {
  name: string
  /** What the driver under test says, one list for each of its guests. */
  says?: Partial<RuleReport>[][]
  /** The driver never got an I/O or an interrupt. */
  idle?: boolean
  verdict?: 'pass' | 'fail' | 'no-data'
  reasons?: string[]
  exitCode?: number
  hash?: string
}

const row = (part: Partial<RuleReport>): RuleReport => {
  const { title, severity } = findRule(part.id!)
  const violated = part.status === 'violated'
  return {
    ...{ id: part.id!, title, severity, status: 'held', count: violated ? 1 : 0 },
    ...(violated ? { first: { atNs: 1000, event: 7, entryPoint: 'HwInterrupt', srb: 3, message: 'it did' } } : {}),
    ...part,
  }
}

export function campaignRun(shape: RunShape): CampaignRun {
  const { name, says = [[]], idle = false, verdict = 'pass', reasons = [], exitCode = 0, hash = '0'.repeat(16) } = shape
  const sample = sampleReport()
  const [template] = sample.guests as [GuestReport]
  const guests = says.map(
    (rows, n): GuestReport => ({
      ...template,
      name: n === 0 ? 'subject' : 'neighbour',
      driver: { path: 'd.wasm', sha256: SHA },
      rules: rows.map(row),
      ...(idle ? { isr: { ...template.isr, count: 0 }, io: { ...template.io, submitted: 0 } } : {}),
    }),
  )
  const stranger: GuestReport = { ...template, name: 'stranger', rules: [row({ id: 'IO-2', status: 'violated' })] }
  return {
    name,
    about: `about ${name}`,
    exitCode,
    coverage: [],
    report: {
      ...sample,
      name,
      verdict,
      reasons,
      seed: 5,
      rerun: `hba run d.wasm --scenario ${name} --seed 5`,
      guests: [...guests, stranger],
      trace: { events: 100, lost: 0, hash },
    },
  }
}
