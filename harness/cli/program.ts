// The program `hba`: gives the command line its process.
import { performance } from 'node:perf_hooks'
import { FileMeterCache } from '../guest/file-meter-cache.ts'
import { openWorker } from './campaign-worker.ts'
import { main } from './cli.ts'
import { watchFolder } from './files.ts'
import type { OutputStream } from './io.ts'
import { version } from './version.ts'

const stream = (of: NodeJS.WriteStream): OutputStream => ({
  write: text => of.write(text),
  isTTY: of.isTTY === true,
  get columns() {
    return of.columns
  },
})

// A reader that has seen enough (`hba … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

process.exitCode = await main(process.argv.slice(2), {
  stdout: stream(process.stdout),
  stderr: stream(process.stderr),
  env: process.env,
  cwd: process.cwd(),
  version: version(),
  hostTimer: { now: () => performance.now() * 1e6 },
  ...(process.env.HBA_NO_CACHE ? {} : { meterCache: new FileMeterCache() }),
  runScenario: async (scenario, io) => (await import('../run.ts')).runScenario(scenario, io),
  openLane: openWorker,
  onInterrupt: stop => {
    process.once('SIGINT', stop)
    return () => process.off('SIGINT', stop)
  },
  watch: watchFolder,
})
