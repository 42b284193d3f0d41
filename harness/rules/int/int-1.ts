// INT-1: first look, then act.
import { Event, Routine } from '../../trace/events.ts'
import { Fact } from '../outcome.ts'
import type { Rule } from '../rule.ts'

export const INT_1: Rule = {
  id: 'INT-1',
  title: 'HwInterrupt reads the interrupt status before it touches anything else',
  severity: 'W',
  source: 'WDK: HwScsiInterrupt (SCSI miniport guide)',
  why: 'On a shared line most interrupts may be for others. A register that is written before it is known whose interrupt this is disturbs an adapter that had nothing to say, and a blind acknowledge wipes out causes that nobody has seen.',
  instead:
    'Make the read of the interrupt status register the first register access of HwInterrupt, and let it decide about everything else.',
  example: {
    faulty: `
      ScsiPortWriteRegisterUlong(ENABLE, 0);
      status = ScsiPortReadRegisterUlong(STATUS);
      if (!(status & enabled)) {
        ScsiPortWriteRegisterUlong(ENABLE, enabled);
        return FALSE;
      }`,
    right: `
      status = ScsiPortReadRegisterUlong(STATUS);
      if (!(status & enabled))
        return FALSE;
      ScsiPortWriteRegisterUlong(ACK, status);`,
  },
  precondition: 'HwInterrupt was called',
  create: context => ({
    foreign: ({ statusRegister }) =>
      statusRegister
        ? undefined
        : 'no register of the adapter tells whether it interrupts: the driver looks into memory',
    outcomes: [
      {
        routine: Routine.Interrupt,
        // What a foreign interrupt may touch is the business of INT-2.
        applies: facts => (facts & Fact.own) !== 0,
        suspect: facts => (facts & Fact.blind) !== 0,
        check(index, guest) {
          // Nothing is counted there, so no words are made, interrupt after interrupt.
          if (!context.adapter(guest).statusRegister) return
          const { frames, trace } = context
          const first = frames.firstAccess(guest)
          const wrote = first >= 0 && trace.kind[first] === Event.Write
          const name = first < 0 ? '' : context.registerName(guest, trace.a[first]!, wrote ? 'write' : 'read')
          const verb = wrote ? 'wrote' : 'read'
          context.violation(
            index,
            guest,
            () =>
              `HwInterrupt ${verb} ${name} before it had read the interrupt status: it did not know yet whether the interrupt is its own`,
            first < 0 ? {} : { number: trace.numberAt(first), atPs: trace.psAt(first) },
          )
        },
      },
    ],
  }),
}
