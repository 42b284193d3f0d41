// The proof of the meter on the sample drivers: a real run is recorded and replayed on an interpreter that counts operators
// one by one; the counts agree at every import call, deadline and return.
import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { checkScenario } from '../../schemas/scenario.ts'
import type { GuestRecorder } from '../guest/testing/recording.ts'
import { replay } from '../guest/testing/replay.ts'
import { runScenario } from '../run.ts'

const held = vi.hoisted(() => ({ recorder: undefined as GuestRecorder | undefined }))
vi.mock('../guest/load.ts', async original => {
  const real = await original<typeof import('../guest/load.ts')>()
  const { GuestRecorder } = await import('../guest/testing/recording.ts')
  held.recorder = new GuestRecorder(real.loadGuest)
  return { ...real, loadGuest: held.recorder.load }
})

describe('exact counting of the sample drivers', () => {
  it('agrees with the interpreter in a run of both on one line', { timeout: 120_000 }, async () => {
    const adapters = ['queued', 'dma'].map(mode => ({
      kind: 'reference',
      driver: `dist/drivers/reference-${mode}.wasm`,
      autosense: mode === 'queued',
    }))
    const scenario = checkScenario({ machine: { adapters }, workload: { ios: 60 } }, 'test')
    const { report } = await runScenario(scenario, {
      driver: path => Promise.resolve(new Uint8Array(readFileSync(path))),
      image: () => {
        throw new Error('no images here')
      },
      version: '0',
      rerun: '',
    })
    expect(report.io.completed).toBeGreaterThan(50)

    const { recordings } = held.recorder!
    expect(recordings).toHaveLength(2)
    for (const recording of recordings) {
      const summary = await replay(recording)
      expect(summary.calls, recording.name).toBeGreaterThan(500)
      expect(summary.exits, recording.name).toBeGreaterThan(100)
      expect(summary.exits).toBe(recording.steps.filter(s => s.kind === 'exit').length)
    }
  })
})
