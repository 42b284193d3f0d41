// TM-1: waiting for the adapter for a millisecond or more is the timer's work. See stalls.ts for the division of labour.
import { ROUTINE_NAMES } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'
import { Stalls } from '../stalls.ts'

export const TM_1: Rule = {
  id: 'TM-1',
  title: 'Waiting for the adapter for 1 ms or more is done with HwScsiTimer, not with stalls',
  severity: 'E',
  source: 'WDK: HwScsiTimer (routine reference and SCSI miniport guide); initializing is excepted',
  why: 'A polling loop with stalls takes as long as the adapter likes, with interrupts shut out, and a broken adapter makes it last to the very end.',
  instead:
    'Look once. When the adapter is not ready, ScsiPortNotification(RequestTimerCall, ext, routine, µs) and return; look again in the routine, and give up after some tries.',
  example: {
    faulty: `
      while (ScsiPortReadRegisterUlong(STATUS)
             & BUSY)
        ScsiPortStallExecution(10);
      finish(ext);`,
    right: `
      VOID LookAgain(PVOID ext) {
        if (ScsiPortReadRegisterUlong(STATUS) & BUSY)
          ScsiPortNotification(RequestTimerCall,
            ext, LookAgain, 1000);
        else
          finish(ext);
      }`,
  },
  precondition: 'the adapter was initialized, so that routines beyond the start were called',
  create: context => {
    const { frames } = context
    const stalls = new Stalls(context, 'TM-1', (index, guest, { sumUs, count, polled }) =>
      context.violation(
        index,
        guest,
        () =>
          `${ROUTINE_NAMES[frames.routine(guest)]} polled ${context.registerName(guest, polled, 'read')} with ${count} stalls in between, for ${sumUs} µs so far; a wait of 1 ms or more belongs to RequestTimerCall`,
      ),
    )
    return { exercised: guest => frames.srbsStarted(guest), subscriptions: stalls.subscriptions }
  },
}
