// Many random fault plans, for nights: 10,000 of a seed that is new every day, or as HBA_FAULT_PLANS and HBA_FAULT_SEED say.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { HBA_FAULT_PLANS = '10000', HBA_FAULT_SEED = String(Math.floor(Date.now() / 86_400_000)) } = process.env
console.log(`${HBA_FAULT_PLANS} fault plans, HBA_FAULT_SEED=${HBA_FAULT_SEED}`)
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'guest-drivers/fault-plans.test.ts'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, HBA_FAULT_PLANS, HBA_FAULT_SEED } },
)
process.exitCode = status ?? 1
