// Reports of shards into the report of the whole: what one run without shards would have written.
import type { Suite } from '../../schemas/suite.ts'
import { caseSuite } from './case-suite.ts'

/** One report, as read. */
export interface Part {
  /** The file, as typed. */
  label: string
  suite: Suite
}

/** These reports do not belong together. */
export class MergeError extends Error {
  override name = 'MergeError'
}

export const fail = (message: string): never => {
  throw new MergeError(message)
}

/** @param parts at least one @throws MergeError */
export function mergeSuites(parts: readonly Part[]): { suite: Suite; exitCode: number } {
  const [first] = parts as readonly [Part]
  for (const { label, suite } of parts)
    if (suite.totals === undefined)
      fail(
        `'${label}' is no report of 'hba test': those of 'hba test' are merged with each other, those of 'hba verify' too`,
      )
  checkVersions(parts)
  checkShards(parts)
  checkNames(parts, 'case')
  checkDrivers(parts, fromCase)
  const reruns = new Set(parts.map(({ suite }) => suite.rerun))
  return caseSuite(
    {
      reports: parts.flatMap(({ suite }) => suite.reports),
      broken: parts.flatMap(({ suite }) => suite.broken ?? []),
      notRun: parts.flatMap(({ suite }) => suite.notRun ?? []),
    },
    { rerun: reruns.size === 1 ? first.suite.rerun : undefined, version: first.suite.tool.version },
  )
}

export function checkVersions(parts: readonly Part[]): void {
  same(parts, 'wasm-hba', 'each from the same version of it', ({ suite }) => suite.tool.version)
  same(parts, 'metering', 'each from the same version of it', ({ suite }) =>
    suite.reports[0] === undefined ? undefined : String(suite.reports[0].report.metering.version),
  )
}

/** @param of undefined: says nothing about it */
function same(parts: readonly Part[], what: string, wanted: string, of: (part: Part) => string | undefined): void {
  const saying = parts.filter(part => of(part) !== undefined)
  const other = saying.find(part => of(part) !== of(saying[0]!))
  if (other !== undefined)
    fail(
      `'${saying[0]!.label}' is from ${what} ${of(saying[0]!)}, '${other.label}' from ${what} ${of(other)}: expected ${wanted}`,
    )
}

/** Shards of one run, each once and all of them; or no shards at all. */
export function checkShards(parts: readonly Part[]): void {
  const shards = parts.filter(({ suite }) => suite.shard !== undefined)
  if (shards.length === 0) return
  const [first] = shards as [Part]
  const of = first.suite.shard!.of
  const whole = parts.find(({ suite }) => suite.shard === undefined)
  if (whole !== undefined) fail(`'${first.label}' is shard ${words(first)}, '${whole.label}' is no shard`)
  const by = new Map<number, Part>()
  for (const part of shards) {
    const { index, of: n } = part.suite.shard!
    if (n !== of) fail(`'${first.label}' is shard ${words(first)}, '${part.label}' is shard ${words(part)}`)
    const twice = by.get(index)
    if (twice !== undefined) fail(`'${twice.label}' and '${part.label}' are both shard ${words(part)}`)
    if (part.suite.rerun !== first.suite.rerun)
      fail(
        `'${first.label}' is of '${first.suite.rerun}', '${part.label}' of '${part.suite.rerun}': expected shards of one run`,
      )
    by.set(index, part)
  }
  const missing = Array.from({ length: of }, (_, n) => n + 1).filter(n => !by.has(n))
  if (missing.length > 0)
    fail(
      `${missing.map(n => `shard ${n}/${of}`).join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing: a report without ${missing.length === 1 ? 'it' : 'them'} would pass for the whole`,
    )
}

const words = ({ suite: { shard } }: Part): string => `${shard!.index}/${shard!.of}`

export function checkNames(parts: readonly Part[], what: string): void {
  const owner = new Map<string, string>()
  for (const { label, suite } of parts)
    for (const name of [
      ...suite.reports.map(r => r.name),
      ...(suite.broken ?? []).map(b => b.name),
      ...(suite.notRun ?? []),
    ]) {
      const other = owner.get(name)
      if (other !== undefined) fail(`${what} '${name}' is in '${other}' and in '${label}': expected each once`)
      owner.set(name, label)
    }
}

/** A driver file that is not the same in all parts: they tried different drivers. @param pathOf of a driver in a report, seen from one place for all */
export function checkDrivers(parts: readonly Part[], pathOf: (name: string, path: string) => string): void {
  const seen = new Map<string, { sha256: string; label: string }>()
  for (const { label, suite } of parts)
    for (const { name, report } of suite.reports)
      for (const { driver } of report.guests) {
        const path = pathOf(name, driver.path)
        const other = seen.get(path)
        if (other !== undefined && other.sha256 !== driver.sha256)
          fail(
            `driver '${path}' is ${other.sha256.slice(0, 12)} in '${other.label}' and ${driver.sha256.slice(0, 12)} in '${label}': expected the same driver`,
          )
        seen.set(path, { sha256: driver.sha256, label })
      }
}

/** A path in a scenario file, seen from where the file's own path starts. */
function fromCase(name: string, path: string): string {
  const absolute = /^([\\/]|[A-Za-z]:)/.test(path)
  const parts = absolute ? [] : name.split('/').slice(0, -1)
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '.' || part === '') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return (absolute ? '/' : '') + parts.join('/')
}
