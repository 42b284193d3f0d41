// ST-1: one stall is shorter than a millisecond. See stalls.ts for the division of labour among the rules about stalls.
import { ROUTINE_NAMES } from '../../trace/events.ts'
import type { Rule } from '../rule.ts'
import { Stalls } from '../stalls.ts'

export const ST_1: Rule = {
  id: 'ST-1',
  title: 'No call of ScsiPortStallExecution is for 1000 µs or more',
  severity: 'E',
  source: 'WDK: ScsiPortStallExecution; Driver Verifier: SCSI verification (bug check 0xF1, 0x1001: more than 0.1 s)',
  why: 'The processor does nothing else meanwhile, and where a miniport runs, interrupts are shut out as well: sound stutters, networks drop packets. More than 100 ms is a bug check under Driver Verifier.',
  instead:
    'Arm ScsiPortNotification(RequestTimerCall) and go on in the timer routine. Stall only for what takes some microseconds.',
  example: {
    faulty: `
      case ScsiStopAdapter:
        ScsiPortWriteRegisterUlong(CONTROL, 0);
        ScsiPortStallExecution(5000);
        return ScsiAdapterControlSuccess;`,
    right: `
      case ScsiStopAdapter:
        ScsiPortWriteRegisterUlong(CONTROL, 0);
        ScsiPortReadRegisterUlong(CONTROL);
        return ScsiAdapterControlSuccess;`,
  },
  precondition: 'the adapter was initialized, so that routines beyond the start were called',
  create: context => {
    const { frames, limits } = context
    const stalls = new Stalls(context, 'ST-1', (index, guest, { us, fatal }) =>
      context.violation(
        index,
        guest,
        () =>
          `${ROUTINE_NAMES[frames.routine(guest)]} stalled the processor for ${us} µs in one call of ScsiPortStallExecution; ${fatal ? `more than ${limits.fatalStallUs} µs end the system under Driver Verifier` : `it must be less than ${limits.routineStallUs} µs`}`,
        { severity: fatal ? 'F' : 'E' },
      ),
    )
    return { exercised: guest => frames.srbsStarted(guest), subscriptions: stalls.subscriptions }
  },
}
