// AC-6: HwAdapterControl has two results.
import { ControlCalls, controlName } from '../control.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

const UNSUCCESSFUL = 1

export const AC_6: Rule = {
  id: 'AC-6',
  title: 'HwScsiAdapterControl returns ScsiAdapterControlSuccess or ScsiAdapterControlUnsuccessful',
  severity: 'E',
  source: 'WDK: HwScsiAdapterControl; SCSI_ADAPTER_CONTROL_STATUS',
  why: 'Success is 0 and failure is 1. A status code of another kind, or TRUE for success, is taken for a failure: the adapter is not started again after a standby.',
  instead: 'Return one of the two names; not TRUE and FALSE, which mean the opposite, and no NTSTATUS.',
  example: {
    faulty: `
      case ScsiStopAdapter:
        Quiet(ext);
        return STATUS_PENDING;`,
    right: `
      case ScsiStopAdapter:
        Quiet(ext);
        return ScsiAdapterControlSuccess;`,
  },
  precondition: 'HwAdapterControl was called',
  create: context => {
    const { traits, frames } = context
    const calls = new ControlCalls(context, (index, guest, type, result) => {
      if (result === 0 || result === UNSUCCESSFUL || frames.stopped(guest)) return
      context.violation(
        index,
        guest,
        () =>
          `HwAdapterControl(${controlName(type)}) returned ${hex(result)}; ScsiAdapterControlSuccess is 0, ScsiAdapterControlUnsuccessful 1`,
      )
    })
    return {
      exempt: guest =>
        traits.configured(guest) && !traits.hasAdapterControl(guest) ? 'the driver has no HwAdapterControl' : undefined,
      exercised: guest => calls.total(guest),
      subscriptions: [calls.subscription],
    }
  },
}
