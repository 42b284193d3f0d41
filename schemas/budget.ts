// Budgets: how long an entry point may take in virtual time.
import { z } from 'zod'
import { ConfigError, KEY_SEPARATOR, unknownWord } from './errors.ts'
import { durationFrom, formatDuration, TIME_UNITS, whyNoDuration } from './units.ts'

const { us, ms } = TIME_UNITS

/** What can be measured, and in which statistics. */
export const BUDGET_QUANTITIES = {
  isr: 'HwInterrupt, calls that returned TRUE',
  'isr.unclaimed': 'HwInterrupt, calls that returned FALSE (spurious, or another adapter on the line)',
  'isr.stall': 'one ScsiPortStallExecution in HwInterrupt',
  'routine.stall':
    'all ScsiPortStallExecution of one call of one routine, HwFindAdapter, HwInitialize and ScsiRestartAdapter excepted',
  dpc: 'DPC-like callbacks: HwTimer, HwDmaStarted, HwEnableInterrupts, HwDisableInterrupts',
  startio: 'HwStartIo',
  resetbus: 'HwResetBus',
} as const

export const BUDGET_STATISTICS = ['p50', 'p90', 'p99', 'p999', 'max'] as const

export type BudgetQuantity = keyof typeof BUDGET_QUANTITIES
export type BudgetStatistic = (typeof BUDGET_STATISTICS)[number]
export type BudgetName = `${BudgetQuantity}.${BudgetStatistic}`

export const BUDGET_NAMES = (Object.keys(BUDGET_QUANTITIES) as BudgetQuantity[]).flatMap(quantity =>
  BUDGET_STATISTICS.map(statistic => `${quantity}.${statistic}` as const),
)

/** A checked budget. */
export interface Budget {
  name: BudgetName
  quantity: BudgetQuantity
  statistic: BudgetStatistic
  limitPs: number
  /** Only for the guest of this name; without it for every guest. */
  guest?: string
}

/**
 * What holds when nothing is said: 25 µs for an ISR and 100 µs for a DPC (Windows driver documentation, "Example 15:
 * Measuring DPC/ISR Time"); 1 ms of stalls in a routine (WDK: ScsiPortStallExecution); 50 µs for one stall (WDK: "Avoid
 * polling devices"). 5 µs for an unclaimed return is ours: two register reads with room to spare.
 */
export const DEFAULT_BUDGETS: Readonly<Partial<Record<BudgetName, number>>> = {
  'isr.max': 25 * us,
  'isr.unclaimed.max': 5 * us,
  'isr.stall.max': 50 * us,
  'routine.stall.max': 1 * ms,
  'dpc.max': 100 * us,
}

/** `isr.p99.9` is what people write for `isr.p999`. */
const canonical = (name: string): string => (name.endsWith('.p99.9') ? `${name.slice(0, -6)}.p999` : name)

const isBudgetName = (name: string): name is BudgetName => (BUDGET_NAMES as readonly string[]).includes(name)

const unknownName = (name: string): string =>
  unknownWord(
    'budget',
    name,
    BUDGET_NAMES,
    `${Object.keys(BUDGET_QUANTITIES).join(', ')}, each with .${BUDGET_STATISTICS.join(', .')}`,
  )

const Name = z
  .string()
  .meta({ examples: ['isr.p99'] })
  .transform((text, context) => {
    const name = canonical(text)
    if (isBudgetName(name)) return name
    context.addIssue({ code: 'custom', message: unknownName(text), input: text })
    return z.NEVER
  })

/** A limit; 0 is refused (nothing takes no time), 'off' takes a default away. */
const Limit = z.union([z.literal('off'), durationFrom(1)], {
  error: issue => `${whyNoDuration(issue.input)}, or 'off'`,
})

const budgetOf = (name: BudgetName, limitPs: number, guest: string | undefined): Budget => {
  const dot = name.lastIndexOf('.')
  return {
    name,
    quantity: name.slice(0, dot) as BudgetQuantity,
    statistic: name.slice(dot + 1) as BudgetStatistic,
    limitPs,
    ...(guest === undefined ? {} : { guest }),
  }
}

/** One entry of the list form, or of a flag. */
interface BudgetEntry {
  name: BudgetName
  limit: number | 'off'
  guest?: string | undefined
}

/** Later entries replace earlier ones of the same name and guest; 'off' removes. A limit for one guest stands beside the one for all. */
export function mergeBudgets(budgets: readonly Budget[], entries: readonly BudgetEntry[]): Budget[] {
  const merged = [...budgets]
  for (const { name, limit, guest } of entries) {
    const at = merged.findIndex(b => b.name === name && b.guest === guest)
    if (at >= 0) merged.splice(at, 1)
    if (limit !== 'off') merged.push(budgetOf(name, limit, guest))
  }
  return merged.sort((a, b) => BUDGET_NAMES.indexOf(a.name) - BUDGET_NAMES.indexOf(b.name))
}

export const defaultBudgets = (): Budget[] =>
  mergeBudgets(
    [],
    Object.entries(DEFAULT_BUDGETS).map(([name, limit]) => ({ name: name as BudgetName, limit })),
  )

/** The map form `{"isr.max": "25us"}` for every guest. */
const BudgetMap = z.partialRecord(
  z.enum([...BUDGET_NAMES, ...BUDGET_NAMES.filter(n => n.endsWith('.p999')).map(n => n.replace('.p999', '.p99.9'))]),
  Limit,
  {
    error: issue => {
      const { code, keys } = issue as unknown as { code: string; keys?: string[] }
      return code === 'unrecognized_keys' ? keys?.map(unknownName).join(KEY_SEPARATOR) : undefined
    },
  },
)

const BudgetList = z.array(
  z.strictObject({
    name: Name.describe('for example isr.p99'),
    limit: Limit.describe("a duration such as '25us', or 'off'"),
    guest: z.string().optional().describe('only for the adapter of this name'),
  }),
)

/** Budgets on top of the defaults, as a map (for every guest) or a list (with guests). */
export const Budgets = z.union([BudgetMap, BudgetList]).transform(budgets => {
  const entries: BudgetEntry[] = Array.isArray(budgets)
    ? budgets
    : Object.entries(budgets).map(([name, limit]) => ({ name: canonical(name) as BudgetName, limit: limit! }))
  return mergeBudgets(defaultBudgets(), entries)
})

/** Reads a flag: `isr.max=100ns`, `isr.p99.9=off`, `queued:isr.max=30us` for the guest of that name. @throws ConfigError */
export function parseBudgetFlag(
  text: string,
  flag = '--budget',
): { name: BudgetName; limit: number | 'off'; guest?: string } {
  const fail = (message: string) => new ConfigError(flag, [{ path: '$', message }])
  const match = /^(?:([^:=]+):)?([^=]+)=(.*)$/.exec(text)
  if (match === null) throw fail(`found '${text}', expected NAME=DURATION, for example isr.p99=25us`)
  const name = canonical(match[2]!.trim())
  if (!isBudgetName(name)) throw fail(unknownName(match[2]!.trim()))
  const limit = Limit.safeParse(match[3]!.trim())
  if (!limit.success) throw fail(`${name}: ${limit.error.issues[0]?.message}`)
  return { name, limit: limit.data, ...(match[1] === undefined ? {} : { guest: match[1] }) }
}

/** For listings: every default with its limit. */
export const describeDefaultBudgets = (): string[] =>
  defaultBudgets().map(b => `${b.name}=${formatDuration(b.limitPs)}`)
