// Reports of the shards of one conformance campaign into the report of the whole. Rules, failures and coverage are made anew from the runs, as the
// campaign itself makes them: nothing is added up that could be counted.
import type { Suite } from '../../schemas/suite.ts'
import { CoverageMismatch } from '../guest/coverage.ts'
import { CAMPAIGN } from './campaign.ts'
import type { CampaignRun } from './campaign-run.ts'
import { checkDrivers, checkNames, checkShards, checkVersions, fail, type Part } from './merge.ts'
import { suiteOf } from './suite.ts'

export const isCampaign = ({ suite }: Part): boolean => suite.driver !== undefined

/** A driver that cannot be loaded. */
const REFUSED_EXIT = 2

/**
 * @param parts at least one, all of campaigns; a whole one alone stays as it is
 * @param version of this wasm-hba: rules and their order are its own
 * @throws MergeError
 */
export function mergeCampaign(parts: readonly Part[], version: string): { suite: Suite; exitCode: number } {
  const [{ label, suite: first }] = parts as readonly [Part]
  const whole = parts.find(({ suite }) => suite.shard === undefined)
  if (whole !== undefined && parts.length > 1)
    fail(`'${whole.label}' is a whole campaign: only the shards of one are merged, from 'hba verify --shard'`)
  if (whole !== undefined) return { suite: first, exitCode: exitOf(first) }
  checkVersions(parts)
  if (first.tool.version !== version)
    fail(`'${label}' is from wasm-hba ${first.tool.version}, this is ${version}: expected the same version`)
  checkShards(parts)
  checkNames(parts, 'scenario')
  checkDrivers(parts, (_, path) => path)
  checkCoverage(parts)
  const places = new Map(CAMPAIGN.map(({ name }, n) => [name, n]))
  const runs = parts
    .flatMap(part => runsOf(part))
    .map(run => ({ run, place: places.get(run.name) ?? fail(`scenario '${run.name}' is not in the campaign`) }))
    .sort((a, b) => a.place - b.place)
    .map(({ run }) => run)
  const refused = runs.find(({ exitCode }) => exitCode === REFUSED_EXIT)
  const { driver, seed = 0, strict = false, leftOut, rerun = '' } = first
  try {
    return suiteOf(refused === undefined ? runs : [refused], {
      ...driver!,
      ...{ seed, strict, rerun, version },
      ...(leftOut === undefined ? {} : { leftOut }),
    })
  } catch (error) {
    if (error instanceof CoverageMismatch)
      return fail(`the coverage of the shards does not go together: ${error.message}`)
    throw error
  }
}

const exitOf = ({ verdict, reports }: Suite): number =>
  Math.max(verdict === 'pass' ? 0 : 1, ...reports.map(({ exitCode = 0 }) => exitCode))

/** All shards have it, of the same code. */
function checkCoverage(parts: readonly Part[]): void {
  const mapOf = ({ suite: { coverageData: data } }: Part): string =>
    data === undefined ? '' : JSON.stringify(data.map)
  const [first] = parts as readonly [Part]
  const other = parts.find(part => mapOf(part) !== mapOf(first))
  if (other !== undefined)
    fail(
      `'${first.label}' and '${other.label}' have coverage of different code or lines: expected the same driver and source map`,
    )
}

/** The coverage of the shard goes with its first run. */
function runsOf({ label, suite }: Part): CampaignRun[] {
  const { coverageData: data } = suite
  return suite.reports.map(({ name, about = '', exitCode = 0, report }, n) => ({
    ...{ name, about, exitCode, report },
    coverage: data === undefined || n > 0 ? [] : [{ guest: label, ...data }],
  }))
}
