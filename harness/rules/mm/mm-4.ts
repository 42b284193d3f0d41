// MM-4: who translates addresses says so.

import { CONFIG } from '../../../schemas/scsiport.ts'
import { Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const MM_4: Rule = {
  id: 'MM-4',
  title: 'NeedPhysicalAddresses is TRUE when ScsiPortGetPhysicalAddress is called',
  severity: 'E',
  source: 'WDK: HW_INITIALIZATION_DATA (NeedPhysicalAddresses); ScsiPortGetPhysicalAddress',
  why: 'The port driver prepares the physical pages of each request only when it was told that they are needed. Without it the call finds nothing to translate.',
  instead: 'Set NeedPhysicalAddresses in HW_INITIALIZATION_DATA, or in ConfigInfo before the first translation.',
  example: {
    faulty: `
      hwData.MapBuffers = FALSE;
      /* NeedPhysicalAddresses stays FALSE */`,
    right: `
      hwData.MapBuffers = FALSE;
      hwData.NeedPhysicalAddresses = TRUE;`,
  },
  precondition: 'an address was translated with ScsiPortGetPhysicalAddress',
  create: context => {
    const { trace, frames, traits } = context
    return {
      exempt: guest =>
        traits.configured(guest) && traits.config(guest, CONFIG.NeedPhysicalAddresses) === 0
          ? 'the driver translates no addresses'
          : undefined,
      exercised: guest => frames.translated(guest),
      subscriptions: [
        onFinding(context, Finding.PhysicalNotNeeded, (index, guest) =>
          context.violation(
            index,
            guest,
            () =>
              `ScsiPortGetPhysicalAddress was called for ${hex(trace.c[index]!, 8)}, although NeedPhysicalAddresses is FALSE`,
            { srb: trace.b[index]! },
          ),
        ),
      ],
    }
  },
}
