// After tsc: fields of classes are made cheap, the command is executable.
import { chmodSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { plainFolder } from './plain-fields.mjs'

for (const part of ['device', 'harness', 'schemas'])
  plainFolder(fileURLToPath(new URL(`../dist/${part}`, import.meta.url)))
chmodSync(new URL('../dist/harness/cli/main.js', import.meta.url), 0o755)
