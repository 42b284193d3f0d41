// INT-4: whoever interrupts claims it.
import { Routine } from '../../trace/events.ts'
import { Fact } from '../outcome.ts'
import type { Rule } from '../rule.ts'

export const INT_4: Rule = {
  id: 'INT-4',
  title: 'HwInterrupt claims (TRUE) every interrupt of its own adapter',
  severity: 'F',
  source: 'WDK: HwScsiInterrupt (routine reference)',
  why: 'FALSE means "not mine". Nobody else will dismiss the cause, so the line stays asserted and the processor does nothing but call HwInterrupt; and what the routine reported is not acted upon, because the port driver queues its DPC after TRUE only.',
  instead:
    'When the status register shows one of your enabled causes, dismiss it and return TRUE, also when there is nothing to do for it.',
  example: {
    faulty: `
      work = drain(ext);
      return work != 0;`,
    right: `
      if (!(status & enabled))
        return FALSE;
      ScsiPortWriteRegisterUlong(ACK, status);
      drain(ext);
      return TRUE;`,
  },
  precondition: 'HwInterrupt was called while the output of its own adapter was asserted',
  create: context => {
    // With posted writes an acknowledge may still be on its way: a second call that did not read (and so did not flush) may say FALSE once.
    const excused = new Float64Array(context.guests)
    return {
      outcomes: [
        {
          routine: Routine.Interrupt,
          applies: facts => (facts & Fact.own) !== 0,
          suspect: facts => (facts & Fact.claimed) === 0 && (facts & (Fact.left | Fact.dismissed)) !== 0,
          check(index, guest, facts) {
            const { frames } = context
            if (frames.removed(guest)) return
            frames.lookBack(guest)
            if ((facts & Fact.left) === 0) {
              // Gone, but by whom? A read flushes an earlier acknowledge; without posted writes only this call can have done it.
              if (frames.writes === 0 && (context.postedWrites || frames.reads === 0)) return
              context.violation(index, guest, () => {
                const causes = context.causeNames(guest, frames.entryCauses(guest))
                return `HwInterrupt dismissed its own adapter's interrupt (${causes}) and then returned FALSE: the port driver takes it for another's and acts on nothing it reported`
              })
              return
            }
            if (context.postedWrites && frames.reads === 0) {
              const call = frames.entered(guest, Routine.Interrupt)
              const before = excused[guest]!
              excused[guest] = call
              if (before === 0 || before !== call - 1) return
            }
            context.violation(index, guest, () => {
              const causes = context.causeNames(guest, frames.leftCauses(guest))
              return `HwInterrupt returned FALSE although its own adapter interrupts: ${causes} pending and enabled at entry and still at return`
            })
          },
        },
      ],
    }
  },
}
