// FA-13: targets and units within what SCSI knows.
import { CONFIG, SP_RETURN } from '../../../schemas/scsiport.ts'
import { onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'

const MAX_TARGETS = 128

export const FA_13: Rule = {
  id: 'FA-13',
  title: 'MaximumNumberOfTargets is 1 to 128, MaximumNumberOfLogicalUnits 1 to 255',
  severity: 'E',
  source: 'WDK: PORT_CONFIGURATION_INFORMATION',
  why: 'The port driver sizes its tables by these and scans that many. Beyond the limit it reads past their end; with 0 it finds nothing.',
  instead: 'Set both to how many targets on a bus, and units of a target, the adapter can address.',
  example: {
    faulty: 'config->MaximumNumberOfTargets = 255;',
    right: 'config->MaximumNumberOfTargets = 16;',
  },
  precondition: 'HwFindAdapter found the adapter',
  create: context => {
    const { traits, frames } = context
    return {
      subscriptions: [
        onFound(context, (index, guest, result) => {
          // An adapter that is gone cannot be asked.
          if (result !== SP_RETURN.FOUND || frames.removed(guest)) return
          context.exercised(guest)
          const targets = traits.config(guest, CONFIG.MaximumNumberOfTargets)
          const units = traits.config(guest, CONFIG.MaximumNumberOfLogicalUnits)
          if (targets < 1 || targets > MAX_TARGETS)
            context.violation(
              index,
              guest,
              () => `HwFindAdapter left MaximumNumberOfTargets at ${targets}; allowed are 1 to ${MAX_TARGETS}`,
            )
          if (units === 0)
            context.violation(
              index,
              guest,
              () => 'HwFindAdapter left MaximumNumberOfLogicalUnits at 0; allowed are 1 to 255',
            )
        }),
      ],
    }
  },
}
