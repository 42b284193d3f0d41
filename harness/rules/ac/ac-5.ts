// AC-5: nothing interrupts before the interrupt is connected.
import { ADAPTER_CONTROL } from '../../../schemas/scsiport.ts'
import { Event } from '../../trace/events.ts'
import { ControlCalls } from '../control.ts'
import type { Rule } from '../rule.ts'

export const AC_5: Rule = {
  id: 'AC-5',
  title: 'ScsiSetRunningConfig does not make the adapter interrupt',
  severity: 'E',
  source: 'WDK: HwScsiAdapterControl (ScsiSetRunningConfig)',
  why: 'The interrupt is not connected yet. Nobody dismisses it; on a shared line the machine hangs in the interrupt routines of the others.',
  instead:
    'Restore configuration space and nothing else. Leave the interrupts of the adapter masked; ScsiRestartAdapter, which follows, enables them.',
  example: {
    faulty: `
      case ScsiSetRunningConfig:
        RestoreConfigSpace(ext);
        ScsiPortWriteRegisterUlong(INT_ENABLE, ALL);
        ScsiPortWriteRegisterUlong(CONTROL, RESET_BUS);
        return ScsiAdapterControlSuccess;`,
    right: `
      case ScsiSetRunningConfig:
        RestoreConfigSpace(ext);
        return ScsiAdapterControlSuccess;`,
  },
  precondition: 'HwAdapterControl was called with ScsiSetRunningConfig',
  create: context => {
    const { trace, frames, traits, guests } = context
    const { SetRunningConfig } = ADAPTER_CONTROL
    const calls = new ControlCalls(context, (index, guest, type) => {
      if (type !== SetRunningConfig || trace.d[index] !== 1 || frames.stopped(guest)) return
      context.violation(
        index,
        guest,
        () =>
          'HwAdapterControl(ScsiSetRunningConfig) returned with the interrupt of the adapter asserted; it is not connected yet',
      )
    })
    /** The driver was stopped and started again, and was not asked: it does not support the type. */
    const restarted = new Uint8Array(guests)
    return {
      exempt: guest => {
        if (traits.configured(guest) && !traits.hasAdapterControl(guest)) return 'the driver has no HwAdapterControl'
        return restarted[guest] === 1 && calls.asked(guest, SetRunningConfig) === 0
          ? 'the driver does not support ScsiSetRunningConfig'
          : undefined
      },
      exercised: guest => calls.asked(guest, SetRunningConfig),
      subscriptions: [
        calls.subscription,
        {
          kind: Event.Control,
          key: ADAPTER_CONTROL.RestartAdapter,
          reader: {
            on(index) {
              const guest = trace.guest[index]!
              if (guest < guests) restarted[guest] = 1
            },
          },
        },
      ],
    }
  },
}
