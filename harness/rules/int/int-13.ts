// INT-13: long work is put off. The instant that shows it is the one at which the limit was passed, not the return. Stalls are not
// work: they are the business of INT-11.
import { Event, Routine } from '../../trace/events.ts'
import { Fact } from '../outcome.ts'
import type { Rule } from '../rule.ts'
import { time } from '../text.ts'

export const INT_13: Rule = {
  id: 'INT-13',
  title: 'Work of more than 50 µs is put off with CallEnableInterrupts',
  severity: 'W',
  source:
    'WDK: HwScsiInterrupt (50 µs); other pages say 1 ms: above that it is an error. Deferring by CallEnableInterrupts: SCSI miniport guide',
  why: 'As long as HwInterrupt works, no interrupt of its level and below is served, on the whole processor. What runs in the callback of CallEnableInterrupts holds up nobody but this adapter.',
  instead:
    'Mask the adapter, save what the callback needs, ScsiPortNotification(CallEnableInterrupts), return TRUE. Do the work in the callback, and end it with CallDisableInterrupts.',
  example: {
    faulty: `
      dismiss(ext);
      copyAll(ext);   /* 200 us */
      completeAll(ext);
      return TRUE;`,
    right: `
      mask(ext);
      save(ext);
      ScsiPortNotification(
        CallEnableInterrupts, ext, Work);
      return TRUE;`,
  },
  precondition: "HwInterrupt claimed its own adapter's interrupt; how long it worked was measured",
  create: context => {
    const { trace, frames, limits } = context

    /** Stalls of the call in ps, and the event at which it had worked for longer than the limit. */
    function look(index: number, guest: number): { workPs: number; past: number } {
      const last = trace.numberAt(index)
      const enterPs = frames.enterPs(guest)
      let stallPs = 0
      let past = last
      for (let number = Math.max(frames.enterNumber(guest), trace.overwritten); number <= last; number++) {
        const at = trace.indexOf(number)
        if (at < 0) continue
        if (past === last && trace.psAt(at) - enterPs - stallPs > limits.isrDeferPs) past = number
        if (trace.kind[at] === Event.Stall && trace.guest[at] === guest) stallPs += (trace.a[at]! >>> 0) * 1e6
      }
      return { workPs: trace.psAt(index) - enterPs - stallPs, past }
    }

    return {
      outcomes: [
        {
          routine: Routine.Interrupt,
          applies: facts => (facts & (Fact.own | Fact.claimed)) === (Fact.own | Fact.claimed),
          suspect: facts => (facts & Fact.long) !== 0 && (facts & Fact.enable) === 0,
          check(index, guest) {
            if (trace.psAt(index) - frames.enterPs(guest) <= limits.isrDeferPs) return
            const { workPs, past } = look(index, guest)
            if (workPs <= limits.isrDeferPs) return
            const at = trace.indexOf(past)
            context.violation(
              index,
              guest,
              () =>
                `HwInterrupt worked for ${time(workPs)} without CallEnableInterrupts: what takes more than ${time(limits.isrDeferPs)} is to be put off; it completed ${frames.completedInIsr(guest)} SRBs in this call`,
              {
                number: past,
                atPs: at < 0 ? trace.psAt(index) : trace.psAt(at),
                severity: workPs > limits.isrWorkPs ? 'E' : 'W',
              },
            )
          },
        },
      ],
    }
  },
}
