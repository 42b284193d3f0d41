// MM-2: only what the SRB or the common buffer holds is translated.
import { CONFIG } from '../../../schemas/scsiport.ts'
import { Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { hex } from '../text.ts'

export const MM_2: Rule = {
  id: 'MM-2',
  title:
    'ScsiPortGetPhysicalAddress is asked for addresses it can translate: with the SRB for its data, without for extensions',
  severity: 'F',
  source: 'WDK: ScsiPortGetPhysicalAddress; Driver Verifier: SCSI verification (bug check 0xF1, 0x1006)',
  why: 'For any other address there is no answer. What comes back is no address, and an adapter that is given it moves data to or from wherever that is; under Driver Verifier it is a bug check.',
  instead:
    'For DataBuffer … DataBuffer + DataTransferLength − 1 give the SRB, and ask only when DataTransferLength is not 0. For the uncached extension, an SRB extension or the sense buffer give NULL. Local variables and the device extension have no physical address.',
  example: {
    faulty: `
      address = ScsiPortGetPhysicalAddress(ext,
        NULL, srb->DataBuffer, &length);`,
    right: `
      if (srb->DataTransferLength != 0)
        address = ScsiPortGetPhysicalAddress(ext,
          srb, srb->DataBuffer, &length);`,
  },
  precondition: 'an address was translated with ScsiPortGetPhysicalAddress, or was refused',
  create: context => {
    const { trace, frames, traits } = context
    return {
      exempt: guest =>
        traits.configured(guest) && traits.config(guest, CONFIG.NeedPhysicalAddresses) === 0
          ? 'the driver translates no addresses'
          : undefined,
      exercised: guest => frames.translated(guest),
      subscriptions: [
        onFinding(context, Finding.BadVirtualAddress, (index, guest) => {
          if (frames.stopped(guest)) return
          context.exercised(guest)
          const serial = trace.b[index]!
          context.violation(
            index,
            guest,
            () => {
              const va = hex(trace.c[index]!, 8)
              if (serial >= 0)
                return `ScsiPortGetPhysicalAddress was asked for ${va}, which does not lie in the data of ${context.describeSrb(serial)}`
              return trace.d[index] === 0
                ? `ScsiPortGetPhysicalAddress was asked for ${va} without an SRB; it does not lie in the common buffer (uncached extension, SRB extensions, sense buffers)`
                : `ScsiPortGetPhysicalAddress was asked for ${va} and given ${hex(trace.d[index]!, 8)}, which is no SRB`
            },
            { srb: serial },
          )
        }),
      ],
    }
  },
}
