// RB-7: a long reset pulse is timed by the timer. See stalls.ts for the division of labour.
import { Routine } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'
import { Stalls } from '../stalls.ts'

export const RB_7: Rule = {
  id: 'RB-7',
  title: 'HwScsiResetBus does not stall for a reset pulse of 1 ms or more',
  severity: 'W',
  source: 'WDK: HwScsiTimer (SCSI miniport guide)',
  why: 'HwResetBus runs with interrupts shut out. Everything else on the machine waits as long as the wire is held.',
  instead:
    'Begin the pulse, ScsiPortNotification(RequestTimerCall, …) for its length, end it in the timer routine. Before it begins there is nothing to wait for.',
  example: {
    faulty: `
      ScsiPortStallExecution(2000);  /* bus settle */
      ScsiPortWriteRegisterUlong(CONTROL, RST_ON);
      ScsiPortWriteRegisterUlong(CONTROL, RST_OFF);`,
    right: `
      ScsiPortWriteRegisterUlong(CONTROL, RST_ON);
      ScsiPortNotification(RequestTimerCall,
        ext, EndOfPulse, 2000);`,
  },
  precondition: 'HwResetBus was called',
  create: context => {
    const stalls = new Stalls(context, 'RB-7', (index, guest, { sumUs, count, fatal }) =>
      context.violation(
        index,
        guest,
        () =>
          `HwResetBus stalled the processor for ${sumUs} µs in ${count === 1 ? 'one call' : `${count} calls`} of ScsiPortStallExecution, and the reset has not begun`,
        { severity: fatal ? 'F' : 'W' },
      ),
    )
    return { exercised: guest => context.frames.entered(guest, Routine.ResetBus), subscriptions: stalls.subscriptions }
  },
}
