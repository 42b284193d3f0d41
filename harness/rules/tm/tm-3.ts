// TM-3: the timer routine has the type the contract gives it.
import { Event, Finding, Notification, Routine } from '../../trace/events.ts'
import { onFinding, textAt } from '../finding.ts'
import type { Rule } from '../rule.ts'

export const TM_3: Rule = {
  id: 'TM-3',
  title: 'The routine given to RequestTimerCall takes the device extension and returns nothing',
  severity: 'E',
  source: 'WDK: ScsiPortNotification, RequestTimerCall; PHW_TIMER; HwScsiTimer',
  why: 'A routine with more parameters takes what happens to lie on the stack for them, and on x86 leaves the stack of the port driver in disorder.',
  instead:
    'Declare it with the type of the header (HW_TIMER) and hand it over without a cast. What else it needs belongs into the device extension. Interval 0 cancels, with any routine.',
  example: {
    faulty: `
      BOOLEAN OnTimer(PVOID ext, ULONG reason);

      ScsiPortNotification(RequestTimerCall,
        ext, (PHW_TIMER)OnTimer, 1000);`,
    right: `
      HW_TIMER OnTimer;   /* VOID OnTimer(PVOID) */

      ext->reason = reason;
      ScsiPortNotification(RequestTimerCall,
        ext, OnTimer, 1000);`,
  },
  precondition: 'RequestTimerCall was called',
  create: context => {
    const { trace, guests } = context
    return {
      subscriptions: [
        {
          kind: Event.Notify,
          key: Notification.RequestTimerCall,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest < guests) context.exercised(guest)
            },
          },
        },
        onFinding(context, Finding.BadSignature, (index, guest) => {
          if (trace.c[index] !== Routine.Timer) return
          context.violation(
            index,
            guest,
            () =>
              `RequestTimerCall was given a routine of another type: ${textAt(context, trace.d[index]!, 'unknown')}`,
          )
        }),
      ],
    }
  },
}
