// LD-13: AutoRequestSense is a promise. Not judged once the adapter could not reach memory: then sense data is lost with the rest.
import { Event, Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import { onEvent } from '../loading.ts'
import type { Rule } from '../rule.ts'

export const LD_13: Rule = {
  id: 'LD-13',
  title: 'With AutoRequestSense TRUE every CHECK CONDITION comes back with sense data',
  severity: 'W',
  source: 'WDK: HW_INITIALIZATION_DATA; SCSI_REQUEST_BLOCK',
  why: 'The class driver relies on it and asks for nothing. Without sense data it cannot tell a unit attention from a bad block, and fails or repeats the wrong requests.',
  instead:
    'Fetch the sense data into SenseInfoBuffer and set SRB_STATUS_AUTOSENSE_VALID before completing. If the adapter cannot, set AutoRequestSense to FALSE in HwFindAdapter; then the port driver asks for it.',
  example: {
    faulty: `srb->ScsiStatus = SCSISTAT_CHECK_CONDITION;
srb->SrbStatus = SRB_STATUS_ERROR;`,
    right: `srb->ScsiStatus = SCSISTAT_CHECK_CONDITION;
CopySense(srb);
srb->SrbStatus = SRB_STATUS_ERROR |
                 SRB_STATUS_AUTOSENSE_VALID;`,
  },
  precondition: 'a CHECK CONDITION was completed while AutoRequestSense was TRUE',
  create: context => {
    const { traits, trace, guests } = context
    const faulted = new Uint8Array(guests)
    return {
      exempt: guest =>
        traits.configured(guest) && !traits.autoRequestSense(guest) ? 'AutoRequestSense is FALSE' : undefined,
      completions: [
        {
          applies: facts => facts.function === 'execute' && facts.scsi === 'check' && facts.autosenseValid,
          suspect: () => false,
          check: () => {},
        },
      ],
      subscriptions: [
        onEvent(context, Event.DmaFault, (_index, guest) => {
          faulted[guest] = 1
        }),
        onFinding(context, Finding.SenseMissing, (index, guest) => {
          if (faulted[guest] === 1) return
          context.exercised(guest)
          const serial = trace.b[index]!
          context.violation(
            index,
            guest,
            () =>
              `${context.describeSrb(serial)} was completed with CHECK CONDITION and without SRB_STATUS_AUTOSENSE_VALID, although AutoRequestSense is TRUE and the SRB did not disable it`,
            { srb: serial },
          )
        }),
      ],
    }
  },
}
