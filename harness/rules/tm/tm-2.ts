// TM-2: there is one timer.
import { Event, Notification, Routine } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'
import { plural } from '../text.ts'

export const TM_2: Rule = {
  id: 'TM-2',
  title: 'A timer request does not push out another one that has not come due',
  severity: 'E',
  source: 'WDK: HwScsiTimer (SCSI miniport guide); ScsiPortNotification, RequestTimerCall',
  why: 'An adapter has one timer. A second RequestTimerCall replaces the first: the routine that was waited for is never called, and what it should have done is never done.',
  instead:
    'Keep the instants that are waited for in the device extension, arm the timer for the next one, and let one routine look what is due. If the first request is not wanted any more, cancel it with interval 0.',
  example: {
    faulty: `
      ScsiPortNotification(RequestTimerCall,
        ext, CheckLink, 100000);
      ScsiPortNotification(RequestTimerCall,
        ext, CheckQueue, 200000);`,
    right: `
      ext->linkDue = 1;   /* in units of 100 ms */
      ext->queueDue = 2;
      ScsiPortNotification(RequestTimerCall,
        ext, Tick, 100000);`,
  },
  precondition: 'RequestTimerCall was called',
  create: context => {
    const { trace, frames, guests } = context
    /** Table index of the routine that is waited for, 0 none; its interval; calls of HwScsiTimer when it was armed. */
    const armed = new Int32Array(guests)
    const us = new Float64Array(guests)
    const calls = new Float64Array(guests)
    return {
      subscriptions: [
        {
          kind: Event.Notify,
          key: Notification.RequestTimerCall,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests) return
              context.exercised(guest)
              const fn = trace.b[index]!
              const interval = trace.c[index]! >>> 0
              const waiting = armed[guest] !== 0 && frames.entered(guest, Routine.Timer) === calls[guest]
              if (waiting && interval !== 0 && fn !== armed[guest]) {
                const before = us[guest]!
                const first = armed[guest]!
                context.violation(
                  index,
                  guest,
                  () =>
                    `RequestTimerCall for ${context.functionName(guest, fn)} in ${plural(interval, 'microsecond')} replaced the request for ${context.functionName(guest, first)} in ${plural(before, 'microsecond')}, which had not come due: it will not be called`,
                )
              }
              armed[guest] = interval === 0 ? 0 : fn
              us[guest] = interval
              calls[guest] = frames.entered(guest, Routine.Timer)
            },
          },
        },
      ],
    }
  },
}
