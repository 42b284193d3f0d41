// IN-4: HwInitialize has five seconds.
import { AdapterPhase, Event, Routine, StopKind } from '../../trace/events.ts'
import { onEvent, onFound, onPhase } from '../loading.ts'
import type { Rule } from '../rule.ts'
import { time } from '../text.ts'

const LIMIT_PS = 5e12

export const IN_4: Rule = {
  id: 'IN-4',
  title: 'HwInitialize takes at most 5 s',
  severity: 'F',
  source: 'WDK: SCSI verification (Driver Verifier), code 0x1002; HwScsiTimer',
  why: 'It runs with the interrupts of this adapter, and of all lower ones, held off. Nothing else of the system moves meanwhile.',
  instead:
    'Start what takes long and finish it in HwScsiTimer or when its interrupt comes; hold requests back until then, or complete them with SRB_STATUS_BUSY.',
  example: {
    faulty: `for (n = 0; n < 10000; n++)
  ScsiPortStallExecution(999);`,
    right: `StartSelfTest(ext);
ScsiPortNotification(RequestTimerCall, ext,
                     CheckSelfTest, 100000);`,
  },
  precondition: 'HwInitialize was called',
  create: context => {
    const { trace, frames } = context
    const foundPs = new Float64Array(context.guests)
    return {
      exercised: guest => frames.entered(guest, Routine.Initialize),
      subscriptions: [
        onFound(context, (index, guest) => {
          foundPs[guest] = trace.psAt(index)
        }),
        onPhase(context, AdapterPhase.Initialized, (index, guest) => {
          const ps = trace.psAt(index) - foundPs[guest]!
          if (ps <= LIMIT_PS) return
          context.violation(index, guest, () => `HwInitialize took ${time(ps)}; 5 s are allowed`, {
            routine: Routine.Initialize,
            srb: -1,
          })
        }),
        onEvent(context, Event.Stopped, (index, guest, kind) => {
          if (kind !== StopKind.TimeLimit || trace.b[index] !== Routine.Initialize) return
          context.violation(
            index,
            guest,
            () =>
              `HwInitialize had not returned after ${time(trace.psAt(index) - foundPs[guest]!)} and was stopped; 5 s are allowed`,
            { routine: Routine.Initialize },
          )
        }),
      ],
    }
  },
}
