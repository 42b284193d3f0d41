// How often something rare happens.
import type { RuleContext } from './rule.ts'

const SECOND_PS = 1e12

/**
 * Tells, event by event, when something that should be rare comes too often: more than `RuleLimits.rareEvents` times within a second
 * and, if asked, twice in one call of a routine. @returns how often, in words; undefined: not too often
 */
export function tooOften(
  context: RuleContext,
): (index: number, guest: number, perCall?: boolean) => string | undefined {
  const { trace, frames, guests, limits } = context
  const room = limits.rareEvents
  const times = new Float64Array(guests * room).fill(Number.NEGATIVE_INFINITY)
  const next = new Int32Array(guests)
  const call = new Float64Array(guests).fill(-1)
  return (index, guest, perCall = false) => {
    const now = trace.psAt(index)
    const at = guest * room + next[guest]!
    const oldest = times[at]!
    times[at] = now
    next[guest] = (next[guest]! + 1) % room
    const entered = frames.running(guest) ? frames.enterNumber(guest) : -1
    const again = perCall && entered >= 0 && call[guest] === entered
    call[guest] = entered
    if (again) return 'twice in one call: the second finds no place before the DPC has run'
    return now - oldest < SECOND_PS ? `${room + 1} times within a second` : undefined
  }
}
