// INT-23: WMI events are for exceptional conditions.

import { CONFIG } from '../../../schemas/scsiport.ts'
import { Event, Notification } from '../../trace/events.ts'
import { tooOften } from '../rate.ts'
import type { Rule } from '../rule.ts'

export const INT_23: Rule = {
  id: 'INT-23',
  title: 'WMIEvent is posted for exceptional conditions only',
  severity: 'W',
  source: 'WDK: ScsiPortNotification (WMIEvent); the rate is ours: five in a second, or two in one call',
  why: 'Each event takes one of the few places the port driver has for them until its DPC has run, and DISPATCH_LEVEL time to deliver. Events in bursts are lost, and so is the one that mattered.',
  instead:
    'Post an event when something exceptional happened, not for each command. Count ordinary things in the device extension and let WMI queries ask for them.',
  example: {
    faulty: `
      complete(ext, srb);
      ScsiPortNotification(WMIEvent, ext,
        &event, 0xFF);`,
    right: `
      complete(ext, srb);
      ext->Statistics.Commands++;
      if (temperatureAlarm(ext))
        ScsiPortNotification(WMIEvent, ext,
          &event, 0xFF);`,
  },
  precondition: 'the driver posted a WMI event',
  create: context => {
    const burst = tooOften(context)
    return {
      exempt: guest =>
        context.traits.config(guest, CONFIG.WmiDataProvider) === 0 ? 'WmiDataProvider is FALSE' : undefined,
      subscriptions: [
        {
          kind: Event.Notify,
          key: Notification.WmiEvent,
          reader: {
            on(index) {
              const guest = context.trace.guest[index]!
              if (guest >= context.guests) return
              context.exercised(guest)
              const words = burst(index, guest, true)
              if (words !== undefined) context.violation(index, guest, () => `WMIEvent was posted ${words}`)
            },
          },
        },
      ],
    }
  },
}
