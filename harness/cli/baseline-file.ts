// Baselines on the disk: read and checked before anything runs, so that a long measurement does not end in an error.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { BASELINE_SCHEMA, Baseline } from '../../schemas/baseline.ts'
import { parseConfigText } from '../../schemas/errors.ts'
import { contradictions, differences, type Identity } from '../measure/setup.ts'
import { readInput } from './files.ts'
import { UsageError } from './io.ts'
import { type OutputFile, writeOutput } from './output-file.ts'

const SCHEMA_NAME = /^wasm-hba\/([a-z-]+)@(\d+)$/

/**
 * @param mayBeMissing it is about to be written
 * @returns undefined when there is none yet
 * @throws UsageError, ConfigError: it is no baseline, or one of something else
 */
export function readBaseline(typed: string, cwd: string, now: Identity, mayBeMissing: boolean): Baseline | undefined {
  if (!existsSync(resolve(cwd, typed))) {
    if (mayBeMissing) return undefined
    throw new UsageError(`the baseline '${typed}' does not exist; --update-baseline makes it`, 'bench')
  }
  const text = readInput('baseline', typed, cwd).toString('utf8')
  checkKind(typed, text)
  const baseline = parseConfigText(Baseline, text, typed)
  const refuse = (what: string, remedy: string): never => {
    throw new UsageError(
      [
        `the baseline '${typed}' is ${what}`,
        `Nothing was run or written. ${remedy}, or remove the file and make a new one with --update-baseline.`,
      ].join('\n'),
    )
  }
  const wrong = differences(baseline, now)
  if (wrong.length > 0) refuse(`of something else: ${wrong.join('; ')}`, 'Measure as it was measured')
  const damage = contradictions(baseline, now.cells)
  if (damage.length > 0)
    refuse(`damaged: ${damage.slice(0, 3).join('; ')}${damage.length > 3 ? '; …' : ''}`, 'Restore it')
  return baseline
}

/** A file of another kind or version gets one sentence, not a list of keys. */
function checkKind(typed: string, text: string): void {
  let found: unknown
  try {
    found = (JSON.parse(text) as { schema?: unknown } | null)?.schema
  } catch {
    return
  }
  if (found === BASELINE_SCHEMA || typeof found !== 'string') return
  const match = SCHEMA_NAME.exec(found)
  const what =
    match?.[1] === 'baseline'
      ? `version ${match[2]} of the file format, this hba reads and writes version 1`
      : `found schema '${found.slice(0, 60)}', expected '${BASELINE_SCHEMA}'`
  throw new UsageError(`'${typed}' is no baseline that can be compared: ${what}`)
}

/** @throws when the bench made a baseline that is none */
export const baselineText = (baseline: Baseline): string => `${JSON.stringify(Baseline.parse(baseline), null, 2)}\n`

/** Whole or not at all. @throws UsageError */
export const writeBaseline = (file: OutputFile, baseline: Baseline): void => writeOutput(file, baselineText(baseline))
