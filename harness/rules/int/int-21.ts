// INT-21: a reset by somebody else is told to the port driver. Judged at the end of the interrupt that brought the news; whoever defers its
// work has until a time-out, or the end of the run.
import { Event, Notification, Routine } from '../../trace/events.ts'
import { Fact } from '../outcome.ts'
import type { Rule } from '../rule.ts'

export const INT_21: Rule = {
  id: 'INT-21',
  title: 'A bus reset by somebody else is reported with ResetDetected',
  severity: 'E',
  source: 'WDK: ScsiPortNotification (ResetDetected)',
  why: 'After a reset the targets need a pause, and have forgotten what they were doing. Not told, the port driver sends new requests into the reset, and waits for old ones that no target knows any more.',
  instead:
    'On the reset cause of the adapter: ScsiPortNotification(ResetDetected), and complete every SRB of that bus with SRB_STATUS_BUS_RESET.',
  example: {
    faulty: `
      if (status & BUS_RESET)
        ScsiPortCompleteRequest(ext, 0, ALL, ALL,
          SRB_STATUS_BUS_RESET);`,
    right: `
      if (status & BUS_RESET) {
        ScsiPortNotification(ResetDetected, ext);
        ScsiPortCompleteRequest(ext, 0, ALL, ALL,
          SRB_STATUS_BUS_RESET);
      }`,
  },
  precondition: 'the bus was reset by somebody else and HwInterrupt was called for it',
  create: context => {
    const { trace, frames, guests } = context
    /** Event number of the last ResetDetected. */
    const told = new Float64Array(guests).fill(-1)
    // The interrupt that owes it still; −1: none.
    const number = new Float64Array(guests).fill(-1)
    const atPs = new Float64Array(guests)
    const invocation = new Int32Array(guests)

    const accuse = (guest: number) => {
      if (number[guest]! < 0 || frames.stopped(guest) || frames.removed(guest)) return
      const blame = {
        number: number[guest]!,
        atPs: atPs[guest]!,
        invocation: invocation[guest]!,
        routine: Routine.Interrupt,
        srb: -1,
      }
      number[guest] = -1
      context.violation(
        Math.max(0, trace.indexOf(trace.count - 1)),
        guest,
        () =>
          'somebody else reset the bus, HwInterrupt was called for it, and ScsiPortNotification(ResetDetected) did not follow',
        blame,
      )
    }
    return {
      foreign: ({ immune }) => immune['bus-reset'],
      subscriptions: [
        {
          kind: Event.Notify,
          key: Notification.ResetDetected,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests) return
              told[guest] = trace.numberAt(index)
              number[guest] = -1
            },
          },
        },
        {
          kind: Event.Timeout,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest < guests) accuse(guest)
            },
          },
        },
      ],
      outcomes: [
        {
          routine: Routine.Interrupt,
          applies: facts => (facts & Fact.busReset) !== 0,
          suspect: () => true,
          check(index, guest, facts) {
            if (told[guest]! >= frames.enterNumber(guest)) return
            number[guest] = trace.numberAt(index)
            atPs[guest] = trace.psAt(index)
            invocation[guest] = trace.b[index]!
            if ((facts & Fact.deferred) === 0) accuse(guest)
          },
        },
      ],
      finish() {
        for (let guest = 0; guest < guests; guest++) accuse(guest)
      },
    }
  },
}
