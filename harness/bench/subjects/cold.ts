// `hba run` from nothing: a process of its own, with the metered module in the cache.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { summary } from '../measure.ts'
import type { Subject } from './subject.ts'

export interface ColdOptions {
  /** Folder of the built drivers; the built command lies beside it. */
  drivers: string
  /** Starts of one round: the round's figure is their median. */
  starts: number
}

/** @returns ms of `hba run` with one I/O, from start to end of the process: runMs; of a process that does nothing: nodeMs */
export function openCold({ drivers, starts }: ColdOptions): Promise<Subject> {
  const cache = join(drivers, '../bench-cache')
  const options = { env: { ...process.env, XDG_CACHE_HOME: cache }, stdio: 'ignore' } as const
  const command = join(drivers, '../harness/cli/main.js')
  const run = [command, 'run', join(drivers, 'reference-queued.wasm'), '--workload', 'ios=1', '--quiet']
  const timed = (args: readonly string[]): number => {
    const startedHostMs = performance.now()
    execFileSync(process.execPath, args, options)
    return performance.now() - startedHostMs
  }
  timed(run) // meters, and fills the cache
  return Promise.resolve({
    round: () => {
      const rounds = Array.from({ length: starts }, () => ({ runMs: timed(run), nodeMs: timed(['-e', '0']) }))
      return { runMs: summary(rounds.map(r => r.runMs)).median, nodeMs: summary(rounds.map(r => r.nodeMs)).median }
    },
    close: () => {},
  })
}
