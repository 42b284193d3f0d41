// INT-12: no polling in the ISR.
import { Routine } from '../../trace/events.ts'
import { Fact } from '../outcome.ts'
import type { Rule } from '../rule.ts'

export const INT_12: Rule = {
  id: 'INT-12',
  title: 'HwInterrupt does not poll the adapter in a loop',
  severity: 'W',
  source: 'WDK: HwScsiInterrupt (routine reference: callbacks instead of waiting); the limit of 6 reads is ours',
  why: 'Every pass is an uncached read with interrupts shut out. On a slow or broken adapter the loop takes as long as the adapter likes, and the whole machine waits with it.',
  instead:
    'Read the register once and return. What is not ready yet raises an interrupt when it is; for states that raise none, use RequestTimerCall.',
  example: {
    faulty: `
      while (ScsiPortReadRegisterUlong(STATUS)
             & BUSY)
        ;
      complete(ext);`,
    right: `
      if (ScsiPortReadRegisterUlong(STATUS)
          & BUSY)
        ScsiPortNotification(RequestTimerCall,
          ext, LookAgain, 500);
      else
        complete(ext);`,
  },
  precondition: 'HwInterrupt was called',
  create: context => ({
    outcomes: [
      {
        routine: Routine.Interrupt,
        applies: () => true,
        suspect: facts => (facts & Fact.polled) !== 0,
        check(index, guest) {
          const { frames, limits } = context
          context.violation(index, guest, () => {
            frames.lookBack(guest)
            return `HwInterrupt read ${context.registerName(guest, frames.mostRead, 'read')} ${frames.mostReads} times in one call; more than ${limits.isrPolls} are taken for a polling loop`
          })
        },
      },
    ],
  }),
}
