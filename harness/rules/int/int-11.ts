// INT-11: HwInterrupt does not stall. Judged at the stall itself, because a long one may end the guest before it returns.
import { Event, Routine } from '../../trace/events.ts'
import type { Rule, Severity } from '../rule.ts'

export const INT_11: Rule = {
  id: 'INT-11',
  title: 'HwInterrupt does not call ScsiPortStallExecution for more than a few microseconds',
  severity: 'W',
  source:
    'WDK: HwScsiInterrupt (SCSI miniport guide); ScsiPortStallExecution; Driver Verifier: SCSI verification (0.1 s)',
  why: 'A stall burns the processor with interrupts shut out. One of 100 ms is a bug check under Driver Verifier.',
  instead:
    'Wait with ScsiPortNotification(RequestTimerCall), or for the next interrupt. For work that has to wait, use CallEnableInterrupts.',
  example: {
    faulty: `
      ScsiPortWriteRegisterUlong(RESET, 1);
      ScsiPortStallExecution(100);
      start(ext);`,
    right: `
      ScsiPortWriteRegisterUlong(RESET, 1);
      ScsiPortNotification(RequestTimerCall,
        ext, Start, 10000);`,
  },
  precondition: 'HwInterrupt was called',
  create: context => {
    const { trace, frames, limits, guests } = context
    const call = new Float64Array(guests)
    const sumUs = new Float64Array(guests)
    return {
      exercised: guest => frames.entered(guest, Routine.Interrupt),
      subscriptions: [
        {
          kind: Event.Stall,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests || !frames.running(guest) || frames.routine(guest) !== Routine.Interrupt) return
              const now = frames.entered(guest, Routine.Interrupt)
              if (call[guest] !== now) {
                call[guest] = now
                sumUs[guest] = 0
              }
              const us = trace.a[index]! >>> 0
              const before = sumUs[guest]!
              const sum = before + us
              sumUs[guest] = sum
              let severity: Severity = 'I'
              if (us > limits.fatalStallUs) severity = 'F'
              else if (us >= limits.routineStallUs) severity = 'E'
              else if (sum >= limits.routineStallUs && before < limits.routineStallUs) severity = 'E'
              else if (us > limits.isrStallUs) severity = 'W'
              if (severity === 'I') return
              context.violation(
                index,
                guest,
                () => {
                  const total = before === 0 ? '' : `, ${sum} µs in this call so far`
                  const limit =
                    severity === 'W'
                      ? limits.isrStallUs
                      : severity === 'E'
                        ? limits.routineStallUs
                        : limits.fatalStallUs
                  return `HwInterrupt stalled the processor for ${us} µs${total}; the limit is ${limit} µs`
                },
                { severity },
              )
            },
          },
        },
      ],
    }
  },
}
