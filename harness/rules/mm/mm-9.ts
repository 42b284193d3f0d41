// MM-9: a logical unit may be unknown to the port driver.
import { CONFIG } from '../../../schemas/scsiport.ts'
import { Finding } from '../../trace/events.ts'
import { onFinding, textAt } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { NullUnits } from './null-unit.ts'

export const MM_9: Rule = {
  id: 'MM-9',
  title: 'The NULL that ScsiPortGetLogicalUnit may return is looked for before it is used',
  severity: 'E',
  source: 'WDK: ScsiPortGetLogicalUnit',
  why: 'The port driver has no extension for a unit it does not know: one that reselects after a reset, or that is gone. Writing through NULL ends the system.',
  instead:
    'Ask each time, and test the result. Do not keep the pointer: the extension may move or go when the bus is looked at again.',
  example: {
    faulty: `
      lu = ScsiPortGetLogicalUnit(ext,
        path, target, lun);
      lu->errors++;`,
    right: `
      lu = ScsiPortGetLogicalUnit(ext,
        path, target, lun);
      if (lu != NULL)
        lu->errors++;`,
  },
  precondition: 'ScsiPortGetLogicalUnit returned NULL',
  create: context => {
    const { trace, traits, frames } = context
    const units = new NullUnits(context)
    return {
      exempt: guest =>
        traits.configured(guest) && traits.config(guest, CONFIG.SpecificLuExtensionSize) === 0
          ? 'the driver has no logical unit extensions'
          : undefined,
      exercised: guest => units.nulls[guest]!,
      subscriptions: [
        units.subscription,
        onFinding(context, Finding.NullWrite, (index, guest) => {
          const address = units.inThisCall(guest)
          if (address < 0 || frames.stopped(guest)) return
          context.violation(index, guest, () => {
            const by = textAt(context, trace.d[index]!, '')
            const unit = `path ${address >>> 16}, target ${(address >> 8) & 0xff}, LUN ${address & 0xff}`
            return `ScsiPortGetLogicalUnit returned NULL for ${unit}, and something was written through it, at offset ${trace.c[index]}${by === '' ? '' : `, by function ${by}`}`
          })
        }),
      ],
    }
  },
}
