// AC-4: HwAdapterControl runs at device IRQL, mostly.
import { ADAPTER_CONTROL } from '../../../schemas/scsiport.ts'
import { Finding, Routine } from '../../trace/events.ts'
import { ControlCalls, controlName } from '../control.ts'
import { onFinding, textAt } from '../finding.ts'
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
    const { trace, frames, traits } = context
    const calls = new ControlCalls(context)
    return {
      exempt: guest =>
        traits.configured(guest) && !traits.hasAdapterControl(guest) ? 'the driver has no HwAdapterControl' : undefined,
      exercised: guest =>
        calls.asked(guest, ADAPTER_CONTROL.RestartAdapter) + calls.asked(guest, ADAPTER_CONTROL.SetRunningConfig),
      subscriptions: [
        calls.subscription,
        onFinding(context, Finding.ForbiddenCall, (index, guest) => {
          if (trace.d[index] !== Routine.AdapterControl || frames.stopped(guest)) return
          const name = textAt(context, trace.c[index]!, 'a ScsiPort routine')
          if (name === 'ScsiPortFreeDeviceBase') return // MM-11's
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
