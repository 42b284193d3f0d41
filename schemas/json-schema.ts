// JSON Schemas of every file the bench reads or writes, for editors and other tools.
import { z } from 'zod'
import { Baseline } from './baseline.ts'
import { Diff } from './diff.ts'
import { RegisterMap } from './register-map.ts'
import { Report } from './report.ts'
import { Scenario } from './scenario.ts'
import { Suite } from './suite.ts'
import { SuiteDiff } from './suite-diff.ts'

/** What is read is described as it is written (defaults may be left out); what the bench writes, as it writes it. */
const FILES = {
  'scenario.schema.json': { schema: Scenario, io: 'input', title: 'wasm-hba scenario' },
  'register-map.schema.json': { schema: RegisterMap, io: 'input', title: 'wasm-hba register map' },
  'report.schema.json': { schema: Report, io: 'output', title: 'wasm-hba report' },
  'baseline.schema.json': { schema: Baseline, io: 'output', title: 'wasm-hba baseline' },
  'suite.schema.json': { schema: Suite, io: 'output', title: 'wasm-hba suite of reports' },
  'diff.schema.json': { schema: Diff, io: 'output', title: 'wasm-hba difference of two drivers' },
  'suite-diff.schema.json': { schema: SuiteDiff, io: 'output', title: 'wasm-hba difference of two suites' },
} as const

/** @returns file name → JSON Schema (draft 2020-12), fresh objects that can be serialised as they are */
export function jsonSchemas(): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(FILES).map(([name, { schema, io, title }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' })
      return [name, { $schema, title, ...rest }]
    }),
  )
}
