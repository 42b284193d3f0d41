// BC-1: BusChangeDetected is for changes.
import { Event, Notification } from '../../trace/events.ts'
import { tooOften } from '../rate.ts'
import type { Rule } from '../rule.ts'

export const BC_1: Rule = {
  id: 'BC-1',
  title: 'BusChangeDetected is not sent needlessly',
  severity: 'W',
  source: 'WDK: ScsiPortNotification (BusChangeDetected); the rate is ours: five in a second',
  why: 'Each one has the port driver enumerate the whole bus again with INQUIRY commands, and with selection time-outs for every target that is not there. Sent for no reason it takes the bus away from real work.',
  instead:
    'Send it once when a device came or went, that is, when the adapter says so; not with every interrupt or error.',
  example: {
    faulty: `
      if (status & SELECTION_TIMEOUT)
        ScsiPortNotification(
          BusChangeDetected, ext, 0);`,
    right: `
      if (status & DEVICE_CHANGE)
        ScsiPortNotification(
          BusChangeDetected, ext, 0);`,
  },
  precondition: 'the driver sent BusChangeDetected',
  create: context => {
    const often = tooOften(context)
    return {
      subscriptions: [
        {
          kind: Event.Notify,
          key: Notification.BusChangeDetected,
          reader: {
            on(index) {
              const guest = context.trace.guest[index]!
              if (guest >= context.guests) return
              context.exercised(guest)
              const words = often(index, guest)
              if (words === undefined) return
              context.violation(
                index,
                guest,
                () => `BusChangeDetected was sent ${words}: each one has the whole bus scanned again`,
              )
            },
          },
        },
      ],
    }
  },
}
