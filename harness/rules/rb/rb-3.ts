// RB-3: a bus reset that fails is owned up to.
import { Event, Routine } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'

export const RB_3: Rule = {
  id: 'RB-3',
  title: 'HwScsiResetBus that cannot reset the bus logs an error and returns FALSE',
  severity: 'W',
  source: 'WDK: HwScsiResetBus',
  why: 'The port driver takes TRUE for a clean bus and sends the next requests to an adapter that is gone or hung. Without an entry in the log nobody learns why.',
  instead:
    'Look whether the reset took effect. If not: complete the SRBs all the same, ScsiPortLogError, reset the adapter itself, return FALSE.',
  example: {
    faulty: `
      ScsiPortWriteRegisterUlong(CONTROL, RESET_BUS);
      CompleteAll(ext);
      return TRUE;`,
    right: `
      ScsiPortWriteRegisterUlong(CONTROL, RESET_BUS);
      ok = ScsiPortReadRegisterUlong(STATUS) != ~0u;
      CompleteAll(ext);
      if (!ok)
        ScsiPortLogError(ext, NULL, 0, 0xff, 0xff,
          SP_INTERNAL_ADAPTER_ERROR, RESET_FAILED);
      return ok;`,
  },
  precondition: 'HwResetBus returned FALSE, or was called when the adapter was gone',
  create: context => {
    const { trace, frames, guests } = context
    /** Call of HwResetBus in which an error was logged. */
    const logged = new Float64Array(guests)
    return {
      subscriptions: [
        {
          kind: Event.LogError,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest < guests && frames.running(guest) && frames.routine(guest) === Routine.ResetBus)
                logged[guest] = frames.entered(guest, Routine.ResetBus)
            },
          },
        },
        {
          kind: Event.Exit,
          key: Routine.ResetBus,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests || frames.stopped(guest)) return
              const failed = trace.c[index] === 0
              const gone = frames.removed(guest)
              if (!failed && !gone) return
              context.exercised(guest)
              const told = logged[guest] === frames.entered(guest, Routine.ResetBus)
              // The call has returned: name it, not what ran before.
              const blame = { routine: Routine.ResetBus, invocation: trace.b[index]!, srb: -1 }
              if (!failed)
                context.violation(
                  index,
                  guest,
                  () => 'HwResetBus returned TRUE although the adapter is gone: every register reads all ones',
                  blame,
                )
              else if (!told)
                context.violation(
                  index,
                  guest,
                  () => 'HwResetBus returned FALSE and called ScsiPortLogError not once',
                  blame,
                )
            },
          },
        },
      ],
    }
  },
}
