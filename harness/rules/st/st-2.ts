// ST-2: the stalls of one call add up to less than a millisecond. See stalls.ts for the division of labour.
import { ROUTINE_NAMES } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'
import { Stalls } from '../stalls.ts'

export const ST_2: Rule = {
  id: 'ST-2',
  title: 'The stalls of one call of a routine take less than 1000 µs together',
  severity: 'E',
  source: 'WDK: ScsiPortStallExecution; HwScsiTimer (SCSI miniport guide); initializing is excepted',
  why: 'Ten short stalls shut interrupts out for as long as one long stall does: for the whole call.',
  instead:
    'Do one step and return; go on in a timer routine (RequestTimerCall) or at the next interrupt. If the adapter only needs time between two accesses, read one of its registers instead.',
  example: {
    faulty: `
      for (i = 0; i < 3; i++) {
        ScsiPortWriteRegisterUlong(CONTROL, step[i]);
        ScsiPortStallExecution(400);
      }`,
    right: `
      ScsiPortWriteRegisterUlong(CONTROL, step[n++]);
      if (n < 3)
        ScsiPortNotification(RequestTimerCall,
          ext, NextStep, 400);`,
  },
  precondition: 'the adapter was initialized, so that routines beyond the start were called',
  create: context => {
    const { frames, limits } = context
    const stalls = new Stalls(context, 'ST-2', (index, guest, { us, sumUs, count }) =>
      context.violation(
        index,
        guest,
        () =>
          `${ROUTINE_NAMES[frames.routine(guest)]} stalled the processor ${count} times, for ${sumUs} µs together (this time ${us} µs); one call may stall for less than ${limits.routineStallUs} µs`,
      ),
    )
    return { exercised: guest => frames.srbsStarted(guest), subscriptions: stalls.subscriptions }
  },
}
