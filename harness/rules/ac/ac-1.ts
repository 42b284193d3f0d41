// AC-1: the list of control types has MaxControlType places.
import { ADAPTER_CONTROL } from '../../../schemas/scsiport.ts'
import { CONTROL_LIST, Finding } from '../../trace/events.ts'
import { ControlCalls } from '../control.ts'
import { onFinding, textAt } from '../finding.ts'
import type { Rule } from '../rule.ts'

/** Offset of SupportedTypeList in SCSI_SUPPORTED_CONTROL_TYPE_LIST. */
const LIST = 4

export const AC_1: Rule = {
  id: 'AC-1',
  title: 'ScsiQuerySupportedControlTypes is answered inside the list it comes with, whatever MaxControlType is',
  severity: 'F',
  source: 'WDK: HwScsiAdapterControl; SCSI_SUPPORTED_CONTROL_TYPE_LIST',
  why: 'The list has as many places as the port driver knows types. A miniport that was built for more of them writes into the memory behind it; one that insists on its own number does not work on another system.',
  instead:
    'Set SupportedTypeList[type] to TRUE for each type you support that is less than MaxControlType. Change nothing else, and return ScsiAdapterControlSuccess.',
  example: {
    faulty: `
      list->SupportedTypeList[ScsiStopAdapter] = TRUE;
      list->SupportedTypeList[ScsiRestartAdapter]
        = TRUE;`,
    right: `
      for (i = 0; i < ARRAYSIZE(supported); i++)
        if (supported[i] < list->MaxControlType)
          list->SupportedTypeList[supported[i]] = TRUE;`,
  },
  precondition: 'HwAdapterControl was called with ScsiQuerySupportedControlTypes',
  create: context => {
    const { trace, frames, traits } = context
    const calls = new ControlCalls(context, (index, guest, type, result) => {
      if (type !== ADAPTER_CONTROL.QuerySupportedControlTypes || result !== 1 || frames.stopped(guest)) return
      context.violation(
        index,
        guest,
        () =>
          'HwAdapterControl(ScsiQuerySupportedControlTypes) returned ScsiAdapterControlUnsuccessful: the question can always be answered',
      )
    })
    return {
      exempt: guest =>
        traits.configured(guest) && !traits.hasAdapterControl(guest) ? 'the driver has no HwAdapterControl' : undefined,
      exercised: guest => calls.asked(guest, ADAPTER_CONTROL.QuerySupportedControlTypes),
      subscriptions: [
        calls.subscription,
        onFinding(context, Finding.RedZone, (index, guest) => {
          if (!textAt(context, trace.d[index]!, '').startsWith(CONTROL_LIST)) return
          context.violation(index, guest, () => {
            const offset = trace.c[index]!
            const place =
              offset < 0
                ? `${-offset} bytes before the list`
                : `SupportedTypeList[${offset - LIST}], beyond MaxControlType`
            return `HwAdapterControl(ScsiQuerySupportedControlTypes) wrote to ${place}`
          })
        }),
      ],
    }
  },
}
