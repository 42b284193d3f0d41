// A driver that looks into DataBuffer although MapBuffers is FALSE: found, and the run goes on.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { Bytes } from '../../device/bytes.ts'
import { buildDrivers } from '../../guest-drivers/build.mjs'
import type { AdapterInput } from '../../schemas/machine.ts'
import { checkScenario } from '../../schemas/scenario.ts'
import { MemoryMeterCache } from '../guest/memory-meter-cache.ts'
import { runScenario } from '../run.ts'
import type { RunIo, RunResult } from '../run-io.ts'

const TWIN = 'faulty/IO-12'
const GOOD = 'reference-queued'
beforeAll(async () => void (await buildDrivers({ only: [TWIN, GOOD] })), 120_000)

const cache = new MemoryMeterCache()
function run(...drivers: string[]): Promise<RunResult> {
  const adapters = drivers.map((driver): AdapterInput => ({ kind: 'reference', driver }))
  const io: RunIo = {
    cache,
    rerun: '',
    version: '1',
    driver: async path => new Uint8Array(readFileSync(join('dist/drivers', `${path}.wasm`))) as Bytes,
    image: () => {
      throw new Error('there is no image')
    },
  }
  return runScenario(checkScenario({ machine: { adapters }, workload: { ios: 40, depth: 4 } }, 'test'), io)
}

test('it is not stopped, does all its I/O, and breaks IO-12 once for each INQUIRY', async () => {
  const { report, exitCode } = await run(TWIN)
  const [guest] = report.guests
  expect([exitCode, guest!.stopped]).toEqual([1, undefined])
  expect(guest!.io.verifiedBytes).toBeGreaterThan(0)
  expect(guest!.io).toMatchObject({ failed: 0, miscompares: 0 })
  expect(report.rules.filter(r => r.status === 'violated').map(r => r.id)).toEqual(['IO-12'])
  const { count, first } = report.rules.find(r => r.id === 'IO-12')!
  // The scan asks each of the target's eight LUNs.
  expect(count).toBe(8)
  expect(first!.message).toMatch(/^the DataBuffer address 0x[0-9A-F]{8} of SRB #1 \(INQUIRY .*HwInterrupt, although/)
  expect(report.findings).toMatchObject([{ severity: 'note', message: expect.stringContaining('mapped buffers') }])
})

test('two of them, and a good one beside them: each is found, the good one is not disturbed', async () => {
  const { report } = await run(TWIN, GOOD, TWIN)
  const violated = report.guests.map(g => g.rules.filter(r => r.status === 'violated').map(r => r.id))
  expect(violated).toEqual([['IO-12'], [], ['IO-12']])
  for (const { io, stopped } of report.guests)
    expect([io.failed, io.verifiedBytes > 0, stopped]).toEqual([0, true, undefined])
})

test('the same again is the same', async () => {
  const hashes = [await run(TWIN), await run(TWIN)].map(({ report }) => report.trace.hash)
  expect(hashes[0]).toBe(hashes[1])
})
