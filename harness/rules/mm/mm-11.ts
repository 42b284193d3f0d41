// MM-11: a stopped miniport keeps what it was given: it may be started again. What it must not do is visible while ScsiStopAdapter runs:
// giving mappings back.
import { ADAPTER_CONTROL } from '../../../schemas/scsiport.ts'
import { ControlCalls, controlName } from '../control.ts'
import { onForbiddenCall } from '../forbidden.ts'
import type { Rule } from '../rule.ts'

export const MM_11: Rule = {
  id: 'MM-11',
  title: 'ScsiStopAdapter gives no resources back: the port driver takes them when it wants them',
  severity: 'F',
  source: 'WDK: HwScsiAdapterControl (ScsiStopAdapter); ScsiPortFreeDeviceBase (HwScsiFindAdapter only)',
  why: 'ScsiRestartAdapter finds the extensions and mappings as they were left. Registers that were unmapped meanwhile are gone: the first access after a standby crashes the system.',
  instead:
    'In ScsiStopAdapter quiet the adapter and nothing more. Mappings, extensions and the common buffer stay until the port driver releases them.',
  example: {
    faulty: `
      case ScsiStopAdapter:
        Quiet(ext);
        ScsiPortFreeDeviceBase(ext, ext->registers);
        return ScsiAdapterControlSuccess;`,
    right: `
      case ScsiStopAdapter:
        Quiet(ext);
        return ScsiAdapterControlSuccess;`,
  },
  precondition: 'HwAdapterControl was called with ScsiStopAdapter',
  create: context => {
    const { frames, traits } = context
    const calls = new ControlCalls(context)
    return {
      exempt: guest =>
        traits.configured(guest) && !traits.hasAdapterControl(guest) ? 'the driver has no HwAdapterControl' : undefined,
      exercised: guest => calls.asked(guest, ADAPTER_CONTROL.StopAdapter),
      subscriptions: [
        calls.subscription,
        onForbiddenCall(context, 'MM-11', (index, guest, name) => {
          if (frames.stopped(guest)) return
          context.violation(
            index,
            guest,
            () => `HwAdapterControl(${controlName(calls.now(guest))}) gave a mapping back with ${name}`,
          )
        }),
      ],
    }
  },
}
