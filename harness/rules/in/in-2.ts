// IN-2: a bus reset at the start is made known.
import { AdapterPhase, Event, Notification, Routine } from '../../trace/events.ts'
import { onEvent, onPhase } from '../loading.ts'
import { notified } from '../notified.ts'
import type { Rule } from '../rule.ts'

export const IN_2: Rule = {
  id: 'IN-2',
  title: 'A bus reset that HwInitialize makes is reported with ResetDetected',
  severity: 'E',
  source: 'WDK: HwScsiInitialize',
  why: 'Targets need seconds after a reset. The port driver waits only when it knows; otherwise the bus scan finds empty places where disks are starting.',
  instead:
    'Do not reset the bus in HwInitialize. If the adapter leaves no choice, call ScsiPortNotification(ResetDetected, ext) in the same routine.',
  example: {
    faulty: 'WriteControl(ext, CONTROL_BUS_RESET);',
    right: `WriteControl(ext, CONTROL_BUS_RESET);
ScsiPortNotification(ResetDetected, ext);`,
  },
  precondition: 'HwInitialize returned',
  create: context => {
    const { trace, frames, guests } = context
    const reset = new Float64Array(guests).fill(-1)
    const atPs = new Float64Array(guests)
    return {
      foreign: ({ immune }) => immune['bus-reset'],
      subscriptions: [
        onEvent(context, Event.BusReset, (index, guest, own) => {
          if (own !== 1 || !frames.running(guest) || frames.routine(guest) !== Routine.Initialize) return
          reset[guest] = trace.numberAt(index)
          atPs[guest] = trace.psAt(index)
        }),
        notified(context, Notification.ResetDetected, (_index, guest) => {
          reset[guest] = -1
        }),
        onPhase(context, AdapterPhase.Initialized, (index, guest) => {
          context.exercised(guest)
          if (reset[guest] === -1) return
          const blame = { routine: Routine.Initialize, srb: -1, number: reset[guest]!, atPs: atPs[guest]! }
          reset[guest] = -1
          context.violation(
            index,
            guest,
            () => 'HwInitialize reset the bus, and ScsiPortNotification(ResetDetected) was not called',
            blame,
          )
        }),
      ],
    }
  },
}
