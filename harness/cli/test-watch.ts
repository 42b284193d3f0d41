// `hba test --watch`: goes on after the first run, and runs again what a changed file concerns.
import { dirname, resolve } from 'node:path'
import type { Case } from './case-files.ts'
import { type PicturedRuns, report, runCases, type TestPlan } from './case-runs.ts'
import { type CliIo, UsageError } from './io.ts'

/** Editors and compilers write a file in several steps. */
const SETTLE_MS = 100

/** Files that a case is made of. */
const filesOf = ({ path, base, scenario }: Case): string[] => [
  path,
  ...(scenario?.machine.adapters.map(({ driver }) => resolve(base, driver)) ?? []),
]

/** @returns the exit code of the last round, when the user ends it */
export async function keepTesting(plan: TestPlan, io: CliIo, read: () => readonly Case[]): Promise<number> {
  const { watch } = io
  if (watch === undefined) throw new UsageError('--watch: files cannot be watched here', 'test')
  let cases = read()
  const watcher = new Watcher(watch)
  try {
    watcher.follow(cases)
    let runs = await runCases(cases, plan, io)
    let exitCode = await report(runs, plan, io)
    for (;;) {
      io.stderr.write('hba: waiting for changes; Ctrl-C ends it\n')
      const before = new Map(cases.map(one => [one.name, one]))
      let concerned: Case[] = []
      let gone = false
      while (concerned.length === 0 && !gone) {
        const changed = await watcher.next(io)
        if (changed === undefined) return exitCode
        try {
          cases = read()
        } catch (error) {
          // The last file is gone, or none has the filter's words any more: it may come back.
          if (!(error instanceof UsageError)) throw error
          io.stderr.write(`hba: ${error.message}\n`)
          continue
        }
        watcher.follow(cases)
        concerned = cases.filter(one => !before.has(one.name) || filesOf(one).some(file => changed.has(file)))
        gone = [...before.keys()].some(name => !cases.some(one => one.name === name))
      }
      io.stderr.write(`hba: ${concerned.length} of ${cases.length} run again\n`)
      const fresh = await runCases(concerned, plan, io)
      runs = together(runs, fresh, new Set(cases.map(one => one.name)))
      exitCode = await report(runs, plan, io)
    }
  } finally {
    watcher.close()
  }
}

/** What was known, with what is new in its place. */
function together(known: PicturedRuns, fresh: PicturedRuns, names: ReadonlySet<string>): PicturedRuns {
  const renewed = new Set([...fresh.reports, ...fresh.broken].map(({ name }) => name))
  const stays = ({ name }: { name: string }): boolean => names.has(name) && !renewed.has(name)
  return {
    reports: [...known.reports.filter(stays), ...fresh.reports],
    broken: [...known.broken.filter(stays), ...fresh.broken],
    notRun: [],
    moments: new Map([...[...known.moments].filter(([name]) => stays({ name })), ...fresh.moments]),
  }
}

/** Gathers changes, also while cases run. */
class Watcher {
  readonly #watch: NonNullable<CliIo['watch']>
  readonly #folders = new Map<string, () => void>()
  #changed = new Set<string>()
  #settled: ReturnType<typeof setTimeout> | undefined
  #ready = false
  #wake: (() => void) | undefined

  constructor(watch: NonNullable<CliIo['watch']>) {
    this.#watch = watch
  }

  /** Looks at the folders of these cases from now on, too. */
  follow(cases: readonly Case[]): void {
    for (const folder of new Set(cases.flatMap(one => filesOf(one).map(file => dirname(file)))))
      if (!this.#folders.has(folder))
        this.#folders.set(
          folder,
          this.#watch(folder, path => this.#note(path)),
        )
  }

  /** @returns paths that changed since it was last asked, when they have settled; undefined: the user ends it */
  async next({ onInterrupt }: CliIo): Promise<ReadonlySet<string> | undefined> {
    let ended = false
    const deaf = onInterrupt?.(() => {
      ended = true
      this.#wake?.()
    })
    while (!this.#ready && !ended)
      await new Promise<void>(wake => {
        this.#wake = wake
      })
    deaf?.()
    const changed = this.#changed
    this.#changed = new Set()
    this.#ready = false
    return ended ? undefined : changed
  }

  close(): void {
    clearTimeout(this.#settled)
    for (const close of this.#folders.values()) close()
  }

  #note(path: string): void {
    this.#changed.add(path)
    clearTimeout(this.#settled)
    this.#settled = setTimeout(() => {
      this.#ready = true
      this.#wake?.()
    }, SETTLE_MS)
  }
}
