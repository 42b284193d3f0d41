// The driver of docs/write-a-miniport-in-c.md, as a reader types it: it builds without a word and holds every rule.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildModule } from '../harness/build/build.ts'
import { BuildCache } from '../harness/build/index.ts'
import { METERING_VERSION } from '../harness/guest/meter.ts'
import { runScenario } from '../harness/run.ts'
import type { RunResult } from '../harness/run-io.ts'
import { checkScenario } from '../schemas/scenario.ts'

const ROOT = join(import.meta.dirname, '..')
const text = /^```c\n([\s\S]*?)^```$/m.exec(readFileSync(join(ROOT, 'docs/write-a-miniport-in-c.md'), 'utf8'))![1]!
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hba-first-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function run(source: string): Promise<RunResult['report']> {
  writeFileSync(join(folder, 'first.c'), source)
  const cache = new BuildCache(join(ROOT, '.cache', 'guest-drivers'))
  const { bytes, messages } = await buildModule({ sources: ['first.c'], defines: ['DBG=1'], cwd: folder, cache })
  expect(messages).toEqual([])
  const scenario = checkScenario(
    {
      machine: { adapters: [{ kind: 'reference', driver: 'first.wasm', name: 'first' }] },
      workload: { ios: 60, depth: 4 },
    },
    'test',
  )
  const { report } = await runScenario(scenario, {
    driver: async () => bytes,
    image: () => {
      throw new Error('no images here')
    },
    rerun: 'test',
    version: METERING_VERSION,
  })
  return report
}

it('reads and writes a disk and holds every rule', async () => {
  const { reasons, guests } = await run(text)
  expect(reasons).toEqual([])
  const [guest] = guests
  expect(guest!.io).toMatchObject({ miscompares: 0, failed: 0 })
  expect(guest!.io.completed).toBeGreaterThan(60)
  expect(guest!.rules.filter(r => r.status === 'violated')).toEqual([])
  expect(guest!.adapter.diagnostics).toEqual([])
  expect(guest!.debugPrint).toEqual([expect.stringMatching(/^first: ready, tables at [\da-f]+$/)])
}, 60_000)

it('and the mistake the page suggests is found', async () => {
  const line = /^.*WHBA_INT_ACK.*\n/m
  expect(text).toMatch(line)
  const { guests } = await run(text.replace(line, ''))
  expect(guests[0]!.rules.filter(r => r.status === 'violated').map(r => r.id)).toEqual(['INT-5'])
}, 60_000)
