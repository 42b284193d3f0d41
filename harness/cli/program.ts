// The program `hba`: gives the command line its process.
import { existsSync } from 'node:fs'
import module from 'node:module'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { FileMeterCache } from '../guest/file-meter-cache.ts'
import { openWorker } from './campaign-worker.ts'
import type { OutputStream } from './io.ts'
import { version } from './version.ts'

const cache = process.env.HBA_NO_CACHE ? undefined : new FileMeterCache()

// Before anything large is loaded: compiled code is kept between runs, from Node 22.1 on, beside the first driver that was metered.
const { enableCompileCache } = module as { enableCompileCache?(folder: string): unknown }
if (cache !== undefined && existsSync(cache.folder)) enableCompileCache?.(join(cache.folder, 'node'))
// zod would compile a parser for each object that it parses: for those that a command has it does not pay.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })
// Stack traces name the modules.
if (process.env.HBA_DEBUG === '1') process.setSourceMapsEnabled(true)

const stream = (of: NodeJS.WriteStream): OutputStream => ({
  write: text => of.write(text),
  isTTY: of.isTTY === true,
  get columns() {
    return of.columns
  },
})

const [{ main }, { watchFolder }, { EXIT }, { writeReason }] = await Promise.all([
  import('./cli.ts'),
  import('./files.ts'),
  import('./io.ts'),
  import('./output-file.ts'),
])

// A reader that has seen enough (`hba … | head`) is no error. A result that could not be written is one, whatever it says.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code === 'EPIPE') return
  process.stderr.write(`hba: standard output cannot be written: ${writeReason(error)}\n`)
  process.exit(EXIT.usage)
})
// Nobody is left to be told.
process.stderr.on('error', () => {})

process.exitCode = await main(process.argv.slice(2), {
  stdout: stream(process.stdout),
  stderr: stream(process.stderr),
  env: process.env,
  cwd: process.cwd(),
  version: version(),
  hostTimer: { now: () => performance.now() * 1e6 },
  ...(cache === undefined ? {} : { meterCache: cache }),
  runScenario: async (scenario, io) => (await import('../run.ts')).runScenario(scenario, io),
  openLane: openWorker,
  onInterrupt: stop => {
    process.once('SIGINT', stop)
    return () => process.off('SIGINT', stop)
  },
  watch: watchFolder,
})
