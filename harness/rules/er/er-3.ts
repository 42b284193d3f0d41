// ER-3: INTERNAL_ERROR is the port driver's own. The instant that shows it is the call that handed the SRB over.
import { Finding } from '../../trace/events.ts'
import { onFinding } from '../finding.ts'
import type { Rule } from '../rule.ts'

const INTERNAL_ERROR = 0x30

export const ER_3: Rule = {
  id: 'ER-3',
  title: 'SRB_STATUS_INTERNAL_ERROR is left to the port driver',
  severity: 'E',
  source: 'WDK: SCSI_REQUEST_BLOCK (SrbStatus, InternalStatus)',
  why: 'With this status the port driver takes an NTSTATUS from InternalStatus, a member that shares its place with the SRB extension of the miniport or holds nothing at all: the request ends with a random code.',
  instead: 'For an error inside adapter or driver use SRB_STATUS_ERROR, and ScsiPortLogError to say what it was.',
  example: {
    faulty: `
      srb->SrbStatus = SRB_STATUS_INTERNAL_ERROR;
      srb->InternalStatus = STATUS_UNSUCCESSFUL;`,
    right: `
      ScsiPortLogError(ext, srb, path, target, lun,
        SP_INTERNAL_ADAPTER_ERROR, UNIQUE_ID);
      srb->SrbStatus = SRB_STATUS_ERROR;`,
  },
  precondition: 'an SRB was completed',
  create: context => {
    const { trace, frames } = context
    return {
      exercised: guest => frames.srbsCompleted(guest),
      subscriptions: [
        onFinding(context, Finding.BadSrbStatus, (index, guest) => {
          if ((trace.c[index]! & 0x3f) !== INTERNAL_ERROR) return
          const serial = trace.b[index]!
          context.violation(
            index,
            guest,
            () =>
              `${context.describeSrb(serial)} was completed with SRB_STATUS_INTERNAL_ERROR, which only the port driver may set`,
            { srb: serial, number: trace.numberAt(index) - 1, atPs: trace.psAt(index) },
          )
        }),
      ],
    }
  },
}
