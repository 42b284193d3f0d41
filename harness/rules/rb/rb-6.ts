// RB-6: the pause after a bus reset is the port driver's. See stalls.ts for the division of labour.
import { Routine } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'
import { Stalls } from '../stalls.ts'

export const RB_6: Rule = {
  id: 'RB-6',
  title: 'HwScsiResetBus does not wait after the reset: the port driver does',
  severity: 'W',
  source: 'WDK: HwScsiResetBus',
  why: 'Devices need time after a reset, and the port driver holds requests back for some seconds anyhow. A stall on top of it stops the whole machine instead of one bus.',
  instead: 'Return as soon as the reset is ordered and the SRBs are completed.',
  example: {
    faulty: `
      ScsiPortWriteRegisterUlong(CONTROL, RESET_BUS);
      for (i = 0; i < 250; i++)
        ScsiPortStallExecution(900);
      CompleteAll(ext, path);`,
    right: `
      ScsiPortWriteRegisterUlong(CONTROL, RESET_BUS);
      CompleteAll(ext, path);`,
  },
  precondition: 'HwResetBus was called',
  create: context => {
    const stalls = new Stalls(context, 'RB-6', (index, guest, { sumUs, count, fatal }) =>
      context.violation(
        index,
        guest,
        () =>
          `HwResetBus stalled the processor for ${sumUs} µs in ${count === 1 ? 'one call' : `${count} calls`} of ScsiPortStallExecution, after it had ordered the reset`,
        { severity: fatal ? 'F' : 'W' },
      ),
    )
    return { exercised: guest => context.frames.entered(guest, Routine.ResetBus), subscriptions: stalls.subscriptions }
  },
}
