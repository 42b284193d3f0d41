// INT-3: nobody claims an interrupt that is another's.
import { Routine } from '../../trace/events.ts'
import { Fact } from '../outcome.ts'
import type { Rule } from '../rule.ts'

export const INT_3: Rule = {
  id: 'INT-3',
  title: 'HwInterrupt never claims (TRUE) an interrupt that is not its own',
  severity: 'E',
  source: 'WDK: HwScsiInterrupt (SCSI miniport guide)',
  why: 'TRUE ends the walk along the shared line. The driver the interrupt is for is not called; its requests wait, time out, and the line may stay asserted without end.',
  instead:
    'Return TRUE only when your own adapter shows a cause that is pending and enabled. A status register shows pending causes that are masked, too: AND it with the enable mask.',
  example: {
    faulty: `
      if (!(status & enabled))
        return ext->Outstanding != 0;`,
    right: `
      if (!(status & enabled))
        return FALSE;`,
  },
  precondition: 'HwInterrupt was called while the output of its own adapter was low and stayed low',
  create: context => ({
    outcomes: [
      {
        routine: Routine.Interrupt,
        // An adapter that was taken out is the business of INT-25.
        applies: facts => (facts & (Fact.own | Fact.raised | Fact.gone)) === 0,
        suspect: facts => (facts & Fact.claimed) !== 0,
        check(index, guest) {
          if (context.frames.foundInMemory(guest)) return
          context.violation(
            index,
            guest,
            () =>
              'HwInterrupt returned TRUE although the output of its own adapter was low from entry to exit: the interrupt was for another adapter on the line, whose driver is not called now',
          )
        },
      },
    ],
  }),
}
