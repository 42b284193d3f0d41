// Logs of fio through a driver: from the file to the verdict.
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildDrivers } from '../../guest-drivers/build.mjs'
import { ConfigError } from '../../schemas/errors.ts'
import { checkScenario, type ScenarioInput } from '../../schemas/scenario.ts'
import { MemoryMeterCache } from '../guest/memory-meter-cache.ts'
import { runScenario } from '../run.ts'

const LOGS: Record<string, Uint8Array> = {
  'recorded.log': readFileSync(new URL('../../docs/scenarios/fio-3.33.iolog', import.meta.url)),
  'trim.log': Buffer.from(
    [
      ...['fio version 3 iolog', '0 a add', '0 a open', '0 a write 0 16384', '50 a trim 4096 4096'],
      ...['100 a read 0 16384', '2000000 a write 0 262144', '2100000 a read 0 262144', '2100000 a sync 0 0'],
    ].join('\n'),
  ),
}
const cache = new MemoryMeterCache()
let driver = ''
beforeAll(async () => {
  driver = (await buildDrivers({ only: ['reference-queued'] })).find(d => d.name === 'reference-queued')!.file
})

const DISK = { store: { kind: 'ram' as const, size: '1MiB' } }

function run(workload: NonNullable<ScenarioInput['workload']>, sizes = ['1MiB', '1MiB']) {
  const drives = sizes.map((size, target) => ({ target, store: { ...DISK.store, size } }))
  const adapters = [{ kind: 'reference' as const, driver: 'd.wasm', drives }]
  return runScenario(checkScenario({ machine: { adapters }, workload }, 'test'), {
    driver: async () => new Uint8Array(await readFile(driver)),
    iolog: path => new Uint8Array(LOGS[path]!),
    image: () => {
      throw new Error('no images here')
    },
    cache,
    rerun: 'test',
    version: '0.0.0',
  })
}

describe('a log recorded with fio 3.33', () => {
  test('passes, every byte is verified, and the report says what was replayed', async () => {
    const { report } = await run({ kind: 'iolog', path: 'recorded.log', depth: 4 })
    expect(report.reasons).toEqual([])
    expect(report.io).toMatchObject({ failed: 0, miscompares: 0, unverifiedBytes: 0, writtenBytes: 188 * 1024 })
    expect(report.findings).toContainEqual({
      severity: 'note',
      guest: 'd',
      message: 'replays 50 of 50 I/Os of recorded.log (fio iolog version 3): disk0 is drive d:0, disk1 is drive d:1',
    })
  })

  test('twice the same trace; as fast as possible another one', async () => {
    const hash = async (pace: 'recorded' | 'asap') =>
      (await run({ kind: 'iolog', path: 'recorded.log', pace })).report.trace.hash
    const first = await hash('recorded')
    expect(await hash('recorded')).toBe(first)
    expect(await hash('asap')).not.toBe(first)
  })

  test('offsets beyond the disk: refused before anything runs, with the line', async () => {
    await expect(run({ kind: 'iolog', path: 'recorded.log' }, ['256KiB', '1MiB'])).rejects.toThrow(ConfigError)
    await expect(run({ kind: 'iolog', path: 'recorded.log' }, ['256KiB', '1MiB'])).rejects.toThrow(
      'recorded.log:8:1: read of 16384 bytes at offset 438272 goes beyond the end of drive d:0, which has 262144 bytes (256KiB)',
    )
    const { report } = await run({ kind: 'iolog', path: 'recorded.log', wrap: true }, ['256KiB', '1MiB'])
    expect(report.verdict).toBe('pass')
    expect(report.findings.map(f => f.message)).toContainEqual(
      expect.stringMatching(/^\d+ I\/Os beyond the end of their drive were wrapped/),
    )
  })
})

test('trims, splits and pauses of two seconds, in virtual time', async () => {
  const { report } = await run({ kind: 'iolog', path: 'trim.log' }, ['1MiB'])
  expect(report.reasons).toEqual([])
  // 16 KiB and 256 KiB written; 4 KiB were trimmed before the first read.
  expect(report.io).toMatchObject({
    failed: 0,
    writtenBytes: 272 * 1024,
    verifiedBytes: 268 * 1024,
    unverifiedBytes: 0,
  })
  expect(report.findings.map(f => f.message)).toContainEqual(
    expect.stringContaining('were split into 8: no more than 64KiB'),
  )
  const asap = await run({ kind: 'iolog', path: 'trim.log', pace: 'asap' }, ['1MiB'])
  expect(report.virtual.durationNs - asap.report.virtual.durationNs).toBeGreaterThan(1.9e9)
})

test('a paced generator starts its I/Os at their times, and ends', async () => {
  const { report } = await run({ ios: 30, rateIops: 10, read: 100 }, ['1MiB'])
  expect(report.reasons).toEqual([])
  expect(report.io.completed).toBe(30)
  expect(report.virtual.durationNs).toBeGreaterThan(2.9e9)
  expect(report.findings).toEqual([])
})

test('a runtime ends a workload that has no other end', async () => {
  const { report } = await run({ runtime: '1ms', thinkTime: '10us', distribution: 'zipf:1.2' }, ['1MiB'])
  expect(report.verdict).toBe('pass')
  expect(report.io.submitted).toBeGreaterThan(20)
  expect(report.io.submitted).toBeLessThan(200)
})
