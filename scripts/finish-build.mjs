// After tsc: the command is executable.
import { chmodSync } from 'node:fs'

chmodSync(new URL('../dist/harness/cli/main.js', import.meta.url), 0o755)
