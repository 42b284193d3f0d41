// Draws the picture of docs/reports.md anew: the worst ISR of reference-queued where it shares its line with reference-dma. Needs a build.
//
//   make build && node scripts/docs-picture.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { checkScenario, runScenario } from '../dist/harness/index.js'
import { waveDrawing } from '../dist/harness/report/html/drawing.js'

const root = new URL('..', import.meta.url)
const adapters = ['reference-dma', 'reference-queued'].map(name => ({
  kind: 'reference',
  driver: `dist/drivers/${name}.wasm`,
  drives: [{ target: 0, store: { kind: 'ram', size: '16MiB' } }],
}))
const { pictures } = await runScenario(checkScenario({ machine: { adapters }, workload: { ios: 500 } }, 'picture'), {
  driver: async path => new Uint8Array(readFileSync(new URL(path, root))),
  image: () => {
    throw new Error('no images here')
  },
  rerun: '',
  version: '',
  pictures: true,
})
const { worst } = pictures.guests.find(({ guest }) => guest === 'reference-queued')
writeFileSync(new URL('docs/pictures/isr.svg', root), waveDrawing(worst, 'the worst ISR of reference-queued, drawn'))
