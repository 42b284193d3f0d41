// AC-4: HwAdapterControl runs at device IRQL, mostly.
import { ADAPTER_CONTROL } from '../../../schemas/scsiport.ts'
import { ControlCalls, controlName } from '../control.ts'
import { onForbiddenCall } from '../forbidden.ts'
import type { Rule } from '../rule.ts'

export const AC_4: Rule = {
  id: 'AC-4',
  title: 'ScsiRestartAdapter starts the adapter with what it has: routines for HwScsiFindAdapter are not called again',
  severity: 'F',
  source: 'WDK: HwScsiAdapterControl (ScsiRestartAdapter, ScsiSetRunningConfig)',
  why: 'The routine runs at device IRQL, where mapping and configuration space are out of reach. And the extensions and mappings of the first start are valid still.',
  instead:
    'In ScsiRestartAdapter do what HwInitialize does. What needs configuration space belongs into ScsiSetRunningConfig, the only control type that may call ScsiPortGetBusData, ScsiPortSetBusDataByOffset and ScsiPortGetDeviceBase.',
  example: {
    faulty: `
      case ScsiRestartAdapter:
        ext->registers = ScsiPortGetDeviceBase(ext,
          PCIBus, 0, ext->range, 0x1000, FALSE);
        return HwInitialize(ext) ? 0 : 1;`,
    right: `
      case ScsiRestartAdapter:
        return HwInitialize(ext)
          ? ScsiAdapterControlSuccess
          : ScsiAdapterControlUnsuccessful;`,
  },
  precondition: 'HwAdapterControl was called with ScsiRestartAdapter or ScsiSetRunningConfig',
  create: context => {
    const { frames, traits } = context
    const calls = new ControlCalls(context)
    return {
      exempt: guest =>
        traits.configured(guest) && !traits.hasAdapterControl(guest) ? 'the driver has no HwAdapterControl' : undefined,
      exercised: guest =>
        calls.asked(guest, ADAPTER_CONTROL.RestartAdapter) + calls.asked(guest, ADAPTER_CONTROL.SetRunningConfig),
      subscriptions: [
        calls.subscription,
        onForbiddenCall(context, 'AC-4', (index, guest, name) => {
          if (frames.stopped(guest)) return
          context.violation(
            index,
            guest,
            () => `HwAdapterControl(${controlName(calls.last(guest))}) called ${name}, which must not be called there`,
          )
        }),
      ],
    }
  },
}
