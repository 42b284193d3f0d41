// RB-4: a bus reset does not wait until the miniport is ready for it.
import { Event, Routine } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'

export const RB_4: Rule = {
  id: 'RB-4',
  title: 'HwScsiResetBus resets the bus at once, also while the miniport is busy with a request',
  severity: 'E',
  source: 'WDK: HwScsiResetBus',
  why: 'The port driver resets the bus because a request hangs. That is just the moment at which the miniport is not ready; a reset that waits for it never comes, or comes in the middle of the work that follows.',
  instead:
    'Order the reset whatever the adapter does, drop your record of the requests under way, and complete them. Nothing in HwResetBus may depend on NextRequest having been sent.',
  example: {
    faulty: `
      BOOLEAN HwResetBus(PVOID ext, ULONG path) {
        if (ext->active != NULL) {
          ext->resetWanted = TRUE;  /* later */
          return FALSE;
        }`,
    right: `
      BOOLEAN HwResetBus(PVOID ext, ULONG path) {
        ResetScsiBus(ext);
        ext->active = NULL;
        CompleteAll(ext, path);`,
  },
  precondition: 'HwResetBus was called for a request that had run into its time-out, with the adapter in place',
  create: context => {
    const { trace, frames, commands, guests } = context
    /** An SRB is with the miniport at entry; the bus or the adapter was reset since. */
    const busy = new Uint8Array(guests)
    const done = new Uint8Array(guests)
    const own = (index: number): void => {
      const guest = trace.guest[index]!
      if (guest < guests) done[guest] = 1
    }
    return {
      subscriptions: [
        {
          kind: Event.Enter,
          key: Routine.ResetBus,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests) return
              busy[guest] = commands.held(guest) > 0 ? 1 : 0
              done[guest] = 0
            },
          },
        },
        { kind: Event.BusReset, reader: { on: own } },
        { kind: Event.AdapterReset, reader: { on: own } },
        {
          kind: Event.Exit,
          key: Routine.ResetBus,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests || busy[guest] === 0 || frames.stopped(guest) || frames.removed(guest)) return
              // A posted write may still be on its way.
              if (context.postedWrites && done[guest] === 0) return
              context.exercised(guest)
              if (done[guest] === 1) return
              const result = trace.c[index] === 0 ? 'FALSE' : 'TRUE'
              context.violation(
                index,
                guest,
                () =>
                  `HwResetBus returned ${result} and had reset neither the bus nor the adapter, while SRBs were under way`,
                { routine: Routine.ResetBus, invocation: trace.b[index]!, srb: -1 },
              )
            },
          },
        },
      ],
    }
  },
}
