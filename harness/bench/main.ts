// `make bench`: how fast the bench itself is, on this machine. A table on standard output, --json FILE for the figures.
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { COUNTS, GROUPS } from './groups.ts'
import { openIsolate } from './isolate.ts'
import { noiseLoop, ROUNDS, type Sample, summary, timerFigures } from './measure.ts'
import type { Row } from './row.ts'
import { benchTable, type Surroundings, surroundingsText } from './table.ts'

/** Built drivers lie beside the built harness. */
const DRIVERS = fileURLToPath(new URL('../../drivers', import.meta.url))

const { values } = parseArgs({
  options: { json: { type: 'string' }, only: { type: 'string', multiple: true } },
})
const only = values.only ?? GROUPS.map(group => group.name)
const unknown = only.filter(name => !GROUPS.some(group => group.name === name))
if (unknown.length > 0) {
  process.stderr.write(`bench: no group ${unknown.join(', ')}, there are ${GROUPS.map(g => g.name).join(', ')}\n`)
  process.exit(2)
}

const samples: Sample[] = []
const loadBefore = loadavg()[0]!
const timer = timerFigures()
const loop = noiseLoop(ROUNDS)
const done: { name: string; title: string; rows: Row[] }[] = []
for (const { name, title, measure } of GROUPS.filter(group => only.includes(group.name))) {
  const startedHostMs = performance.now()
  const rows = await measure({
    drivers: DRIVERS,
    counts: COUNTS,
    open: openIsolate,
    note: more => samples.push(...more),
  })
  done.push({ name, title, rows })
  process.stderr.write(`${name}: ${((performance.now() - startedHostMs) / 1000).toFixed(1)} s\n`)
}
loop.push(...noiseLoop(ROUNDS))
const spread = summary(loop)
const shares = summary(samples.map(s => s.cpuShare))
const surroundings: Surroundings = {
  node: process.versions.node,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  load: [loadBefore, loadavg()[0]!],
  timer,
  loopSpread: spread.max / spread.min,
  cpuShare: { min: shares.min, median: shares.median },
}
process.stdout.write(`${benchTable(done)}\n${surroundingsText(surroundings)}\n`)
if (values.json !== undefined) {
  const groups = done.map(({ name, title, rows }) => ({ name, title, rows }))
  writeFileSync(values.json, `${JSON.stringify({ schema: 'wasm-hba/speed@1', surroundings, groups }, null, 2)}\n`)
}
