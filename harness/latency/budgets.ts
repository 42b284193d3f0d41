// Budgets against what was measured. A limit is met by a figure that equals it.
import { type Budget, type BudgetQuantity, type BudgetStatistic, DEFAULT_BUDGETS } from '../../schemas/budget.ts'
import type { BudgetReport } from '../../schemas/report.ts'
import { Routine } from '../trace/events.ts'
import { invocationOf, type Names, toNs } from './anatomy.ts'
import type { Capture } from './capture.ts'
import { Distribution, RANK } from './distribution.ts'
import { type GuestLatency, isInitialisation } from './guest-latency.ts'

const DPC_LIKE = [Routine.Timer, Routine.DmaStarted, Routine.EnableInterrupts, Routine.DisableInterrupts] as const

interface Measured {
  ps: Distribution
  /** The worst call; also one that never returned, which is in no distribution. */
  worst: Capture | undefined
}

/** Every call that could have stalled counts, those without a stall with 0. */
function withZeros(stalls: Distribution, calls: number): Distribution {
  const all = new Distribution()
  all.merge(stalls)
  if (calls > stalls.count) all.add(0, calls - stalls.count)
  return all
}

function measured(guest: GuestLatency, quantity: BudgetQuantity): Measured {
  const routine = (number: number): Measured => ({ ps: guest.routines[number]!.ps, worst: guest.worst[number] })
  switch (quantity) {
    case 'isr':
      return { ps: guest.claimed, worst: guest.worst[Routine.Interrupt] }
    case 'isr.unclaimed':
      return { ps: guest.unclaimed, worst: guest.worstUnclaimed }
    case 'isr.stall': {
      const silent = guest.isrStalls.count === 0 ? guest.routines[Routine.Interrupt]!.ps.count : 0
      return { ps: withZeros(guest.isrStalls, silent), worst: guest.worstIsrStall }
    }
    case 'routine.stall': {
      const calls = guest.routines.reduce((sum, { ps }, n) => sum + (isInitialisation(n) ? 0 : ps.count), 0)
      return { ps: withZeros(guest.routineStalls, calls), worst: guest.worstRoutineStall }
    }
    case 'dpc': {
      const ps = new Distribution()
      for (const number of DPC_LIKE) ps.merge(guest.routines[number]!.ps)
      const worst = DPC_LIKE.map(number => guest.worst[number]!).reduce((a, b) => (b.record > a.record ? b : a))
      return { ps, worst }
    }
    case 'startio':
      return routine(Routine.StartIo)
    case 'resetbus':
      return routine(Routine.ResetBus)
  }
}

function actualPs({ ps, worst }: Measured, statistic: BudgetStatistic): number | null {
  if (statistic === 'max' && worst?.taken) return Math.max(worst.record, ps.count === 0 ? 0 : ps.max)
  return ps.count === 0 ? null : ps.percentile(RANK[statistic])
}

/**
 * May a budget go without a sample? Those that hold by default may, because not every run has a timer or a foreign
 * interrupt. The ISR's may not, and neither may one that somebody asked for: no data is a failure, not a pass.
 */
const passesWithoutData = (budget: Budget): boolean =>
  budget.quantity !== 'isr' && DEFAULT_BUDGETS[budget.name] !== undefined

/** The budgets that apply to a guest, judged. A budget for this guest by name replaces the one for all. */
export function judge(budgets: readonly Budget[], guest: GuestLatency, names: Names): BudgetReport[] {
  const name = names.guest(guest.guest)
  const own = new Set(budgets.filter(b => b.guest === name).map(b => b.name))
  return budgets
    .filter(b => b.guest === name || (b.guest === undefined && !own.has(b.name)))
    .map(budget => {
      const figures = measured(guest, budget.quantity)
      const actual = actualPs(figures, budget.statistic)
      const pass = actual === null ? passesWithoutData(budget) : actual <= budget.limitPs
      const show = !pass && figures.worst?.taken
      return {
        name: budget.name,
        limitNs: toNs(budget.limitPs),
        actualNs: actual === null ? null : toNs(actual),
        pass,
        ...(show ? { worst: invocationOf(figures.worst!, names) } : {}),
      }
    })
}

/** Nothing at all was measured: no ISR of any guest ever ran. */
export const nothingMeasured = (guests: readonly GuestLatency[]): boolean =>
  guests.every(g => g.claimed.count === 0 && g.unclaimed.count === 0 && g.unfinished === 0)
