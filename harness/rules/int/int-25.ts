// INT-25: the adapter is gone.
import { Event, Routine } from '../../trace/events.ts'
import { Fact } from '../outcome.ts'
import type { Rule } from '../rule.ts'

export const INT_25: Rule = {
  id: 'INT-25',
  title: 'HwInterrupt of a removed adapter returns FALSE, and returns',
  severity: 'F',
  source: 'WDK: HwScsiAdapterControl (the adapter may be gone); a read of a missing PCI function answers all ones',
  why: 'Every register of an adapter that was pulled out reads all ones: every status bit is set, every "busy" stays. A driver that believes it claims the interrupts of its neighbours, or waits in a loop for ever.',
  instead:
    'Compare the first status read with 0xFFFFFFFF. When it is that, return FALSE and touch nothing. Give every loop over registers a bound.',
  example: {
    faulty: `
      status = ScsiPortReadRegisterUlong(STATUS);
      if (!(status & enabled))
        return FALSE;`,
    right: `
      status = ScsiPortReadRegisterUlong(STATUS);
      if (status == 0xFFFFFFFF)
        return FALSE;     /* gone */
      if (!(status & enabled))
        return FALSE;`,
  },
  precondition: 'HwInterrupt was called after the adapter had been taken out',
  create: context => {
    const { trace, frames, guests } = context
    return {
      outcomes: [
        {
          routine: Routine.Interrupt,
          applies: facts => (facts & Fact.gone) !== 0,
          suspect: facts => (facts & Fact.claimed) !== 0,
          check(index, guest) {
            // What the adapter had put into memory before it was taken out is there still.
            if (frames.foundInMemory(guest)) return
            context.violation(
              index,
              guest,
              () =>
                'HwInterrupt returned TRUE although its adapter is not there any more: every register reads 0xFFFFFFFF, and the interrupt was for another driver on the line',
            )
          },
        },
      ],
      subscriptions: [
        {
          kind: Event.Stopped,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests || trace.b[index] !== Routine.Interrupt || !frames.removed(guest)) return
              context.violation(
                index,
                guest,
                () =>
                  `HwInterrupt did not survive that its adapter was taken out (every register reads 0xFFFFFFFF): ${trace.text[trace.d[index]!] ?? 'it was stopped'}`,
                { routine: Routine.Interrupt, invocation: trace.c[index]! },
              )
            },
          },
        },
      ],
    }
  },
}
