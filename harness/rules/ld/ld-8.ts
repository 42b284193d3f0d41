// LD-8: entry points have the types the contract gives them.
import { Finding, ROUTINE_NAMES, Routine } from '../../trace/events.ts'
import { onFinding, textAt } from '../finding.ts'
import type { Rule } from '../rule.ts'

export const LD_8: Rule = {
  id: 'LD-8',
  title: 'Every entry point has the documented parameters and result',
  severity: 'E',
  source: 'WDK: PHW_FIND_ADAPTER, PHW_INITIALIZE, PHW_INTERRUPT, PHW_STARTIO and the other PHW_ types',
  why: 'A routine with other parameters takes what happens to lie on the stack; one without a result returns what happens to be in a register, and the port driver acts on it.',
  instead:
    'Declare the routines with the types of the header (HW_INTERRUPT and so on) and assign them without a cast: then the compiler checks them.',
  example: {
    faulty: `VOID Interrupt(PVOID ext);
hwid.HwInterrupt = (PHW_INTERRUPT)Interrupt;`,
    right: `HW_INTERRUPT Interrupt; /* BOOLEAN (PVOID) */
hwid.HwInterrupt = Interrupt;`,
  },
  precondition: 'the miniport handed over its entry points',
  create: context => {
    const { trace, frames, guests } = context
    const violated = new Uint8Array(guests)
    return {
      exercised: guest => Math.max(violated[guest]!, frames.entered(guest, Routine.FindAdapter)),
      subscriptions: [
        onFinding(context, Finding.BadSignature, (index, guest) => {
          const routine = trace.c[index]!
          if (routine === Routine.Timer) return // TM-3's
          violated[guest] = 1
          context.violation(
            index,
            guest,
            () => {
              const detail = textAt(context, trace.d[index]!, '')
              return detail === ''
                ? `${ROUTINE_NAMES[routine] ?? 'a routine'} has another type than the contract says`
                : detail
            },
            { routine, srb: -1 },
          )
        }),
      ],
    }
  },
}
