// RB-2: after a bus reset the port driver is asked for more.
import { Event, Routine } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'

export const RB_2: Rule = {
  id: 'RB-2',
  title: 'After HwScsiResetBus comes the NextRequest that was still owed',
  severity: 'E',
  source: 'WDK: HwScsiResetBus; ScsiPortNotification (NextRequest)',
  why: 'The HwStartIo whose request was reset has not been answered. Until it is, the port driver starts nothing: the adapter stands still although its bus is free again.',
  instead:
    'In HwResetBus, or whenever the adapter is ready again, call ScsiPortNotification(NextRequest) if the last HwStartIo has not had its own yet.',
  example: {
    faulty: `
      ScsiPortCompleteRequest(ext, (UCHAR)path,
        SP_UNTAGGED, SP_UNTAGGED,
        SRB_STATUS_BUS_RESET);
      return TRUE;`,
    right: `
      ScsiPortCompleteRequest(ext, (UCHAR)path,
        SP_UNTAGGED, SP_UNTAGGED,
        SRB_STATUS_BUS_RESET);
      if (ext->nextOwed)
        ScsiPortNotification(NextRequest, ext);
      return TRUE;`,
  },
  precondition: 'HwResetBus was called while a HwStartIo waited for its NextRequest, and the reset hold ended',
  create: context => {
    const { trace, frames, guests } = context
    const waited = new Uint8Array(guests)
    /** HwStartIo waits for its Next when HwResetBus is called: the last answer is older than the last call. */
    const owed = new Uint8Array(guests)
    return {
      subscriptions: [
        {
          kind: Event.Timeout,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest < guests) owed[guest] = trace.c[index]!
            },
          },
        },
        {
          kind: Event.ResetHold,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests) return
              if (trace.a[index] === 1) {
                if (trace.b[index]! >= 0 && owed[guest] === 1) waited[guest] = 1
                owed[guest] = 0
                return
              }
              if (waited[guest] === 0) return
              waited[guest] = 0
              if (frames.stopped(guest)) return
              context.exercised(guest)
              if (trace.d[index] !== 1) return
              context.violation(
                index,
                guest,
                () =>
                  `the reset hold after HwResetBus is over, and the last HwStartIo has not been answered with NextRequest: the adapter was not asked to go on`,
                { routine: Routine.ResetBus, srb: -1 },
              )
            },
          },
        },
      ],
    }
  },
}
