// What must be the same for two measurements to be comparable, and what is wrong when it is not.
import type { Baseline, BaselineCell, BaselineSetup } from '../../schemas/baseline.ts'
import { AdapterConfig } from '../../schemas/machine.ts'
import type { Scenario } from '../../schemas/scenario.ts'
import { formatSize } from '../../schemas/units.ts'
import type { Load } from './cells.ts'

export function setupOf({ seed, machine, rules }: Scenario, load: Load, adapter: string): BaselineSetup {
  const { preset, ...values } = machine.cost
  return {
    adapter,
    depths: [...load.depths],
    sizesBytes: [...load.sizesBytes],
    readPercent: load.readPercent,
    ios: load.ios,
    seed,
    costModel: {
      preset,
      values: Object.fromEntries(Object.entries(values).map(([key, ps]) => [key.replace(/Ps$/, 'Ns'), ps / 1000])),
    },
    rulesOff: [...rules.off].sort(),
  }
}

/** What neither changes a figure nor says which adapter it is. */
const NAMES: readonly string[] = ['kind', 'driver', 'name', 'line', 'drives', 'workload']

/** As it is typed: the kind, and every setting that is not as it is by default. */
export function adapterText(config: AdapterConfig): string {
  const usual: Record<string, unknown> = AdapterConfig.parse({ kind: config.kind, driver: config.driver })
  const own = Object.entries(config).filter(
    ([key, value]) => !NAMES.includes(key) && JSON.stringify(value) !== JSON.stringify(usual[key]),
  )
  return [config.kind, ...own.map(([key, value]) => `${key}=${value}`).sort()].join(',')
}

export interface Identity {
  driver: string
  meteringVersion: number
  setup: BaselineSetup
  /** Names of the cells that will be measured. */
  cells: readonly string[]
}

/** @returns one sentence for each difference; none: the figures may be compared */
export function differences(
  { driver, metering, setup }: Pick<Baseline, 'driver' | 'metering' | 'setup'>,
  now: Omit<Identity, 'cells'>,
): string[] {
  const wrong: string[] = []
  const differ = (what: string, before: unknown, after: unknown): void => {
    if (before !== after) wrong.push(`${what} is ${before} there and ${after} here`)
  }
  differ('the driver', driver.name, now.driver)
  differ('the version of the metering', metering.version, now.meteringVersion)
  differ('the adapter', setup.adapter, now.setup.adapter)
  differ('--depth', setup.depths.join(), now.setup.depths.join())
  differ('--bs', setup.sizesBytes.map(formatSize).join(), now.setup.sizesBytes.map(formatSize).join())
  differ('--rw', setup.readPercent, now.setup.readPercent)
  differ('--ios', setup.ios, now.setup.ios)
  differ('--seed', setup.seed, now.setup.seed)
  const { costModel: before } = setup
  const { costModel: after } = now.setup
  differ('the cost model', `'${before.preset}'`, `'${after.preset}'`)
  for (const key of new Set([...Object.keys(before.values), ...Object.keys(after.values)]))
    differ(`the cost ${key}`, before.values[key] ?? 'unknown', after.values[key] ?? 'unknown')
  const off = (ids: readonly string[]): string => (ids.length === 0 ? 'none' : ids.join())
  differ('--off', off(setup.rulesOff), off(now.setup.rulesOff))
  return wrong
}

/** @returns one sentence for everything that no measurement of these cells can say: the file was cut or edited */
export function contradictions({ cells }: Pick<Baseline, 'cells'>, names: readonly string[]): string[] {
  const found = cells.map(({ name }) => name)
  return [
    ...names.filter(name => !found.includes(name)).map(name => `the cell '${name}' is missing`),
    ...twice(found).map(name => `the cell '${name}' is there twice`),
    ...cells.flatMap(cellContradictions),
  ]
}

function cellContradictions({ name: cell, entries }: BaselineCell): string[] {
  const wrong = twice(entries.map(({ name }) => name)).map(name => `${name} is there twice`)
  for (const { name, calls, virtualNs, typical, worst } of entries) {
    const { p50, p90, p99, p999, max } = virtualNs
    if (calls === 0) wrong.push(`${name} has no calls`)
    if (p50 > p90 || p90 > p99 || p99 > p999 || p999 > max) wrong.push(`the percentiles of ${name} do not rise`)
    if (typical.durationNs !== p50)
      wrong.push(`the typical call of ${name} took ${typical.durationNs} ns, p50 is ${p50}`)
    if (worst.durationNs !== max) wrong.push(`the longest call of ${name} took ${worst.durationNs} ns, max is ${max}`)
  }
  return wrong.map(text => `in '${cell}' ${text}`)
}

const twice = (names: readonly string[]): string[] => [...new Set(names.filter((name, n) => names.indexOf(name) !== n))]
