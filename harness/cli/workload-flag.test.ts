import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hba } from './testing/fake-io.ts'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'hba-cli-'))
  mkdirSync(join(cwd, 'scenarios'))
  mkdirSync(join(cwd, 'traces'))
  const adapters = [{ kind: 'reference', driver: 'd.wasm', workload: { ios: 3 } }]
  writeFileSync(join(cwd, 'scenarios/s.json'), JSON.stringify({ machine: { adapters } }))
  writeFileSync(join(cwd, 'traces/job.fio'), '[global]\nbs=8k\n[j]\nrw=randread\nsize=1m\n')
  writeFileSync(join(cwd, 'bad.fio'), '[j]\nsize=1m\niodpeth=4\n')
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

const run = (file: string, workload: string) => hba(['run', file, '--workload', workload], { cwd })

describe('--workload', () => {
  test('a job file', async () => {
    const { scenario, io, err } = await run('d.wasm', 'traces/job.fio')
    expect(err).toBe('')
    expect(scenario!.workload).toMatchObject({ pattern: 'random', read: 100, once: true, ioBytes: 1 << 20, depth: 1 })
    expect(io!.rerun).toBe('hba run d.wasm --workload traces/job.fio')
  })

  test('a log: its path starts from where the command was given, with a scenario from elsewhere, too', async () => {
    const path = async (file: string) => {
      const { workload } = (await run(file, 'iolog=traces/a.log,pace=asap')).scenario!
      return workload.kind === 'iolog' ? workload.path : workload.kind
    }
    expect(await path('d.wasm')).toBe('traces/a.log')
    expect(await path('scenarios/s.json')).toBe(join('..', 'traces/a.log'))
  })

  test.each([
    ['bad.fio', "hba: bad.fio:3:1: unknown key 'iodpeth': did you mean 'iodepth'?\n"],
    ['nowhere.fio', "the job file 'nowhere.fio' cannot be read: it does not exist"],
    ['zigzag', "--workload: pattern: found 'zigzag', expected one of 'sequential', 'random'"],
  ])('%s is refused', async (workload, message) => {
    for (const file of ['d.wasm', 'scenarios/s.json']) {
      const { code, err, scenario } = await run(file, workload)
      expect(err).toContain(message)
      expect(code).toBe(2)
      expect(scenario).toBeUndefined()
    }
  })
})
