// INT-19: an interrupt may come when nothing is expected. The instant that shows it is the entry of the call that could not cope.
import { Event, Finding, Routine, StopKind } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import { Fact } from '../outcome.ts'
import type { Rule } from '../rule.ts'

export const INT_19: Rule = {
  id: 'INT-19',
  title: 'HwInterrupt copes with an interrupt when no SRB is active, before HwInitialize has run, and after a reset',
  severity: 'E',
  source: 'WDK: HwScsiInitialize; HwScsiInterrupt',
  why: 'The interrupt is connected before HwInitialize is called, the line may be shared, and a reset leaves causes behind. A routine that takes for granted that there is a request, or that its tables are set up, crashes the machine during boot, on some machines, sometimes.',
  instead:
    'Set up in HwFindAdapter all that HwInterrupt looks at. Check that there is an SRB before you touch it; dismiss a cause that has no meaning, return TRUE, and complete nothing.',
  example: {
    faulty: `
      srb = ext->ActiveSrb;
      srb->SrbStatus = SRB_STATUS_SUCCESS;
      ScsiPortNotification(RequestComplete, ext, srb);`,
    right: `
      srb = ext->ActiveSrb;
      if (srb == NULL)
        return TRUE;
      ext->ActiveSrb = NULL;
      srb->SrbStatus = SRB_STATUS_SUCCESS;
      ScsiPortNotification(RequestComplete, ext, srb);`,
  },
  precondition: 'HwInterrupt was called while no SRB was with the miniport',
  create: context => {
    const { trace, frames, guests } = context
    const blameCall = (index: number, guest: number, what: string) => {
      const number = frames.enterNumber(guest)
      const at = trace.indexOf(number)
      context.violation(
        index,
        guest,
        () => `HwInterrupt was called while no SRB was active ${situation(guest)}, and ${what}`,
        { routine: Routine.Interrupt, srb: -1, number, atPs: at < 0 ? trace.psAt(index) : trace.psAt(at) },
      )
    }
    const situation = (guest: number): string =>
      frames.entered(guest, Routine.Initialize) === 0
        ? '(HwInitialize had not been called yet)'
        : frames.entered(guest, Routine.ResetBus) > 0
          ? '(the bus had been reset before)'
          : '(the adapter was idle)'
    const idle = (guest: number): boolean =>
      frames.running(guest) && frames.routine(guest) === Routine.Interrupt && frames.idleAtEntry(guest)
    return {
      outcomes: [
        {
          routine: Routine.Interrupt,
          applies: facts => (facts & Fact.idle) !== 0,
          suspect: () => false,
          check: () => {},
        },
      ],
      subscriptions: [
        {
          kind: Event.Stopped,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              const kind = trace.a[index]!
              if (guest >= guests || !idle(guest)) return
              // Endless loops are GN-1's and INT-25's, storms INT-5's.
              if (kind !== StopKind.Trap && kind !== StopKind.BadArgument && kind !== StopKind.Abort) return
              blameCall(index, guest, `crashed: ${trace.text[trace.d[index]!] ?? 'it was stopped'}`)
            },
          },
        },
        ...([Finding.UnknownSrb, Finding.DoubleCompletion] as const).map(finding =>
          onFinding(context, finding, (index, guest) => {
            if (idle(guest)) blameCall(index, guest, 'completed an SRB all the same')
          }),
        ),
        onFinding(context, Finding.NullWrite, (index, guest) => {
          if (frames.routine(guest) === Routine.Interrupt && frames.idleAtEntry(guest))
            blameCall(index, guest, 'wrote through a NULL pointer')
        }),
      ],
    }
  },
}
