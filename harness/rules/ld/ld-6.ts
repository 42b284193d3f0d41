// LD-6: who has no HwInterrupt polls.
import { CONFIG, HWID, SP_RETURN } from '../../../schemas/scsiport.ts'
import { Notification, Routine } from '../../trace/events.ts'
import { onFound } from '../loading.ts'
import { notified } from '../notified.ts'
import type { Rule } from '../rule.ts'

export const LD_6: Rule = {
  id: 'LD-6',
  title: 'A driver without HwInterrupt names no interrupt and polls with HwScsiTimer',
  severity: 'W',
  source:
    'WDK: HW_INITIALIZATION_DATA; HwScsiTimer. Some port drivers refuse a NULL HwInterrupt; this bench takes it for a polled adapter',
  why: 'With an interrupt in BusInterruptLevel the port driver connects it, and there is nobody to call. Without a timer nothing ever looks at the adapter, and every request times out.',
  instead:
    'In HwFindAdapter set BusInterruptLevel and BusInterruptVector to 0, keep the interrupt disabled on the adapter, and have HwStartIo ask for HwScsiTimer with ScsiPortNotification(RequestTimerCall, …).',
  example: {
    faulty: `hwid.HwInterrupt = NULL;
/* HwFindAdapter: */
/* interrupt left as supplied */`,
    right: `hwid.HwInterrupt = NULL;
/* HwFindAdapter: */
config->BusInterruptLevel = 0;
config->BusInterruptVector = 0;`,
  },
  precondition: 'HwInterrupt is NULL, and HwFindAdapter found the adapter',
  create: context => {
    const { traits, frames, guests, trace } = context
    const timers = new Uint32Array(guests)
    const polls = (guest: number): boolean =>
      traits.init(guest, HWID.HwInitializationDataSize) !== 0 && !traits.hasInterrupt(guest)
    return {
      exempt: guest => (traits.hasInterrupt(guest) ? 'the driver has a HwInterrupt' : undefined),
      subscriptions: [
        notified(context, Notification.RequestTimerCall, (_index, guest) => {
          timers[guest]!++
        }),
        onFound(context, (index, guest, result) => {
          if (result !== SP_RETURN.FOUND || !polls(guest)) return
          context.exercised(guest)
          const level = traits.config(guest, CONFIG.BusInterruptLevel)
          const vector = traits.config(guest, CONFIG.BusInterruptVector)
          if (level === 0 && vector === 0) return
          context.violation(
            index,
            guest,
            () =>
              `HwInterrupt is NULL, but HwFindAdapter left BusInterruptLevel ${level} and BusInterruptVector ${vector}; a polled adapter has 0 in both`,
          )
        }),
      ],
      finish() {
        for (let guest = 0; guest < guests; guest++) {
          if (!polls(guest) || timers[guest]! > 0 || frames.entered(guest, Routine.StartIo) === 0) continue
          const index = trace.indexOf(trace.count - 1)
          const blame = { routine: Routine.StartIo, srb: -1 }
          context.violation(
            index,
            guest,
            () =>
              `HwInterrupt is NULL, and ScsiPortNotification(RequestTimerCall) was never called, through ${frames.entered(guest, Routine.StartIo)} calls of HwStartIo: nobody looks at the adapter`,
            blame,
          )
        }
      },
    }
  },
}
