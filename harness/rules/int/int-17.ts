// INT-17: the disable callback enables the adapter's interrupts, and does nothing else.
import { Routine } from '../../trace/events.ts'
import { onForbiddenCall } from '../forbidden.ts'
import { CallFact } from '../outcome.ts'
import type { Rule } from '../rule.ts'

/** Neither allowed nor forbidden by the pages: a warning. */
const UNDOCUMENTED = /ResetDetected|RequestTimerCall|BusChange|Wmi|GetLogicalUnit|GetSrb|IoMapTransfer|FlushDma/

export const INT_17: Rule = {
  id: 'INT-17',
  title: "The callback of CallDisableInterrupts enables the adapter's interrupts and does nothing else",
  severity: 'E',
  source: 'WDK: HwScsiDisableInterruptsCallback; deferring work with CallEnableInterrupts (SCSI miniport guide)',
  why: 'It runs with interrupts shut out, between the end of the put-off work and the next HwInterrupt. A request completed or asked for here is not expected by the port driver; an adapter that is not enabled here never interrupts again.',
  instead:
    'Complete and ask for more in the enable callback, before CallDisableInterrupts. Here write the interrupt enable register and return TRUE.',
  example: {
    faulty: `
      BOOLEAN Done(PVOID ext) {
        ScsiPortNotification(NextRequest, ext);
        enable(ext);
        return TRUE;
      }`,
    right: `
      BOOLEAN Done(PVOID ext) {
        ScsiPortWriteRegisterUlong(ENABLE, mask);
        return TRUE;
      }`,
  },
  precondition: 'the callback of CallDisableInterrupts ran',
  create: context => {
    const { frames } = context
    return {
      exempt: () => 'the driver did not use CallEnableInterrupts',
      subscriptions: [
        onForbiddenCall(context, 'INT-17', (index, guest, name) =>
          context.violation(
            index,
            guest,
            () =>
              `the callback of CallDisableInterrupts called ${name}: it may do nothing but enable the adapter's interrupts`,
            UNDOCUMENTED.test(name) ? { severity: 'W' } : {},
          ),
        ),
      ],
      outcomes: [
        {
          routine: Routine.DisableInterrupts,
          applies: () => true,
          // Each call is looked at. An adapter that was reset in the meantime is enabled by whoever brings it back.
          suspect: facts => (facts & CallFact.reset) === 0,
          check(index, guest) {
            frames.lookBack(guest)
            if (frames.writes > 0 || frames.reads > 0) return
            context.violation(
              index,
              guest,
              () =>
                "the callback of CallDisableInterrupts touched no register: the adapter's interrupts were masked before CallEnableInterrupts and stay masked",
            )
          },
        },
      ],
    }
  },
}
