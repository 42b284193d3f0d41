// A scenario: one run, from a file. Everything has a default but the adapters and their drivers.
import { z } from 'zod'
import { Budgets } from './budget.ts'
import { parseConfig, parseConfigText, textLike, unknownWord } from './errors.ts'
import { Expectations } from './expectations.ts'
import { type Fault, Faults } from './faults.ts'
import { Machine } from './machine.ts'
import { formatSize } from './units.ts'
import { VerifyLevel } from './verify-level.ts'
import { Workload } from './workload.ts'

const Rules = z.strictObject({
  off: z
    .array(textLike(/^[A-Z]{2,4}-\d+$/, "a rule id such as 'INT-5', see 'hba rules'"))
    .default([])
    .describe('rules that are not checked'),
  strict: z.boolean().default(false).describe('warnings fail the run too'),
  level: VerifyLevel.prefault({}),
})

const TraceSettings = z.strictObject({
  ring: z
    .int()
    .min(1024)
    .max(1 << 24)
    .default(1 << 16)
    .refine(events => (events & (events - 1)) === 0, 'expected a power of two')
    .describe('events kept, a power of two; hash, rules and figures see every event whatever this is'),
})

/** What does not fit together although each part is right. */
function checkFit(scenario: { machine: Machine; workload: Workload }, context: z.RefinementCtx): void {
  scenario.machine.adapters.forEach((adapter, a) => {
    const workload = adapter.workload ?? scenario.workload
    if (workload.kind !== 'generator') return
    adapter.drives.forEach((drive, d) => {
      const problem = (message: string) => {
        context.addIssue({ code: 'custom', path: ['machine', 'adapters', a, 'drives', d], message, input: drive })
      }
      if (drive.readOnly && workload.read < 100) {
        problem(
          `is read-only, but ${100 - workload.read} % of the workload's I/Os write; set the workload's 'read' to 100, or 'readOnly' to false`,
        )
      }
      const size = workload.blockSizes.find(s => s.sizeBytes % drive.blockBytes !== 0)
      if (size !== undefined) {
        problem(
          `has blocks of ${drive.blockBytes} bytes, but the workload moves ${formatSize(size.sizeBytes)}, which is no multiple`,
        )
      }
    })
  })
}

/** Faults that `expect` names must be there. */
function checkNames(
  { faults, expect }: { faults: readonly Fault[]; expect?: Expectations | undefined },
  context: z.RefinementCtx,
): void {
  const names = faults.flatMap(({ name }) => name ?? [])
  for (const name of Object.keys(expect?.faults ?? {}))
    if (!names.includes(name))
      context.addIssue({
        code: 'custom',
        path: ['expect', 'faults', name],
        message: unknownWord('fault', name, names),
        input: name,
      })
}

export const Seed = z.int().min(0).max(0xffff_ffff)

export const Scenario = z
  .strictObject({
    $schema: z.string().optional().describe('for editors'),
    name: z.string().min(1).optional().describe('for reports'),
    description: z.string().optional().describe('what it is for'),
    seed: Seed.default(1).describe('of everything that is drawn: workload, faults, memory fill'),
    machine: Machine.describe('adapters with drivers and drives, costs, limits'),
    budgets: Budgets.prefault({}).describe('on top of the defaults'),
    workload: Workload.prefault({}).describe('for every adapter without one of its own'),
    faults: Faults.default([]).describe('what goes wrong, and when'),
    rules: Rules.prefault({}).describe('what is checked, see hba rules'),
    trace: TraceSettings.prefault({}).describe('the event ring'),
    expect: Expectations.optional(),
  })
  .superRefine(checkFit)
  .superRefine(checkNames)
  .describe('a scenario of wasm-hba')

export type Scenario = z.output<typeof Scenario>
export type ScenarioInput = z.input<typeof Scenario>

/** @param text contents of the file; @param file as typed. @throws ConfigError */
export const parseScenario = (text: string, file: string): Scenario => parseConfigText(Scenario, text, file)

/** The same from an object, for example one made from flags. @throws ConfigError */
export const checkScenario = (value: unknown, file: string): Scenario => parseConfig(Scenario, value, file)
