// After tsc: fields of classes and constants are made cheap, the command is executable.
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleProgram } from './bundle-program.mjs'
import { inlineFolders } from './inline-constants.mjs'
import { plainFolder } from './plain-fields.mjs'

const DIST = fileURLToPath(new URL('../dist', import.meta.url))
/** What runs while a miniport runs. */
const HOT = [
  'device',
  'schemas',
  ...['faults', 'guest', 'latency', 'port', 'rules', 'run', 'trace', 'workload'].map(room => `harness/${room}`),
]

for (const part of ['device', 'harness', 'schemas']) plainFolder(join(DIST, part))
await inlineFolders(DIST, HOT)
await bundleProgram(DIST)
chmodSync(join(DIST, 'harness/cli/main.js'), 0o755)
