// TM-5: a timer that fires when all is over does no harm.
import { Event, Finding, Notification, Routine } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { plural, time } from '../text.ts'

export const TM_5: Rule = {
  id: 'TM-5',
  title: 'HwScsiTimer does no harm when what it watched is over',
  severity: 'E',
  source:
    'WDK: HwScsiTimer (SCSI miniport guide): a request can be cancelled only as long as it has not been dispatched',
  why: "The timer is not exact, and a cancel may come too late. A routine that takes its call for a time-out completes an SRB that is somebody else's by now, or resets a bus or an adapter on which all is well.",
  instead:
    'Cancel with interval 0 when the operation is over, and look in the routine whether there is anything left to do: compare the SRB, the tag or a state in the device extension.',
  example: {
    faulty: `
      VOID OnTimer(PVOID ext) {
        ResetChip(ext);   /* it must have hung */
      }`,
    right: `
      VOID OnTimer(PVOID ext) {
        if (ext->watched == NULL)
          return;         /* it ended meanwhile */
        ResetChip(ext);
      }`,
  },
  precondition: 'the timer fired when every SRB that the miniport had at RequestTimerCall was back',
  create: context => {
    const { trace, frames, commands, guests } = context
    /** Newest SRB at RequestTimerCall, −1 when the miniport had none. */
    const watched = new Int32Array(guests).fill(-1)
    const armedPs = new Float64Array(guests)
    /** Call of HwScsiTimer that was judged, and whether what it watched was over. */
    const judged = new Float64Array(guests)
    const over = new Uint8Array(guests)

    const isOver = (guest: number): boolean =>
      over[guest] === 1 && judged[guest] === frames.entered(guest, Routine.Timer)
    const inTimer = (guest: number): boolean => frames.running(guest) && frames.routine(guest) === Routine.Timer
    const stale = (index: number, guest: number, what: () => string): void => {
      if (!inTimer(guest) || !isOver(guest)) return
      // Blamed from the call of the routine on: that it was called late is what the rest follows from.
      const number = frames.enterNumber(guest)
      const atPs = frames.enterPs(guest)
      context.violation(
        index,
        guest,
        () =>
          `HwScsiTimer, called ${time(atPs - armedPs[guest]!)} after RequestTimerCall, when every SRB of that time was back, ${what()}`,
        { number, atPs },
      )
    }
    const late = (index: number, guest: number): void => {
      const serial = trace.b[index]!
      stale(
        index,
        guest,
        () => `completed ${serial < 0 ? 'an SRB that is none of its own' : context.describeSrb(serial)}`,
      )
    }
    return {
      subscriptions: [
        {
          kind: Event.Notify,
          key: Notification.RequestTimerCall,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests) return
              armedPs[guest] = trace.psAt(index)
              watched[guest] = commands.held(guest) > 0 ? frames.newestSrb(guest) : -1
            },
          },
        },
        {
          kind: Event.Enter,
          key: Routine.Timer,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests) return
              const oldest = commands.oldestHeld(guest)
              judged[guest] = frames.entered(guest, Routine.Timer)
              over[guest] = watched[guest]! >= 0 && (oldest < 0 || oldest > watched[guest]!) ? 1 : 0
              if (over[guest] === 1) context.exercised(guest)
            },
          },
        },
        onFinding(context, Finding.DoubleCompletion, late),
        onFinding(context, Finding.UnknownSrb, late),
        {
          kind: Event.BusReset,
          key: 1,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest < guests) stale(index, guest, () => 'reset the bus')
            },
          },
        },
        {
          kind: Event.AdapterReset,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              const dropped = trace.a[index]!
              if (guest >= guests || dropped === 0) return
              stale(index, guest, () => `reset the adapter, which was at work on ${plural(dropped, 'command')}`)
            },
          },
        },
      ],
    }
  },
}
