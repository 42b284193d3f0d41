import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Report } from '../../schemas/report.ts'
import { checkScenario } from '../../schemas/scenario.ts'
import { runScenario } from '../run.ts'

test('both sample drivers on one line', async () => {
  const scenario = checkScenario(
    {
      machine: {
        adapters: ['queued', 'dma'].map(n => ({
          kind: 'reference',
          driver: `dist/drivers/reference-${n}.wasm`,
          autosense: n === 'queued',
        })),
      },
      workload: { ios: 3000 },
    },
    'x',
  )
  const { report, exitCode } = await runScenario(scenario, {
    driver: async p => new Uint8Array(readFileSync(p)),
    image: () => {
      throw new Error('no')
    },
    hostTimer: { now: () => performance.now() * 1e6 },
    version: '0',
    rerun: 'x',
  })
  console.log(
    report.reasons,
    JSON.stringify(
      report.guests.map(g => g.rules.map(r => [r.id, r.status, r.count, r.exercised, r.first?.message].join(' '))),
      null,
      1,
    ),
  )
  expect(Report.parse(report)).toEqual(report)
  expect(exitCode).toBe(0)
})
