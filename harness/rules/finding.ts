// Rules whose evidence somebody else has gathered: the port driver and its inspectors put what they find into the trace.
import { Event } from '../trace/events.ts'
import type { Subscription } from '../trace/trace.ts'
import type { RuleContext } from './rule.ts'

/** Listens to one `Finding` code of the run's miniports. */
export const onFinding = (
  context: RuleContext,
  finding: number,
  take: (index: number, guest: number) => void,
): Subscription => ({
  kind: Event.Finding,
  key: finding,
  reader: {
    on(index) {
      const guest = context.trace.guest[index]!
      if (guest < context.guests) take(index, guest)
    },
  },
})

/** A text of the side table, or `otherwise` when there is none. */
export const textAt = (context: RuleContext, index: number, otherwise: string): string =>
  index < 0 ? otherwise : (context.trace.text[index] ?? otherwise)
