// Notifications that come seldom. RequestComplete, NextRequest and NextLuRequest are too many to listen to: see commands.ts.
import { Event } from '../trace/events.ts'
import type { Subscription } from '../trace/trace.ts'
import type { RuleContext } from './rule.ts'

/** ScsiPortNotification with this type, by a miniport of the run. */
export const notified = (
  context: RuleContext,
  type: number,
  take: (index: number, guest: number) => void,
): Subscription => ({
  kind: Event.Notify,
  key: type,
  reader: {
    on(index) {
      const guest = context.trace.guest[index]!
      if (guest < context.guests) take(index, guest)
    },
  },
})
