// BC-1: BusChangeDetected is for changes. Sent often it is all right as long as the adapter says each time that something changed: its causes
// are looked up in the ring, by their names, when the rate is suspicious.
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
    const { trace } = context
    const often = tooOften(context)

    /** Changes that the adapter has told in the second before an event. */
    function changes(index: number, guest: number): number {
      const now = trace.psAt(index)
      let told = 0
      for (let number = trace.numberAt(index); ; number--) {
        const at = trace.indexOf(number)
        if (at < 0 || now - trace.psAt(at) >= 1e12) return told
        if (trace.kind[at] !== Event.CauseRaised || trace.guest[at] !== guest) continue
        if (/CHANGE/.test(context.causeNames(guest, trace.a[at]!))) told++
      }
    }

    return {
      subscriptions: [
        {
          kind: Event.Notify,
          key: Notification.BusChangeDetected,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= context.guests) return
              context.exercised(guest)
              const words = often(index, guest)
              if (words === undefined || changes(index, guest) > context.limits.rareEvents) return
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
