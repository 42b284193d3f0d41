// FA-1: the structure may be shorter than the headers say.
//
// Seen are writes: a member beyond Length that HwFindAdapter changed. Reading there cannot be told from outside.
import { CONFIG } from '../../../schemas/scsiport.ts'
import { Event } from '../../trace/events.ts'
import { configName, onEvent, onFound } from '../loading.ts'
import type { Rule } from '../rule.ts'

export const FA_1: Rule = {
  id: 'FA-1',
  title: 'HwFindAdapter looks at Length of PORT_CONFIGURATION_INFORMATION before the other members',
  severity: 'W',
  source: 'WDK: HwScsiFindAdapter',
  why: 'An older port driver passes a shorter structure. What a driver takes for its last members is memory of somebody else: reading it gives nonsense, writing destroys it.',
  instead:
    'Compare Length with sizeof(PORT_CONFIGURATION_INFORMATION) first; when it is smaller return SP_RETURN_BAD_CONFIG, or leave alone what lies beyond it.',
  example: {
    faulty: 'config->Dma64BitAddresses = SCSI_DMA64_MINIPORT_SUPPORTED;',
    right: `if (config->Length < sizeof(*config))
  return SP_RETURN_BAD_CONFIG;
config->Dma64BitAddresses = SCSI_DMA64_MINIPORT_SUPPORTED;`,
  },
  precondition: 'HwFindAdapter was given a structure shorter than the headers say',
  create: context => {
    const { traits, trace } = context
    const length = (guest: number): number => traits.given(guest, CONFIG.Length) >>> 0
    return {
      subscriptions: [
        onEvent(context, Event.ConfigField, (index, guest, offset) => {
          if (offset < length(guest) || trace.b[index] === trace.c[index]) return
          context.violation(
            index,
            guest,
            () =>
              `HwFindAdapter wrote ${configName(offset)} at offset ${offset} of PORT_CONFIGURATION_INFORMATION, whose Length was ${length(guest)}`,
          )
        }),
        onFound(context, (_index, guest) => {
          if (length(guest) < CONFIG.bytes) context.exercised(guest)
        }),
      ],
    }
  },
}
