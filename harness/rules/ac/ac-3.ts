// AC-3: a stopped adapter is quiet.
import { ADAPTER_CONTROL } from '../../../schemas/scsiport.ts'
import { AdapterPhase, Event, Routine } from '../../trace/events.ts'
import { ControlCalls } from '../control.ts'
import type { Rule } from '../rule.ts'
import { plural } from '../text.ts'

export const AC_3: Rule = {
  id: 'AC-3',
  title: 'After ScsiStopAdapter the adapter neither interrupts nor moves data, and stopping works without the adapter',
  severity: 'E',
  source: 'WDK: HwScsiAdapterControl (ScsiStopAdapter)',
  why: "HwInterrupt is not called any more: an interrupt that comes nevertheless is nobody's and never goes away. Memory that the adapter writes to has another owner by then. And when the card was pulled out, there is nothing left to wait for.",
  instead:
    'Mask every cause on the adapter, stop what it does by itself, write and do not wait: a register that reads all ones belongs to an adapter that is gone. Return ScsiAdapterControlSuccess.',
  example: {
    faulty: `
      case ScsiStopAdapter:
        ext->stopped = TRUE;
        return ScsiAdapterControlSuccess;`,
    right: `
      case ScsiStopAdapter:
        ScsiPortWriteRegisterUlong(INT_ENABLE, 0);
        ScsiPortWriteRegisterUlong(CONTROL, 0);
        ext->stopped = TRUE;
        return ScsiAdapterControlSuccess;`,
  },
  precondition: 'HwAdapterControl was called with ScsiStopAdapter',
  create: context => {
    const { trace, frames, traits, guests } = context
    const blame = { routine: Routine.AdapterControl, srb: -1 }
    const calls = new ControlCalls(context, (index, guest, type, result) => {
      if (type !== ADAPTER_CONTROL.StopAdapter || result !== 1 || frames.stopped(guest)) return
      const gone = frames.removed(guest) ? ' because the adapter is gone' : ''
      context.violation(
        index,
        guest,
        () =>
          `HwAdapterControl(ScsiStopAdapter) returned ScsiAdapterControlUnsuccessful${gone}: stopping must always work`,
        blame,
      )
    })
    return {
      exempt: guest =>
        traits.configured(guest) && !traits.hasAdapterControl(guest) ? 'the driver has no HwAdapterControl' : undefined,
      exercised: guest => calls.asked(guest, ADAPTER_CONTROL.StopAdapter),
      subscriptions: [
        calls.subscription,
        {
          kind: Event.Adapter,
          key: AdapterPhase.Stopped,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest >= guests || frames.stopped(guest)) return
              if (calls.asked(guest, ADAPTER_CONTROL.StopAdapter) === 0) return
              const mayInterrupt = trace.c[index] === 1
              const outstanding = trace.d[index]!
              if (!mayInterrupt && outstanding === 0) return
              context.violation(
                index,
                guest,
                () =>
                  mayInterrupt
                    ? 'HwAdapterControl(ScsiStopAdapter) returned, and causes are enabled on the adapter still: it may interrupt, and HwInterrupt is not called any more'
                    : `HwAdapterControl(ScsiStopAdapter) returned, and the adapter works on ${plural(outstanding, 'command')} still: it may move data`,
                blame,
              )
            },
          },
        },
      ],
    }
  },
}
