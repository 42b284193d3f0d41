// GN-1: every routine comes to its end. Where a more special rule owns the routine, that one names it: HwInitialize (IN-4), and
// HwInterrupt of an adapter that was removed (INT-25).
import { Event, ROUTINE_NAMES, Routine, StopKind } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'

const OTHERS = (1 << Routine.DriverEntry) | (1 << Routine.FindAdapter) | (1 << Routine.Initialize)

export const GN_1: Rule = {
  id: 'GN-1',
  title: 'No routine of the miniport takes longer than half a second',
  severity: 'F',
  source: 'Driver Verifier: SCSI verification (bug check 0xF1, 0x1002); HwFindAdapter is exempt, HwInitialize has 5 s',
  why: 'Most of these routines run at device IRQL. Half a second there means lost interrupts of every other device and a frozen machine; without an end it means a dead one.',
  instead:
    'Never wait for the adapter in a loop without a bound. Start the operation, return, and go on in HwInterrupt or in a routine that RequestTimerCall has called.',
  example: {
    faulty: `
      start(ext);
      while (!(ScsiPortReadRegisterUlong(STATUS)
               & DONE))
        ;`,
    right: `
      start(ext);
      ScsiPortNotification(RequestTimerCall,
        ext, LookAgain, 10000);
      return TRUE;`,
  },
  precondition: 'a routine other than DriverEntry, HwFindAdapter and HwInitialize was called',
  create: context => {
    const { trace, frames, guests } = context
    const routines = ROUTINE_NAMES.map((_name, routine) => routine).filter(r => (OTHERS & (1 << r)) === 0)
    return {
      exercised: guest => routines.reduce((sum, routine) => sum + frames.entered(guest, routine), 0),
      subscriptions: [
        {
          kind: Event.Stopped,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              const kind = trace.a[index]!
              const routine = trace.b[index]!
              if (guest >= guests || (OTHERS & (1 << routine)) !== 0) return
              if (kind !== StopKind.TimeLimit && kind !== StopKind.InstructionLimit) return
              if (routine === Routine.Interrupt && frames.removed(guest)) return
              context.violation(
                index,
                guest,
                () => {
                  frames.lookBack(guest)
                  const polled =
                    frames.mostReads > 100
                      ? `; it read ${context.registerName(guest, frames.mostRead, 'read')} again and again`
                      : ''
                  return `${ROUTINE_NAMES[routine]} did not come to its end (${trace.text[trace.d[index]!] ?? 'limit exceeded'})${polled}`
                },
                { routine, invocation: trace.c[index]! },
              )
            },
          },
        },
      ],
    }
  },
}
