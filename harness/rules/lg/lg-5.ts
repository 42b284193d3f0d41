// LG-5: first the log, then the completion.
import { Event } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'

export const LG_5: Rule = {
  id: 'LG-5',
  title: 'ScsiPortLogError is called before the SRB is completed',
  severity: 'F',
  source: 'WDK: ScsiPortLogError; ScsiPortNotification (RequestComplete)',
  why: 'After RequestComplete the SRB belongs to the port driver, which may have given it to another request. The log entry is about somebody else then, or about freed memory.',
  instead:
    'Log while the SRB is still yours, then set SrbStatus, then RequestComplete. For what you learn later pass NULL as SRB.',
  example: {
    faulty: `
      ScsiPortNotification(RequestComplete, ext, srb);
      ScsiPortLogError(ext, srb, path, target, lun,
        SP_BUS_PARITY_ERROR, 0x302);`,
    right: `
      ScsiPortLogError(ext, srb, path, target, lun,
        SP_BUS_PARITY_ERROR, 0x302);
      ScsiPortNotification(RequestComplete, ext, srb);`,
  },
  precondition: 'ScsiPortLogError was called for an SRB',
  create: context => {
    const { trace, commands, guests } = context
    return {
      subscriptions: [
        {
          kind: Event.LogError,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              const serial = trace.a[index]!
              if (guest >= guests || serial < 0) return
              context.exercised(guest)
              if (commands.holds(guest, serial)) return
              context.violation(
                index,
                guest,
                () => `ScsiPortLogError was called for ${context.describeSrb(serial)} after it had been completed`,
                { srb: serial },
              )
            },
          },
        },
      ],
    }
  },
}
