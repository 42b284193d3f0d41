// INT-14: masked before the work is put off. Seen by what the adapter does: its output goes up, or stays up, while HwInterrupt is not called.
import { Event, Notification, Routine } from '../../trace/events.ts'
import { CallFact } from '../outcome.ts'
import type { Rule } from '../rule.ts'

export const INT_14: Rule = {
  id: 'INT-14',
  title: "The adapter's interrupts are masked before CallEnableInterrupts",
  severity: 'E',
  source: 'WDK: HwScsiInterrupt (routine reference); deferring work with CallEnableInterrupts (SCSI miniport guide)',
  why: 'From CallEnableInterrupts on the port driver does not call HwInterrupt, while all other interrupts are on. An adapter that interrupts then is served by nobody: a level-triggered line stays asserted, and everybody who shares it hangs.',
  instead:
    'Write the interrupt enable register of the adapter to "none" before ScsiPortNotification(CallEnableInterrupts). Enable again in the callback of CallDisableInterrupts, nowhere else.',
  example: {
    faulty: `
      dismiss(ext);
      ScsiPortNotification(
        CallEnableInterrupts, ext, Work);
      return TRUE;`,
    right: `
      dismiss(ext);
      ScsiPortWriteRegisterUlong(ENABLE, 0);
      ScsiPortNotification(
        CallEnableInterrupts, ext, Work);
      return TRUE;`,
  },
  precondition: 'HwInterrupt called CallEnableInterrupts and the callback ran',
  create: context => {
    const { trace, frames, guests } = context
    const number = new Float64Array(guests)
    const atPs = new Float64Array(guests)
    const invocation = new Int32Array(guests)
    return {
      exempt: () => 'the driver did not use CallEnableInterrupts',
      subscriptions: [
        {
          kind: Event.Notify,
          key: Notification.CallEnableInterrupts,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests) return
              number[guest] = trace.numberAt(index)
              atPs[guest] = trace.psAt(index)
              invocation[guest] = frames.invocation(guest)
            },
          },
        },
      ],
      outcomes: [
        {
          routine: Routine.EnableInterrupts,
          applies: () => true,
          suspect: facts => (facts & CallFact.unmasked) !== 0,
          check(index, guest) {
            const blame = {
              number: number[guest]!,
              atPs: atPs[guest]!,
              invocation: invocation[guest]!,
              routine: Routine.Interrupt,
              srb: -1,
            }
            context.violation(
              index,
              guest,
              () =>
                'HwInterrupt called CallEnableInterrupts without masking the adapter: it interrupted before the disable callback, while HwInterrupt is not called',
              blame,
            )
          },
        },
      ],
    }
  },
}
